"""What the People screen keeps."""

from __future__ import annotations

from orchflow.ui.state import Keys

VIEWS = {"people": "People", "teams": "Teams", "unmatched": "In Orchestrator AI only", "roles": "Job roles"}

KEYS = Keys("people")
VIEW = KEYS.choice("view", VIEWS, "people")
DISABLED = KEYS.flag("disabled")
SEARCH = KEYS.text("q")
ROLE = KEYS.text("role")
ADDED = KEYS.thing("added", tuple)
"""Who was just added, and their one-time password."""
