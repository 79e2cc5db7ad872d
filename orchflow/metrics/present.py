"""Figures as they are now, each over its own window."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.coverage import Coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import window_of
from orchflow.metrics.metric import Figure, Window
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.read import figures
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace


def present(
    ws: Workspace,
    actor: Actor,
    keys: Collection[str],
    privacy: Privacy,
    now: datetime,
    reach: Coverage | None = None,
) -> dict[str, Figure]:
    """The figures `keys`; the last 28 days are fewer where the facts are younger."""
    windows: dict[Window, list[str]] = {}
    for key in keys:
        windows.setdefault(METRICS[key].window, []).append(key)
    by_key: dict[str, Figure] = {}
    for window, members in windows.items():
        facts = Facts(
            ws,
            actor,
            window_of(window, now.astimezone(ws.zone).date()),
            privacy=privacy,
            now=now,
            reach=reach,
        )
        known = [day for day in (facts.reach.usage_from, facts.reach.runs_from) if day]
        if window == "28 days" and known:
            facts = facts.since(max(known))
        by_key |= {figure.key: figure for figure in figures(facts, members, trends=False)}
    return by_key
