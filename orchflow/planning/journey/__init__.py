"""The plan of the six flows, laid out from a Day 1, or adopted from the platform."""
