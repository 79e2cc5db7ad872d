"""Fills an empty workspace with the simulated organisation, through the same functions as real data."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from orchflow import clock
from orchflow.demo.alerts.past import tell_alerts
from orchflow.demo.bills import bill_months, write_bills
from orchflow.demo.organisation import NAME
from orchflow.demo.plan.fill import add_plan
from orchflow.demo.plan.scene import Scene
from orchflow.demo.simulation import Simulation
from orchflow.demo.source import NAME as SOURCE
from orchflow.demo.source import SimulatedSource
from orchflow.demo.surveys import tell_surveys
from orchflow.demo.workforce import add_workforce
from orchflow.errors import OrchflowError, UsageError
from orchflow.ingest.run import run_source
from orchflow.ingest.source import Source
from orchflow.metrics.live_goals import refresh_goals
from orchflow.metrics.spending.month_record import store_month_forecast
from orchflow.people.kept_sign_ins import keep_sign_ins
from orchflow.people.permissions import SYSTEM
from orchflow.people.sign_in import FIRST_ADMIN
from orchflow.people.teams import list_teams
from orchflow.people.users import list_users
from orchflow.planning.flow.scorecard import store_forecasts
from orchflow.planning.work.efforts import list_efforts
from orchflow.store.settings import get_setting, put_setting
from orchflow.subscribers import dispatcher
from orchflow.warehouse.sql import load_query
from orchflow.workspace import Workspace


@dataclass(frozen=True)
class DemoReport:
    """What the workspace holds after `fill`; `sign_ins` are lines to show, the file of the same in `file`."""

    events: int
    cost: Decimal
    runs: int
    agents: int
    people: int
    tasks: int
    first_day: str
    seconds: float
    sign_ins: tuple[str, ...]
    file: str


def is_empty(ws: Workspace) -> bool:
    """Say whether nobody has used the workspace yet; the administrator of the first start does not count."""
    return not _signs_of_use(ws)


def fill(
    ws: Workspace,
    *,
    days: int = 180,
    events: int = 200_000,
    seed: int = 1,
    now: datetime | None = None,
) -> DemoReport:
    """Simulate `days` days until `now` with about `events` usage events, and load them.

    The same seed, length and `now` give the same rows; passwords are random each time. The source is read twice,
    until yesterday and then today, as a schedule would. UsageError when the workspace is in use or a number
    makes no sense.
    """
    return fill_with(ws, Simulation(seed, days, events, ws.zone, now or clock.now()))


def fill_with(ws: Workspace, simulation: Simulation) -> DemoReport:
    """Let the workspace hold what happened in a simulation, and load it. UsageError when it is in use."""
    began = time.monotonic()
    if signs := _signs_of_use(ws):
        raise UsageError(
            f"The workspace in {ws.settings.home} is in use already: it has {', '.join(signs)}",
            "Set ORCHFLOW_HOME to a new folder for the demo; a workspace that holds anything is never filled.",
        )
    sign_ins = add_workforce(ws.store, simulation)
    file = keep_sign_ins(ws.settings.home, sign_ins)
    put_setting(ws.store, SYSTEM, "workspace.name", NAME)
    put_setting(ws.store, SYSTEM, "workspace.start_date", simulation.start.isoformat())
    tasks = add_plan(ws.store, simulation, ws.settings.home)
    _load(ws, simulation)
    ((loaded, cost, runs, agents),) = ws.warehouse.rows(
        load_query("orchflow.demo", "totals"), {"source": SOURCE}
    )
    return DemoReport(
        events=loaded,
        cost=cost,
        runs=runs,
        agents=agents,
        people=len(simulation.people),
        tasks=tasks,
        first_day=simulation.start.isoformat(),
        seconds=round(time.monotonic() - began, 1),
        sign_ins=tuple(sign_ins),
        file=str(file),
    )


def _load(ws: Workspace, simulation: Simulation) -> None:
    """Read what happened on the platform, and let follow what does every day: live goals and forecasts."""
    until = sorted({max(simulation.days - 1, 1), simulation.days})
    sources: list[Source] = [SimulatedSource(simulation, day) for day in until]
    if bill_months(simulation):
        sources.append(write_bills(simulation, ws.settings.home))
    for source in sources:
        result = run_source(ws, SYSTEM, source, trigger="command")
        if result.state != "done":
            raise OrchflowError(result.error or "The demo could not be loaded", result.hint or "")
    dispatcher(ws).deliver()
    refresh_goals(ws, SYSTEM, now=simulation.now)
    for days_ago in reversed(range(7, simulation.days, 7)):
        store_forecasts(ws, SYSTEM, now=simulation.now - timedelta(days=days_ago))
        store_month_forecast(ws, SYSTEM, now=simulation.now - timedelta(days=days_ago))
    tell_alerts(ws, Scene(simulation))
    tell_surveys(ws, Scene(simulation))


def _signs_of_use(ws: Workspace) -> list[str]:
    signs = [what for (what,) in ws.warehouse.rows(load_query("orchflow.demo", "used"))]
    return signs + [
        what
        for what, there in (
            ("people", any(user.username != FIRST_ADMIN for user in list_users(ws.store, SYSTEM))),
            ("teams", list_teams(ws.store, SYSTEM)),
            ("a plan", list_efforts(ws.store, SYSTEM, limit=1)),
            ("a name", get_setting(ws.store, "workspace.name")),
        )
        if there
    ]
