"""What the Timeline keeps: which rows it shows on which scale, what it traces, and what it compares them with."""

from __future__ import annotations

from orchflow.screens.plan.timeline_rows import Span
from orchflow.ui.gantt import Scale
from orchflow.ui.state import Keys

SPANS: dict[Span, str] = {"now": "Next 10 weeks", "open": "All open", "all": "With finished"}
SCALES: dict[Scale, str] = {"weeks": "Weeks", "months": "Months", "quarters": "Quarters"}
TRACES = {"dependencies": "Dependencies", "critical": "Critical path"}

KEYS = Keys("timeline")
SPAN = KEYS.choice("rows", SPANS, "now")
SCALE = KEYS.choice("scale", SCALES, "weeks")
TRACE = KEYS.texts("show")
EFFORTS = KEYS.texts("effort")
BASELINE = KEYS.text("baseline")

FOLDS = KEYS.thing("folds", dict)
"""The rows that were folded, or unfolded, by hand."""
OPENED = KEYS.number("opened")
"""The task whose dialog is open."""
GOING = KEYS.text("going")
"""The effort or project that is to be opened on the Plan screen."""
