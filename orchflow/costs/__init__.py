"""What things cost: rates of exchange."""
