"""Reads what Orchestrator AI spent and did into the warehouse."""
