"""What things cost: prices and runs of pricing; entries, budgets, hourly rates, ownership and rates of exchange that people keep."""
