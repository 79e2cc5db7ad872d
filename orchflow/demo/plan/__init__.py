"""The plan of the simulated organisation: the journey and six months of work on it, told from the same story."""
