"""Timeline."""

from __future__ import annotations

from orchflow.people.permissions import Permission
from orchflow.screens.plan import timeline
from orchflow.ui.session import require

timeline.show(require(Permission.PLAN_VIEW))
