"""What the Alerts screen keeps: the rule that is open, and what is being written of one."""

from __future__ import annotations

from orchflow.ui.state import InAddress, Keys

KEYS = Keys("alerts")
VIEWS = {"alerts": "Alerts", "rules": "All rules"}
VIEW = KEYS.choice("view", VIEWS, "alerts")
RULE = InAddress("rule")
"""The number of the rule that is open."""
PAGE = KEYS.count("page")
"""How many pages of the log were turned, of each rule."""
MOVES = KEYS.flag("moves")
"""Only changes of the state, and answers."""
REASON = KEYS.text("reason")
"""Why an alert fired, for each of them."""
ONLY = KEYS.number("only")
"""Which alert of a cause is answered; None for all of them."""
