"""The dataset of figures makes what is asked for and nothing else; a part of it is the whole, narrowed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from orchflow import clock
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task
from orchflow.reports import metric_rows
from orchflow.reports.dataset import EMPTY, Reading, Selection, Values
from orchflow.reports.datasets import read_page
from orchflow.reports.metric_dataset import MetricDataset
from orchflow.workspace import Workspace
from tests.metrics.facts import NOW, TODAY, SmallFacts

FIRST = date(2026, 11, 19)
SOURCE = MetricDataset()

PARTS: list[Values] = [
    {"metric": ("cost",)},
    {"metric": ("runs",), "dimension": ("agent",)},
    {"metric": ("runs", "cost_per_run"), "dimension": ("agent", EMPTY)},
    {"metric": ("error_rate", "calls"), "group": ("claims", "acme")},
    {"metric": ("cost",), "day": ("2026-11-20",)},
    {"metric": ("runs", "cost"), "day": (EMPTY,), "dimension": (EMPTY,)},
    {"unit": ("money",), "dimension": ("provider",)},
    {"unit": ("percent",), "currency": (EMPTY,)},
    {"dimension": ("project", "user")},
    {"dimension": (EMPTY,), "currency": ("USD",)},
    {"group": (EMPTY,), "day": ("2026-11-19", EMPTY)},
    {"metric": ("nothing",)},
    {"dimension": ("nothing",)},
]


@pytest.fixture(autouse=True)
def _time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def filled(ws: Workspace) -> Workspace:
    """Calls of one agent, runs of another, on one day of two; and a small plan."""
    facts = SmallFacts(ws.warehouse)
    facts.agents(claims="active", writer="active")
    people = [f"u{number}" for number in range(6)]
    facts.users(**dict.fromkeys(people, "acme"))
    facts.calls(
        facts.call(TODAY, None, caller="nobody", organization=None),
        *(facts.call(TODAY, "2.5", user_id=user) for user in people),
    )
    facts.runs(facts.run("claims", FIRST), *(facts.run("writer", TODAY, user=user) for user in people))
    effort = create_effort(ws.store, SYSTEM, number=1, name="First")
    project = create_project(ws.store, SYSTEM, effort_id=effort.id, number="1.1", name="Setup")
    create_task(ws.store, SYSTEM, project_id=project.id, title="Done", status="done", due=TODAY)
    return ws


def rows_of(ws: Workspace, actor: Actor, where: Values) -> list[dict[str, Any]]:
    batches = SOURCE.batches(Reading(ws, actor, Selection(FIRST, TODAY, where)), 1_000)
    return [row for batch in batches for row in batch.to_pylist()]


def narrowed(rows: Iterable[dict[str, Any]], where: Values) -> list[dict[str, Any]]:
    def text(value: object) -> str:
        return EMPTY if value is None else str(value)

    return [row for row in rows if all(text(row[name]) in values for name, values in where.items())]


def test_a_part_is_the_whole_narrowed(filled: Workspace, viewer: Actor) -> None:
    for actor, parts in ((SYSTEM, PARTS), (viewer, PARTS[:4])):
        whole = rows_of(filled, actor, {})
        assert len(whole) > 60
        for where in parts:
            part = sorted(map(str, rows_of(filled, actor, where)))
            assert part == sorted(map(str, narrowed(whole, where))), where


def test_a_count_of_what_only_others_have_is_zero_alone_too(filled: Workspace) -> None:
    asked = {"metric": ("runs",), "dimension": ("agent",)}
    runs = {row["group"]: row["value"] for row in rows_of(filled, SYSTEM, asked)}
    assert runs["UNATTRIBUTED"] == 0


@pytest.mark.parametrize(
    "where", [{"metric": ("cost", "runs")}, {"unit": ("ms",)}, {"dimension": ("agent",)}]
)
def test_what_is_not_asked_for_is_not_computed(
    filled: Workspace, monkeypatch: pytest.MonkeyPatch, where: Values
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("figures of the plan were computed")

    monkeypatch.setattr(metric_rows, "plan_lines", refused)
    reading = Reading(filled, SYSTEM, Selection(FIRST, TODAY, where))
    assert SOURCE.measure(reading).rows == SOURCE.newest(reading, 10_000).num_rows > 0


def test_the_first_rows_and_pages_are_made_without_the_rest(
    filled: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [row["metric"] for row in rows_of(filled, SYSTEM, {})]
    made: list[str] = []
    real = metric_rows.figures

    def noted(facts: Any, keys: Any, **more: Any) -> Any:
        made.extend(keys)
        return real(facts, keys, **more)

    monkeypatch.setattr(metric_rows, "figures", noted)
    page = read_page(filled, SYSTEM, "metrics", Selection(FIRST, TODAY), None, 3)
    assert page.rows["metric"].to_pylist() == sorted(whole)[:3]
    assert len(set(made)) < len(set(whole)) / 2
