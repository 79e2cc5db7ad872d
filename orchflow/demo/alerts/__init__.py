"""The rules of alerts that the simulated organisation has, and when they fired."""
