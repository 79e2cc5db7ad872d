"""What agents were to bring the simulated organisation, what they brought, and how well that is known."""
