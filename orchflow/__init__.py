"""Orchestrator Flow: from Day 1 to production AI agents, and proof that it pays."""

import decimal

__version__ = "0.1.0"

# An amount of the warehouse may have 38 digits; Python's own 28 would cut off its last ones. Threads copy the default.
decimal.DefaultContext.prec = 38
decimal.setcontext(decimal.DefaultContext.copy())
