"""What the Risk screen keeps."""

from __future__ import annotations

from orchflow.ui.state import InAddress, Keys

VIEWS = {
    "stands": "Where it stands", "risk": "Register", "risk_review": "Reviews", "incident": "Incidents",
}  # fmt: skip

KEYS = Keys("risk")
VIEW = KEYS.choice("view", VIEWS, "stands")
RISK = InAddress("risk")
"""The number of the risk that is open."""
