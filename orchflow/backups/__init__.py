"""A workspace as files: copied while it is in use, checked, and put back whole or not at all."""
