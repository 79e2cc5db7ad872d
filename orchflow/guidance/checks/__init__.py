"""Self-checks: questions about the workspace that the product answers from its own data."""
