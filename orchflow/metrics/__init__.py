"""Every figure of the product: declared once in the catalogue, read by the same few functions on every door."""
