"""What the Flow screen keeps: the flow and the step that are open, what of the checklist is shown, and what is being written."""

from __future__ import annotations

from datetime import date

from orchflow.ui.state import InAddress, Keys

ONLY = {"mine": "Mine", "open": "Open", "overdue": "Overdue"}

KEYS = Keys("flow-steps")
FLOW = InAddress("flow")
"""The key of the flow that is open."""
STEP = InAddress("step")
"""The key of the step of it that is open."""
QUICKLY = KEYS.texts("only")
ROLE = KEYS.text("role")
WIDE = KEYS.flag("wide")
"""The checklist takes the room of the guide, too."""
ITEM = InAddress("item")
"""The item whose dialog is open."""
PAGE = KEYS.count("at", 1)
OPEN = KEYS.text("open")
"""The dialog that a menu has asked for."""
MOVE = KEYS.text("move")
REASON = KEYS.text("reason")
PROJECT = KEYS.number("project")
"""Where items become tasks."""
FIRST_DAY = KEYS.thing("first-day", date)
OWNER = KEYS.number("owner")
"""Who is to have a flow that is begun."""
PERSON = KEYS.number("person")
"""Who is to answer for a step, or to take over what somebody left behind."""
