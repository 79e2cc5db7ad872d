"""What changed between two like-for-like periods, each change with what moved it most."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from orchflow.insights.step import Screen
from orchflow.metrics.facts import Facts
from orchflow.metrics.metric import Dimension, Figure
from orchflow.metrics.movers import Change, change
from orchflow.metrics.names import Names
from orchflow.metrics.plan_parts import with_comparison
from orchflow.metrics.read import figure
from orchflow.metrics.time_to_value import Milestones

CHANGES: tuple[tuple[str, Dimension, Screen], ...] = (
    ("cost", "agent", "cost"),
    ("runs", "agent", "agents"),
    ("error_rate", "agent", "agents"),
)
"""The figures whose change Home tells, the one dimension each is taken apart by, and where to look further."""


PLAN_CHANGES: tuple[tuple[str, Screen], ...] = (("progress", "timeline"), ("throughput", "flow_metrics"))


@dataclass(frozen=True)
class News:
    """Something that changed: a figure that moved, or something that happened for the first time.

    `figure` has both sides where a figure moved; `change` also what moved it.
    """

    key: str
    label: str
    screen: Screen
    change: Change | None = None
    figure: Figure | None = None
    detail: str = ""
    query: dict[str, str] = field(default_factory=dict)


def changes(facts: Facts) -> list[News]:
    """How the figures of `CHANGES` moved; without those that cannot be compared."""
    news = []
    for key, by, screen in CHANGES:
        moved = change(facts, key, by)
        if moved is not None:
            query: dict[str, Any] = {"dimension": by.capitalize()} if screen == "cost" else {}
            news.append(News(key, moved.figure.label, screen, moved, moved.figure, query=query))
    return news


def plan_changes(facts: Facts) -> list[News]:
    """How the figures of the plan moved: what gets done, and how far all is. Without those that cannot be compared."""
    news = []
    for key, screen in PLAN_CHANGES:
        moved = with_comparison(facts, figure(facts, key))
        if moved.now is not None and moved.previous is not None:
            news.append(News(key, moved.label, screen, figure=moved, detail=moved.note))
    return news


def first_times(reached: dict[str, Milestones], names: Names, since: date) -> list[News]:
    """Agents that completed their first run, or came into production, on `since` or later; the newest first."""
    news = []
    for slug, way in reached.items():
        name = names.of("agent", slug)
        if way.production_day and way.production_day >= since:
            text, day = f"{name} came into production", way.production_day
        elif way.first_run_day and way.first_run_day >= since:
            text, day = f"{name} completed its first run", way.first_run_day
        else:
            continue
        first = News(f"first-{slug}", text, "agents", detail=f"on {day.day} {day:%b}", query={"agent": slug})
        news.append((day, first))
    return [first for _, first in sorted(news, key=lambda item: item[0], reverse=True)]
