"""What the Agents screen keeps beside its filters."""

from __future__ import annotations

from orchflow.ui.state import InAddress

AGENT = InAddress("agent")
"""The slug of the agent whose page is open."""
