"""What the Ledger keeps beside its period."""

from __future__ import annotations

from orchflow.ui.state import InAddress

EFFORT = InAddress("effort")
"""The number of the effort that is open."""
