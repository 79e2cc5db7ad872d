"""What My checklist keeps: whose list, of which flow, how much of it, and the item that is open."""

from __future__ import annotations

from orchflow.ui.state import InAddress, Keys

ALL = "all"
ME = "me"
PORTION = 50
VIEWS = {"list": "List", "grid": "Grid"}

KEYS = Keys("my_checklist")
FLOW = KEYS.text("flow", ALL)
"""The flow that the list is narrowed to, by its id."""
WHOSE = KEYS.text("whose", ME)
"""The person whose list is looked at, by their id."""
VIEW = KEYS.choice("view", VIEWS, "list")
SHOWN = KEYS.count("shown", PORTION)
LANDED = KEYS.flag("landed")
"""Whether this session was led here from the first page already."""
ITEM = InAddress("item")
"""The item whose dialog is open."""
