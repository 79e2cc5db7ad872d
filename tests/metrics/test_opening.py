"""Every figure opens: the rows behind it give it again, and its sources, parts and screens are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest

from orchflow.errors import Forbidden, Invalid, NotFound
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters
from orchflow.metrics.opening import facts_at, opened
from orchflow.metrics.read import figure
from orchflow.metrics.targets import TARGETS
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task, update_task
from orchflow.reports.figure_rows import page_of_rows, parts_behind, rows_of, shown_rows
from orchflow.workspace import Workspace
from tests.metrics.cost_facts import expense, load_expenses
from tests.metrics.facts import TODAY, SmallFacts, ago, asked

PERIOD = Filters(ago(6), TODAY)
Rows = Sequence[dict[str, Any]]


@pytest.fixture
def usage(ws: Workspace, facts: SmallFacts) -> SmallFacts:
    """Of the last week: calls of two agents and of none, one without a price; of the week before: one more."""
    facts.agents(claims="active", writer="active")
    facts.users(u1="acme", u2="acme")
    facts.calls(
        facts.call(ago(1), "4"),
        facts.call(ago(2), "2", caller="writer", provider="openai", model="gpt"),
        facts.call(ago(2), "3", caller="nobody"),
        facts.call(TODAY, None, caller="nobody"),
        facts.call(ago(9), "50"),
    )
    facts.runs(
        facts.run("claims", ago(1), duration=1000),
        facts.run("claims", ago(1), duration=2000, user="u2"),
        facts.run("writer", ago(1), "failed"),
        facts.run("writer", ago(9), duration=9000),
    )
    return facts


def total(column: str) -> Callable[[Rows], Any]:
    return lambda rows: sum(row[column] or 0 for row in rows)


AGAIN: dict[str, Callable[[Rows], Any]] = {
    "cost": total("cost"), "unattributed": total("cost"), "calls": total("calls"), "unattributed_calls": total("calls"),
    "unpriced_calls": total("calls"), "input_tokens": total("input_tokens"), "output_tokens": total("output_tokens"),
    "unconverted_rows": len, "runs": len, "completed": len, "failed": len,
    "tokens": lambda rows: total("input_tokens")(rows) + total("output_tokens")(rows),
    "users": lambda rows: len({row["user_id"] for row in rows}),
    "p50_latency_ms": lambda rows: sum(sorted(row["duration_ms"] for row in rows)) / len(rows),
}  # fmt: skip
"""Of the figures that are sums over rows: the figure counted from its rows in plain Python."""


def read_all(facts: Facts, key: str, of: str | None = None, page: int = 2) -> list[dict[str, Any]]:
    """All rows, leafed through."""
    rows, items, cursor = rows_of(facts, key, of), [], None
    while True:
        read = page_of_rows(facts, rows, cursor, page)
        items += read.rows.to_pylist()
        cursor = read.next
        if cursor is None:
            return items


NARROWED: tuple[dict[str, Any], ...] = (
    {}, {"agents": ("claims",)}, {"agents": ("UNATTRIBUTED",)}, {"providers": ("openai",)}, {"users": ("u2",)},
)  # fmt: skip


def test_the_rows_behind_a_sum_give_it_again(ws: Workspace, usage: SmallFacts) -> None:
    for narrowed in NARROWED:
        facts = asked(ws, Filters(PERIOD.start, PERIOD.end, **narrowed))
        for key, again in AGAIN.items():
            if (known := figure(facts, key).value) is not None:
                assert Decimal(str(again(read_all(facts, key)))) == Decimal(str(known)), (key, narrowed)
    with pytest.raises(NotFound, match="has no rows to show"):
        rows_of(asked(ws, Filters(PERIOD.start, PERIOD.end, providers=("openai",))), "runs")


def test_every_figure_has_rows_or_says_why_not(ws: Workspace, usage: SmallFacts) -> None:
    facts = asked(ws, PERIOD)
    for key, own in METRICS.items():
        parts = parts_behind(facts, key)
        assert bool(parts) != bool(own.no_rows), key
        for part in parts:
            shown_rows(facts, part, None, 5)


def test_a_composed_figure_has_the_rows_of_each_of_its_parts(ws: Workspace, usage: SmallFacts) -> None:
    facts = asked(ws, PERIOD)
    assert [(part.dataset.name, part.behind.of) for part in parts_behind(facts, "cost_per_run")] == [
        ("usage_events", ("cost",)),
        ("agent_runs", ("runs",)),
    ]
    assert len(read_all(facts, "cost_per_run", "runs")) == 3
    with pytest.raises(Invalid, match="has no rows in cost_per_run"):
        rows_of(facts, "cost_per_run", "tokens")
    behind = opened(facts, "cost_per_run")
    assert [one.key for one in behind.composed_of] == ["cost", "runs"]
    assert "cost_per_run" in [one.key for one in opened(facts, "runs").part_of]


def test_a_figure_opens_at_its_address_as_it_stood(ws: Workspace, usage: SmallFacts) -> None:
    facts = asked(ws, Filters(ago(2), ago(1), agents=("claims", "writer")))
    address = figure(facts, "cost").opens
    assert address.startswith("figure?figure=cost&")
    again = facts_at(ws, SYSTEM, "cost", parse_qs(address.partition("?")[2]))
    assert again.filters == facts.filters
    assert figure(again, "cost").value == 6
    with pytest.raises(Invalid, match="is no day"):
        facts_at(ws, SYSTEM, "cost", {"from": ["yesterday"]})
    with pytest.raises(Invalid, match="is no number"):
        facts_at(ws, SYSTEM, "progress", {"project": ["all"]})


def test_single_rows_are_for_those_who_may_see_single_people(ws: Workspace, usage: SmallFacts) -> None:
    viewer = Actor(1, "vera", "Vera", Role.VIEWER)
    facts = facts_at(ws, viewer, "cost", {})
    with pytest.raises(Forbidden):
        shown_rows(facts, rows_of(facts, "cost"), None, 5)


def test_rows_are_looked_at_without_and_taken_away_with_the_permission_to_export(ws: Workspace) -> None:
    tasks = [create_task(ws.store, SYSTEM, **_project(ws), title=f"Task {n}") for n in range(3)]
    update_task(ws.store, SYSTEM, tasks[0].id, tasks[0].version, {"status": "in_progress"})
    member = Actor(1, "mia", "Mia", Role.MEMBER)
    facts = facts_at(ws, member, "wip", {})
    page, count = shown_rows(facts, rows_of(facts, "wip"), None, 5)
    assert (page.rows["title"].to_pylist(), count) == (["Task 0"], 1)
    with pytest.raises(Forbidden, match="export"):
        page_of_rows(facts, rows_of(facts, "wip"), None, 5)


def test_sources_are_covered_or_missed_for_a_reason(ws: Workspace, usage: SmallFacts) -> None:
    usage.calls(usage.call(ago(20), "1"))
    told = {one.source: one for one in opened(asked(ws, PERIOD), "cost").sources}
    assert told["platform"].covered
    narrow = opened(asked(ws, Filters(ago(40), ago(30))), "cost").sources
    assert [(one.covered, "newest is of" in one.reason) for one in narrow] == [(False, True)]
    elsewhere = opened(asked(ws, Filters(ago(6), TODAY, sources=("files",))), "cost").sources
    assert [one.reason for one in elsewhere] == ["The figure is narrowed to other sources"]
    assert opened(asked(ws, PERIOD), "progress").sources == ()


@pytest.mark.parametrize(
    "figure", ["total_cost", "infrastructure_cost", "forecast_month_cost", "cost_per_measure"]
)
def test_figures_of_all_cost_cover_bills(ws: Workspace, figure: str) -> None:
    load_expenses(ws.warehouse, [expense(TODAY, 5, "infrastructure", origin="focus", source="cloud")])
    assert [(one.source, one.covered) for one in opened(asked(ws, PERIOD), figure).sources] == [
        ("cloud", True)
    ]


def test_a_target_keeps_its_history(ws: Workspace, usage: SmallFacts) -> None:
    for first, value in ((ago(30), "0.05"), (ago(3), "0.03")):
        TARGETS.create(ws.store, SYSTEM, figure="error_rate", value=value, valid_from=first, note="agreed")
    told = opened(asked(ws, PERIOD), "error_rate").targets
    assert [(float(one.value), one.valid_from, one.note) for one in told] == [
        (0.03, ago(3), "agreed"), (0.05, ago(30), "agreed"), (0.02, None, "From the settings"),
    ]  # fmt: skip


def test_a_figure_without_rows_says_why(ws: Workspace) -> None:
    with pytest.raises(NotFound, match="has no rows to show"):
        rows_of(asked(ws, PERIOD), "open_rejects")


def _project(ws: Workspace) -> dict[str, Any]:
    effort = create_effort(ws.store, SYSTEM, name="Claims")
    return {"project_id": create_project(ws.store, SYSTEM, effort_id=effort.id, name="Intake").id}
