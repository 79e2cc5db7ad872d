"""What the Adoption screen keeps beside its period."""

from __future__ import annotations

from orchflow.insights.adoption import GroupedBy
from orchflow.ui.state import Keys

BY: dict[GroupedBy, str] = {"job_role": "By job role", "team": "By team"}

KEYS = Keys("adoption")
GROUPED = KEYS.choice("by", BY, "job_role")
"""What people are told apart by."""
