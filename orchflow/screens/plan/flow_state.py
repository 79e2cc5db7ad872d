"""What Flow metrics keeps: what is measured and what the forecast is asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from orchflow.ui.state import Keys

MEASURES = {"calendar_days": "Calendar days", "working_days": "Working days"}
WINDOWS = {30: "30 days", 60: "60 days", 90: "90 days", 180: "180 days", 365: "a year"}

KEYS = Keys("flow")
TEAM = KEYS.text("team")
MEASURE = KEYS.choice("measure", MEASURES, "calendar_days")
WINDOW = KEYS.choice("window", WINDOWS, 90)
REMAINING = KEYS.number("remaining")
BY = KEYS.thing("by", date)


class Assumptions(NamedTuple):
    """What the forecast learns from (days back), how many tasks it is asked for (None: all open), and by which day."""

    window: int
    remaining: int | None
    by: date


def assumptions(today: date) -> Assumptions:
    """What is chosen; by default the tasks that are done in four weeks."""
    return Assumptions(WINDOW.get(), REMAINING.get(), BY.get() or today + timedelta(days=28))
