"""What became of the flows at the simulated organisation: begun, ticked and checked from Day 1 until today."""
