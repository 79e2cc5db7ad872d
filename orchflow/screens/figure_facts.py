"""The facts that a screen's figures are read from."""

from __future__ import annotations

from datetime import timedelta

from orchflow import clock
from orchflow.metrics.coverage import Coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.privacy import Privacy
from orchflow.people.permissions import Actor
from orchflow.screens.session import workspace


def facts_of(actor: Actor, filters: Filters, privacy: Privacy, reach: Coverage | None = None) -> Facts:
    """What `actor` may see of usage and runs within `filters`, as of now."""
    return Facts(workspace(), actor, filters, privacy=privacy, now=clock.now(), reach=reach)


def plan_facts(actor: Actor, plan: PlanScope, filters: Filters | None = None) -> Facts:
    """What `actor` may see of the plan, as of now; of the last 28 days unless `filters` say another period."""
    ws = workspace()
    today = clock.today(ws.zone)
    period = filters or Filters(today - timedelta(days=27), today)
    return Facts(ws, actor, period, privacy=Privacy(), now=clock.now(), plan=plan)
