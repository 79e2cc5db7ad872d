"""What the Timeline keeps: which rows it shows, and what it compares them with."""

from __future__ import annotations

from orchflow.ui.state import Keys

LEVELS = {"projects": "Efforts and projects", "tasks": "With tasks"}

KEYS = Keys("timeline")
LEVEL = KEYS.choice("level", LEVELS, "projects")
EFFORTS = KEYS.texts("effort")
FINISHED = KEYS.flag("finished")
BASELINE = KEYS.text("baseline")
