"""What leaves the product as files: the datasets anyone may ask for, and how they are written."""
