"""Plan."""

from __future__ import annotations

from orchflow.people.permissions import Permission
from orchflow.screens.plan import plan
from orchflow.ui.session import require

plan.show(require(Permission.PLAN_VIEW))
