"""What the Board keeps: how it is cut, and which dialog is open."""

from __future__ import annotations

from orchflow.planning.work.board import Columns
from orchflow.ui.board import Move
from orchflow.ui.state import Keys

BY: dict[Columns, str] = {
    "status": "Status",
    "sprint_id": "Sprint",
    "assignee_id": "Person",
    "project_id": "Project",
}

KEYS = Keys("board")
SPRINT = KEYS.text("sprint")
COLUMNS = KEYS.choice("columns", BY, "status")
SEARCH = KEYS.text("q")
CANCELLED = KEYS.flag("cancelled")

OPENED = KEYS.number("opened")
"""The task whose dialog is open."""
BLOCKING = KEYS.thing("blocking", Move)
"""The move that waits for the reason of a block."""
EDITING_COLUMNS = KEYS.flag("editing-columns")
