"""From a line of the ledger to what it is made of: the hours that were worked on it, and the agents whose calls belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from orchflow.costs.hourly_rates import may_see_rates
from orchflow.insights.ledger import OPENED, LedgerLine
from orchflow.people.permissions import Actor
from orchflow.warehouse.sql import load_query
from orchflow.workspace import Workspace


@dataclass(frozen=True)
class OwnedAgent:
    """An agent of a line: `cost` is that of all its calls in the days, of which a part may belong elsewhere."""

    agent: str
    name: str
    cost: Decimal | None
    calls: int


@dataclass(frozen=True)
class Drill:
    """`hours`: day, person, task, hours and cost, a row for each; `agents`: the dearest first."""

    hours: pd.DataFrame
    agents: tuple[OwnedAgent, ...]


def drill(ws: Workspace, actor: Actor, line: LedgerLine, start: date, end: date) -> Drill:
    """What is behind an effort, project, goal or task in these days. Forbidden for those who may not see figures of single people."""
    for permission in OPENED:
        actor.require(permission)
    asked = {
        "start": start, "end": end, "effort": line.effort_id, "project": line.project_id, "goal": line.goal_id, "task": line.task_id,
        "rates": may_see_rates(actor),
    }  # fmt: skip
    hours = ws.warehouse.frame(load_query("orchflow.insights", "ledger_hours"), asked)
    agents = ws.warehouse.query(load_query("orchflow.insights", "ledger_agents"), asked).to_pylist()
    return Drill(hours, tuple(OwnedAgent(**agent) for agent in agents))
