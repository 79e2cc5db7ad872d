"""Alerts on a large workspace: 200 rules evaluated by the schedule, after a load, and read for their screen."""

from __future__ import annotations

from contextlib import closing
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.figures import Figure, median_seconds
from bench.sizes import Sizes
from bench.workspaces import demo, open_at
from orchflow.alerts.evaluate import evaluate_rules
from orchflow.alerts.follow import evaluate_after
from orchflow.alerts.rules import ALERT_RULES
from orchflow.alerts.standings import list_alerts
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.roles import Role
from orchflow.people.tables import User
from orchflow.store.edits import Edit
from orchflow.store.events import Event
from orchflow.warehouse.sql import load_query
from orchflow.workspace import Workspace

RULES, MOST_SECONDS = 200, 1.0
WINDOWS = ("own", "today", "yesterday", "7_days", "28_days", "month")
FIGURES = ("cost", "error_rate", "runs", "users", "calls", "cost_per_run", "p95_latency_ms", "cached_share")
OTHERS: tuple[dict[str, Any], ...] = (
    {"figure": "seats"}, {"figure": "adoption_rate"}, {"figure": "active_agents"}, {"figure": "open_rejects"}, {"figure": "lag"},
    {"figure": "error_rate", "kind": "burn_rate"}, {"figure": "cost", "kind": "burn_rate", "dimension": "provider"},
)  # fmt: skip


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Make the rules, evaluate all, evaluate those that a load of usage concerns, and read how they stand."""
    workspace = demo(sizes.large, sizes).copied(folder)
    note = f"{RULES} rules, {workspace.events:,} events"
    with closing(open_at(workspace.folder)) as ws:
        _make(ws)
        evaluate_rules(ws)
        alerts = len(list_alerts(ws.store, SYSTEM))
        every = median_seconds(lambda: evaluate_rules(ws), sizes.repeats)
        usage = [Event("usage", "", (), 1, 1)]
        after = median_seconds(lambda: evaluate_after(ws, usage, anew=False), sizes.repeats)
        read = median_seconds(lambda: list_alerts(ws.store, SYSTEM), sizes.repeats)
    return [
        Figure(f"evaluate {RULES} rules", every, "s", MOST_SECONDS, note=f"{note}, {alerts:,} alerts"),
        Figure("evaluate those that a load of usage concerns", after * 1000, "ms", note=note),
        Figure("read how all alerts stand", read * 1000, "ms", note=f"{alerts:,} alerts"),
    ]


def _make(ws: Workspace) -> None:
    """Rules over whatever figures, days and dimensions, owned by a manager and a viewer in turn."""
    with ws.store.read() as session:
        people = {
            role: session.execute(
                sa.select(User.id, User.username, User.display_name).where(User.role == role)
            ).first()
            for role in (Role.MANAGER, Role.VIEWER)
        }
    owners = cycle([row.id for row in people.values() if row is not None])
    agents = [slug for [slug] in ws.warehouse.rows(load_query("bench", "two_agents"))]
    narrowing: list[dict[str, Any]] = [
        {}, {}, *({"dimension": "agent", "part": agent} for agent in agents), {"dimension": "source"},
    ]  # fmt: skip
    fields = [
        {"figure": figure, "window": window, "kind": kind, **narrowed}
        for window in WINDOWS for narrowed in narrowing for figure in FIGURES for kind in ("threshold", "change")
        if not (narrowed.get("dimension") == "agent" and figure == "users" and kind == "change")
    ]  # fmt: skip
    step = max(len(fields) // (RULES - len(OTHERS) * 2), 1)
    chosen = [*fields[::step], *OTHERS, *OTHERS]
    edits = [
        Edit(None, None, {"name": f"Rule {place}", "limit": 10, "owner_id": next(owners) if rule.get("kind") != "burn_rate" else None} | rule)
        for place, rule in enumerate(islice(cycle(chosen), RULES))
    ]  # fmt: skip
    manager = people[Role.MANAGER]
    assert manager is not None
    report = ALERT_RULES.save(
        ws.store, Actor(manager.id, manager.username, manager.display_name, Role.MANAGER), edits
    )
    refused = [outcome.problems for outcome in report.outcomes if not outcome.stored]
    assert not refused, refused[:3]
