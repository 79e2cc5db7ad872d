"""What could go wrong at the simulated organisation, who looked after it, and what did."""
