"""What the Cost screen keeps beside its filters."""

from __future__ import annotations

from typing import get_args

from orchflow.insights.cost import CostDimension
from orchflow.ui.filters import SHARED
from orchflow.ui.state import Keys

DETAILS = {
    "values": "Every value",
    "calls": "Behind a bar",
    "lines": "Where the amounts come from",
    "also": "Also as",
}

KEYS = Keys("cost")
DETAIL = KEYS.choice("detail", DETAILS, "values")
DIMENSION = SHARED.choice("dimension", get_args(CostDimension), "provider")
"""Named as the filters are, because links of other screens choose it together with them."""
DAY = KEYS.text("day")
VALUE = KEYS.text("value")
