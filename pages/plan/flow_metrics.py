"""Flow metrics."""

from __future__ import annotations

from orchflow.people.permissions import Permission
from orchflow.screens.plan import flow_metrics
from orchflow.ui.session import require

flow_metrics.show(require(Permission.PLAN_VIEW))
