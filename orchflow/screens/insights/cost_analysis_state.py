"""What the panels of the Cost screen keep beside its filters."""

from __future__ import annotations

from orchflow.insights.anomaly_words import VERDICTS
from orchflow.ui.state import Keys

VIEWS = {
    "spent": "Spent",
    "why": "Why it moved",
    "ahead": "Month's end",
    "anomalies": "Out of the ordinary",
    "what_if": "What if",
}
"""What the Cost screen shows of what its filters choose."""

KEYS = Keys("cost_analysis")
VIEW = KEYS.choice("view", VIEWS, "spent")
VERDICT = KEYS.choice("verdict", VERDICTS, "expected")
VOLUME = KEYS.name("volume")
PRICE = KEYS.name("price")
CACHED = KEYS.name("cached")
SHARE = KEYS.name("share")
SHIFT_OF = KEYS.name("shift_of")
SHIFT_TO = KEYS.name("shift_to")
