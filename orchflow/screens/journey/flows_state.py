"""What Flows keeps: which charts are shown, and of which flow."""

from __future__ import annotations

from orchflow.ui.state import Keys

VIEWS = {"progress": "Progress", "steps": "Steps", "roles": "Roles", "guidance": "Guides"}
EVERY = "Every flow"

KEYS = Keys("flows")
VIEW = KEYS.choice("view", VIEWS, "progress")
FLOW = KEYS.text("flow")
"""The key of the flow whose charts are shown; "" for all."""
