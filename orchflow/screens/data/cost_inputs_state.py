"""What the Costs screen keeps."""

from __future__ import annotations

from orchflow.ui.state import Keys

VIEWS = {
    "cost_entry": "Entries", "budget": "Budgets", "hourly_rate": "Hourly rates", "cost_share": "Whose it is",
    "timeline_event": "Events", "target": "Targets", "business_measure": "Measures",
}  # fmt: skip

KEYS = Keys("cost_inputs")
VIEW = KEYS.choice("view", VIEWS, "cost_entry")
