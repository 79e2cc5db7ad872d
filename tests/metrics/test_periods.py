"""Several periods as one query say what each says by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import cycle

import pytest

from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.compiler import bases, dimensions
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters, month_to_date
from orchflow.metrics.metric import Dimension
from orchflow.metrics.periods import Sides, read_sides
from orchflow.metrics.read import lines
from orchflow.metrics.sided import comparable
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.subscribers import dispatcher
from orchflow.value.assumptions import ASSUMPTIONS
from orchflow.value.benefits import BENEFITS
from orchflow.workspace import Workspace
from tests.metrics.cost_facts import expense, hours, load_expenses
from tests.metrics.facts import NOW, TODAY, SmallFacts, ago, asked

LATE = datetime(2026, 10, 31, 15, tzinfo=UTC)
"""The last of a month that is longer than the one before: the comparison is shortened."""
KEYS = tuple(key for key, own in METRICS.items() if own.read is None)
PEOPLE = ("u1", "u2", "u3", "u4", "u5", "u6", "u7")


@pytest.fixture
def filled(ws: Workspace, facts: SmallFacts) -> Workspace:
    """Ninety days of seven people's calls and runs, of two agents and providers, until the present hour; and what else costs."""
    who, model, agents = cycle(PEOPLE), cycle((None, "anthropic", "openai")), cycle(("claims", "writer"))
    calls, runs = [], []
    for days in range(90):
        for _ in range(2 if days % 5 else 8):
            calls.append(
                facts.call(ago(days), "1.25" if days % 7 else None, user_id=next(who), provider=next(model))
            )
        runs += [facts.run(next(agents), ago(days), user=next(who)) for _ in range(1 + days % 3)]
    facts.agents(claims="active", writer="active")
    facts.calls(*calls)
    facts.runs(*runs)
    load_expenses(
        ws.warehouse,
        [
            *(expense(ago(days), days + 1, "infrastructure", agent="claims") for days in range(40)),
            *(hours(ago(days), 80, days % 6) for days in range(0, 40, 3)),
        ],
    )
    for kind, likely in (("recapture", 50), ("checking_minutes", 1), ("loaded_rate", 60)):
        money = {"currency": "USD"} if kind == "loaded_rate" else {}
        ASSUMPTIONS.create(ws.store, SYSTEM, kind=kind, likely=likely, valid_from=ago(90), **money)
    gain = partial(BENEFITS.create, ws.store, SYSTEM, grade="measured", starts=ago(90), evidence_day=ago(90))
    gain(title="Typing", agent="claims", minutes_likely=12)
    gain(title="Paper", agent="writer", kind="cost_avoided", likely=300, currency="USD")
    dispatcher(ws).deliver()
    return ws


def periods(today: date) -> list[Filters]:
    """The windows of rules, one of them twice, and one that is past."""
    return [
        Filters(today, today),
        Filters(today - timedelta(days=1), today - timedelta(days=1)),
        Filters(today - timedelta(days=6), today),
        Filters(today - timedelta(days=27), today),
        month_to_date(today),
        Filters(today - timedelta(days=27), today),
        Filters(today - timedelta(days=40), today - timedelta(days=30)),
    ]


@pytest.mark.parametrize("now", [NOW, LATE])
@pytest.mark.parametrize("by", [None, "agent", "provider"])
@pytest.mark.parametrize("everybody", [True, False])
def test_each_period_is_as_it_is_alone(
    filled: Workspace, viewer: Actor, now: datetime, by: Dimension | None, everybody: bool
) -> None:
    actor = SYSTEM if everybody else viewer
    each = [asked(filled, days, actor, now=now) for days in periods(now.date())]
    keys = [key for key in KEYS if by is None or by in dimensions(key)]
    assert len(keys) > 5
    for facts, sides in zip(each, read_sides(each, keys, by), strict=True):
        by_itself = alone(facts, keys, by)
        for key in keys:
            assert (key, said(sides, key, facts)) == (key, said(by_itself, key, facts))


def said(sides: Sides, key: str, facts: Facts) -> dict[str, dict[str, object]]:
    """By side and value what a figure is, where it is anything; nothing of a side before with which it is not compared."""
    # of a stretch that still runs nothing before is compared
    over = facts.privacy.people or not facts.comparison.running
    told = {
        side: {value: line[key] for value, line in found.items() if line.get(key)}
        for side, found in sides.items()
        if side == "current" or (over and comparable(facts, key))
    }
    return {side: found for side, found in told.items() if found}


def alone(facts: Facts, keys: Sequence[str], by: Dimension | None) -> Sides:
    """The same by the queries of one period."""
    if facts.told is None:
        return {}
    sides: Sides = {"current": {line.get("value", ""): line for line in lines(facts, keys, by=by)}}
    both = {line.get("value", ""): line for line in lines(facts, keys, by=by, compared=True)}
    sides["previous"] = {
        value: {key: line[f"previous_{key}"] for key in keys} for value, line in both.items()
    }
    return sides | ({"compared": both} if facts.comparison.shortened else {})


def test_a_day_that_still_runs_is_compared_with_the_value_of_the_day_before(filled: Workspace) -> None:
    [sides] = read_sides([asked(filled, Filters(TODAY, TODAY))], ["avoided_value", "agent_value"])
    assert sides["previous"][""]["avoided_value"] == 10  # a thirtieth of 300
    assert sides["previous"][""]["agent_value"] >= 10


def test_where_nothing_may_be_told_nothing_is_read(ws: Workspace, facts: SmallFacts, viewer: Actor) -> None:
    facts.calls(facts.call(TODAY))
    [sides] = read_sides([asked(ws, Filters(TODAY, TODAY), viewer)], ["cost"])
    assert sides == {}
    assert bases("cost") == ("usage_lines",)
