"""Operations on the plan."""

from __future__ import annotations

from orchflow.encoding import encode
from orchflow.operations.outcome import Outcome
from orchflow.people.permissions import SYSTEM
from orchflow.planning.flow.scorecard import store_forecasts
from orchflow.planning.journey.adopt import adopt
from orchflow.workspace import Workspace


def plan_adopt(ws: Workspace, source: str, dry_run: bool = False) -> Outcome:
    """Bring the plan that `source` keeps into the plan here; every load follows it from then on."""
    report = adopt(ws, SYSTEM, source, dry_run=dry_run)
    return Outcome(encode(report.document()), 0 if report.clean else 1)


def plan_forecast(ws: Workspace) -> Outcome:
    """Store today's forecasts, one per scope, for the scorecard."""
    return Outcome({"stored": store_forecasts(ws, SYSTEM)})
