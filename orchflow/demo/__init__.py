"""The simulated organisation behind the demo workspace."""
