"""What the Checks screen keeps: what the list is narrowed to, and the check that is open."""

from __future__ import annotations

from orchflow.guidance.checks.check import LEVELS
from orchflow.ui.state import InAddress, Keys

VIEWS = {"checks": "Checks", "exemptions": "Exemptions", "campaigns": "Campaigns"}
STATES = {
    "": "Every state", "failed": "Failed", "could_not_be_evaluated": "Not evaluated", "passed": "Passed",
    "not_applicable": "Does not apply", "exempt": "Exempt", "flapping": "Flapping",
}  # fmt: skip
FLOWS = {0: "Every flow"}
LEVEL_NAMES = {0: "Every level", **LEVELS}

KEYS = Keys("checks")
VIEW = KEYS.choice("view", VIEWS, "checks")
STATE = KEYS.choice("state", STATES, "")
FLOW = KEYS.choice("flow", range(7), 0)
LEVEL = KEYS.choice("level", LEVEL_NAMES, 0)
FIND = KEYS.text("find")
CHECK = InAddress("check")
"""The key of the check that is open."""

CAMPAIGN_CHECKS = KEYS.texts("campaign-checks")
CAMPAIGN_OWNER = KEYS.number("campaign-owner")
"""Who sees to a check of the campaign that is written, for each check."""
