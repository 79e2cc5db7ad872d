"""Guidance: the guides that travel with the product, checked, made into HTML, and matched to screens and readers."""
