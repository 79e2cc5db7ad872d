"""What the simulated organisation paid beside its models, and what it held its figures against."""
