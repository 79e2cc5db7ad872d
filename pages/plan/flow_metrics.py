"""Flow metrics."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.plan import flow_metrics
from orchflow.screens.session import require

flow_metrics.show(require(permission("flow_metrics")))
