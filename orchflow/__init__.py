"""Orchestrator Flow: from Day 1 to production AI agents, and proof that it pays."""

__version__ = "0.1.0"
