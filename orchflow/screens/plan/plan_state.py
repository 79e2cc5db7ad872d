"""What the Plan screen keeps: the view (place, filters, order, columns), and what is open or being written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchflow.errand import Errand
from orchflow.errors import OrchflowError
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.tables import DependencyKind
from orchflow.ui.state import InAddress, Keys

ALL = "all"
LEVELS = {"tree": "Tree", "effort": "Efforts", "project": "Projects", "goal": "Goals", "task": "Tasks"}
QUICK = {
    "mine": "Mine",
    "overdue": "Overdue",
    "soon": "Due in 7 days",
    "blocked": "Blocked",
    "open": "Not done",
}
SORTS = {
    "next": "What is next", "plan": "Plan order", "title": "Title", "due": "Due", "start": "Start", "priority": "Priority", "points": "Points",
    "status": "Status", "owner": "Person", "sprint": "Sprint", "updated_at": "Last change",
}  # fmt: skip
GROUPS = {
    "none": "No groups", "status": "Status", "owner": "Person", "sprint": "Sprint", "project_id": "Project",
    "priority": "Priority",
}  # fmt: skip
SIZES = {size: str(size) for size in (50, 100, 250, 500)}

KEYS = Keys("plan")
LEVEL = KEYS.choice("level", LEVELS, "tree")
EFFORT = KEYS.text("effort", ALL)
PROJECT = KEYS.text("inside", ALL)
SEARCH = KEYS.text("q")
QUICKLY = KEYS.texts("quick")
SORT = KEYS.choice("sort", SORTS, "next")
DESCENDING = KEYS.flag("down")
GROUP = KEYS.choice("group", GROUPS, "none")
SIZE = KEYS.choice("size", SIZES, 100)
COLUMNS = KEYS.texts("columns")
"""The columns shown, for each level."""
PAGE = KEYS.count("at", 1)
VIEW = (
    "level", "effort", "inside", "q", "quick", "status", "person", "sprints", "priority", "label", "sort", "down",
    "group", "size",
)  # fmt: skip
"""The fields that make up a view which is kept by name, beside the columns of its level."""
VIEW_NAME = KEYS.text("view-name")
VIEW_SHARED = KEYS.flag("view-shared")
MOVE = KEYS.text("move")
MOVE_WHERE = KEYS.number("move-where")
"""The project that ticked tasks are moved to."""
DEPENDS_ON = KEYS.number("depends-on")
DEPENDENCY = KEYS.thing("dependency", DependencyKind)
LAG = KEYS.count("lag")

TASK = InAddress("task")
"""The task whose panel is open."""
EDITING = KEYS.number("editing")
"""The task that is being edited."""

COMMENT_TURN = KEYS.count("comment-turn")
COMMENT = KEYS.text("comment")
COMMENT_FAILED = KEYS.thing("comment-failed", OrchflowError)
COMMENT_REWRITTEN = KEYS.text("comment-rewritten")
SUBTASK_TURN = KEYS.count("subtask-turn")
SUBTASK = KEYS.text("subtask")
FILES_TURN = KEYS.count("files-turn")
FILES = KEYS.thing("files", list)

EXPORT = KEYS.thing("export", tuple)
"""The suffix of the file that is being written or was last, of what it is made, and the errand that writes it."""
ADOPTED_SOURCE = KEYS.text("adopt")
"""The source whose plan is looked at."""
IMPORTED = KEYS.thing("imported", tuple)
"""The file that was read, and what importing it would do."""


@dataclass(frozen=True)
class LargeImport:
    """A large file and how it is read; the errand looks at it, or brings it in, under `request`, where it is no `dry_run`."""

    name: str
    data: bytes
    options: Mapping[str, Any]
    dry_run: bool
    errand: Errand[ImportReport]
    request: str = ""


LARGE_IMPORT = KEYS.thing("large-import", LargeImport)
JOURNEY_FAILED = KEYS.thing("journey-failed", OrchflowError)
