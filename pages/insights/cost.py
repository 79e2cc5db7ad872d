"""Cost."""

from __future__ import annotations

from orchflow.people.permissions import Permission
from orchflow.screens.insights import cost
from orchflow.ui.session import require

cost.show(require(Permission.INSIGHTS_VIEW))
