"""The ledger as those are told it who may not see figures of small groups: every amount once, and nobody's own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow.errors import Forbidden
from orchflow.insights.ledger import EXCEPT_HOURS, Ledger, read_ledger
from orchflow.insights.ledger_drill import drill
from orchflow.metrics.document import facts_for
from orchflow.metrics.filters import Filters
from orchflow.metrics.read import figure
from orchflow.people import small_groups
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.small_groups import WITHHELD
from orchflow.warehouse.expenses import refresh_mean_rates
from orchflow.workspace import Workspace
from tests.insights.test_ledger import FIRST, Row, expense, link, share, usage, worked, world
from tests.metrics.facts import SmallFacts
from tests.metrics.test_privacy_properties import Fact, fact, isolated, load, periods, small

__all__ = ["small"]


def calls(cost: str, caller: str, people: Iterable[int], day: int = 0) -> list[Row]:
    """A call of each of these people."""
    return [usage(cost, caller, day) | {"user_id": f"u{person}"} for person in people]


def hours(cost: str, people: Iterable[int], day: int = 0, **owner: Any) -> list[Row]:
    """An hour of each of these people."""
    return [
        worked(cost, 1, day, person_id=person, currency="USD", cash=Decimal(cost), **owner)
        for person in people
    ]


def filled(ws: Workspace) -> None:
    """On the first day: 5 people in Effort 1 with calls and hours, 2 with calls in Effort 2, 3 in the team, 6 in nobody's; a bill
    each for Effort 2, the team and nobody. On the next: 1 person in Effort 1, 5 in Effort 2. An hour costs 12, and on average 10."""
    world(
        ws,
        usage_daily=[
            *calls("2", "a", range(1, 6)), *calls("3", "b", (6, 7)), *calls("1", "c", (8, 9, 10)), *calls("1", "x", range(1, 7)),
            *calls("7", "a", [1], day=1), *calls("8", "b", range(1, 6), day=1),
        ],
        expenses_daily=[
            *hours("10", range(1, 6), -20), *hours("12", range(1, 6), task_id=1),
            expense("4", project_id=3), expense("20", team_id=1), expense("5", provider="azure"),
        ],
        links=[link("a", "task", 1), link("b", "task", 3)], cost_shares=[share(("agent", "c"), ("team", 1), "100")],
    )  # fmt: skip
    with ws.warehouse.write() as tx:
        refresh_mean_rates(tx)


def told(ws: Workspace, viewer: Actor, last: int = 0) -> Ledger:
    return read_ledger(ws, viewer, FIRST, FIRST + timedelta(last))


def whole(ws: Workspace, viewer: Actor, read: Ledger) -> Any:
    return figure(facts_for(ws, viewer, "total_cost", start=read.start, end=read.end), "total_cost").value


def test_lines_of_few_people_are_together_with_the_next_larger(ws: Workspace, viewer: Actor) -> None:
    filled(ws)
    read = told(ws, viewer)
    assert [(line.kind, line.name, line.cost, line.tasks) for line in read.lines] == [
        ("effort", "Effort 1", 5 * 2 + 5 * 10, 3),
        ("nobody", None, 6 + 5, 0),
        ("small_groups", None, (2 * 3 + 4) + (3 * 1 + 20), 1),
        ("total", None, 104, 4),
    ]
    assert read.total.cost == whole(ws, viewer, read)
    assert {line.hours for line in read.lines} == {None}
    assert WITHHELD in read.withheld


def test_a_longer_period_tells_no_more_of_a_day_of_few(ws: Workspace, viewer: Actor) -> None:
    """On the second day Effort 1 has one person, with whom the five of Effort 2 are put together."""
    filled(ws)
    read = told(ws, viewer, last=1)
    assert [(line.name or line.kind, line.cost, line.in_part) for line in read.lines] == [
        ("Effort 1", 60, True), ("nobody", 11, False), ("small_groups", 33 + 7 + 5 * 8, False), ("total", 151, False),
    ]  # fmt: skip
    assert read.total.cost == whole(ws, viewer, read)


def test_the_service_user_is_nobody(ws: Workspace, viewer: Actor) -> None:
    SmallFacts(ws.warehouse).users(service="acme")
    world(
        ws, usage_daily=[*calls("2", "a", range(1, 6)), usage("3", "b") | {"user_id": "service"}],
        links=[link("a", "task", 1), link("b", "task", 3)],
    )  # fmt: skip
    assert {line.name or line.kind: line.cost for line in told(ws, viewer).lines} == {
        "Effort 1": 10, "Effort 2": 3, "total": 13,
    }  # fmt: skip


def test_nothing_below_an_effort_is_told(ws: Workspace, viewer: Actor) -> None:
    filled(ws)
    effort = next(iter(told(ws, viewer).of("effort")))
    assert effort.own == effort.cost, "nor how much of it is in its projects"
    with pytest.raises(Forbidden):
        read_ledger(ws, viewer, FIRST, FIRST, effort_id=1)
    with pytest.raises(Forbidden):
        drill(ws, viewer, effort, FIRST, FIRST)


def test_hours_of_too_few_people_in_all_are_in_no_line(ws: Workspace, viewer: Actor) -> None:
    filled(ws)
    world(
        ws, usage_daily=calls("2", "a", range(1, 6)), links=[link("a", "task", 1)],
        expenses_daily=[*hours("12", (1, 2), task_id=3), expense("4", team_id=1)],
    )  # fmt: skip
    read = told(ws, viewer)
    assert {line.name or line.kind: line.cost for line in read.lines if line.cost} == {
        "Effort 1": 10, "Enablers": 4, "total": 14,
    }  # fmt: skip
    assert read.total.cost == whole(ws, viewer, read)
    assert EXCEPT_HOURS in read.withheld


def test_of_too_few_people_in_all_nothing_is_told(ws: Workspace, viewer: Actor) -> None:
    world(ws, usage_daily=calls("2", "a", range(1, 5)))
    read = told(ws, viewer)
    assert (read.lines, read.withheld) == ((), WITHHELD)
    assert read_ledger(ws, SYSTEM, FIRST, FIRST).total.cost == 8


@pytest.mark.usefixtures("small")
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(fact, min_size=20, max_size=50), periods())
def test_no_line_and_no_difference_of_two_is_of_few_people(
    ws: Workspace, viewer: Actor, monkeypatch: pytest.MonkeyPatch, facts: list[Fact], asked_for: list[Filters]
) -> None:
    monkeypatch.setattr(small_groups, "SMALLEST_GROUP", 3)
    world(ws, links=[link("a", "task", 1), link("b", "task", 3)])
    load(ws, facts)
    lines = [line for over in asked_for for line in read_ledger(ws, viewer, over.start, over.end).lines]
    assert list(isolated([int(line.cost) for line in lines], [person for *_, person in facts])) == []
    for over in asked_for:
        read = read_ledger(ws, viewer, over.start, over.end)
        assert read.total.cost == (whole(ws, viewer, read) or 0)
