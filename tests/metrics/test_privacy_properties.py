"""Whatever the facts, what is told to those who may not see small groups isolates nobody: neither in a cell nor between two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow.metrics import stretches
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import FILTERED, UNATTRIBUTED, Filters
from orchflow.metrics.metric import Dimension
from orchflow.metrics.read import figure, lines
from orchflow.people.permissions import Actor
from orchflow.warehouse.rollups import sum_up_callers, sum_up_runners
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace
from tests.metrics.facts import TODAY, ago, asked

SMALLEST = 3
"""Small, so that a few facts have both groups that are told and groups that are not."""
EMPTY = [
    Query.of("empty", f"delete from {table}")
    for table in ("usage_daily", "callers_daily", "runs_daily", "runners_daily", "callers", "expenses_daily")
]
USAGE = Query.of(
    "usage",
    "insert into usage_daily select day, 'platform', organization, caller, person, 'provider', model, 'remote', 'completed', "
    "'reported', 'USD', 1, 1, 0, 0, 0, 0, bit, bit, 0, null, 0 from facts",
)
RUNS = Query.of(
    "runs",
    "insert into runs_daily select day, 'platform', caller, organization, person, bit, 0, 0, 0, 0 from facts",
)
CALLERS = Query.of(
    "callers",
    "insert into callers values ('platform', 'a', 'a'), ('platform', 'b', 'b')",
)
# of another origin than hours, whose sums would be those of mean rates
HOURS = Query.of(
    "hours",
    "insert into expenses_daily by name select day, 'development' as part, 'entry' as origin, person::bigint as person_id, "
    "caller as agent, organization as service, bit as cost, bit as cash, false as spread, 0 as unconverted from facts",
)
DAYS = [ago(days) for days in (0, 1, 2, 3, 4, 18, 19, 20, 21)]
VALUES: dict[Dimension, list[str]] = {
    "organization": ["x", "y", "z"], "agent": ["a", "b", UNATTRIBUTED], "model": ["m", "n"],
}  # fmt: skip
fact = st.tuples(
    st.sampled_from(DAYS), st.sampled_from(VALUES["organization"]), st.sampled_from(VALUES["agent"]),
    st.sampled_from(VALUES["model"]), st.sampled_from([*"123456789", None]),
)  # fmt: skip
Fact = tuple[date, str, str, str, str | None]


def load(ws: Workspace, facts: Iterable[Fact], loaded: Iterable[Query] = (USAGE, RUNS)) -> None:
    """The cost of each fact, and its runs, are a power of two of its own: a sum says of which facts it is."""
    names = ("day", "organization", "caller", "model", "person")
    rows = pa.table(
        {name: pa.array(column) for name, column in zip(names, zip(*facts, strict=True), strict=True)}
        | {"bit": pa.array([1 << place for place in range(len(facts))])}
    )
    with ws.warehouse.write() as tx:
        tx.register("facts", rows)
        for query in (*EMPTY, CALLERS, *loaded):
            tx.execute(query)
        sum_up_callers(tx, "usage_daily")
        sum_up_runners(tx, "runs_daily")
        tx.unregister("facts")


def cells(facts: Facts, key: str, by: Dimension | None = None) -> list[int]:
    """The facts in each cell that is told, as the bits of a number: in all, or each value by itself and on each of its days."""
    if by is None:
        whole = figure(facts, key)
        return [int(whole.value or 0), int(whole.previous or 0)]
    told = lines(facts, [key], by=by, compared=True) + lines(facts, [key], by=by, grain="day")
    return [int(line.get(side) or 0) for line in told for side in (key, f"previous_{key}")]


def isolated(told: Iterable[int], people: list[str | None]) -> Iterator[set[str]]:
    """Who is alone in a cell, or in what one cell has more than another that lies in it."""
    seen = sorted(set(told))
    for number in (*seen, *(more - less for less, more in combinations(seen, 2) if less & more == less)):
        who = {person for place, person in enumerate(people) if number >> place & 1 and person is not None}
        if 0 < len(who) < SMALLEST:
            yield who


@st.composite
def periods(draw: st.DrawFn) -> list[Filters]:
    """Two or three that overlap."""
    start = draw(st.sampled_from([ago(19), ago(4)]))
    ends = draw(
        st.lists(st.sampled_from([day for day in DAYS if day >= start]), min_size=2, max_size=3, unique=True)
    )
    return [Filters(start, end) for end in ends]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "SMALLEST_GROUP", SMALLEST)


@pytest.mark.usefixtures("small")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(fact, min_size=20, max_size=60), st.permutations(list(VALUES)), periods(), st.data())
def test_no_cell_and_no_difference_of_two_is_of_few_people(
    ws: Workspace,
    viewer: Actor,
    facts: list[Fact],
    dimensions: list[Dimension],
    asked_for: list[Filters],
    data: st.DataObject,
) -> None:
    load(ws, facts)
    by, other, _ = dimensions
    key = "cost" if "model" in (by, other) else data.draw(st.sampled_from(["cost", "runs"]))
    people = [person for *_, person in facts]

    def told(over: Filters, by: Dimension | None = None) -> list[int]:
        return cells(asked(ws, over, viewer), key, by)

    whole = [cell for over in asked_for for cell in told(over)]
    parts = [cell for over in asked_for for cell in told(over, by)]
    assert list(isolated([*whole, *parts], people)) == []
    some = tuple(data.draw(st.lists(st.sampled_from(VALUES[other]), min_size=1, max_size=2, unique=True)))
    rest = tuple(sorted({*VALUES[other]} - {*some}))
    within, without = (replace(asked_for[0], **{FILTERED[other]: values}) for values in (some, rest or some))
    narrowed, complement = told(within), told(without)
    assert list(isolated([whole[0], *narrowed, *complement, *told(within, by)], people)) == []
    one = data.draw(st.sampled_from(VALUES[by]))
    both, alone = replace(within, **{FILTERED[by]: (one,)}), replace(asked_for[0], **{FILTERED[by]: (one,)})
    for above in (narrowed[0], told(alone)[0]):
        assert list(isolated([above, *told(both)], people)) == []


@pytest.mark.usefixtures("small")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(fact, min_size=20, max_size=60), periods(), st.sampled_from(["organization", "model"]))
def test_a_figure_of_one_value_isolates_nobody_either(
    ws: Workspace, viewer: Actor, facts: list[Fact], asked_for: list[Filters], by: Dimension
) -> None:
    load(ws, facts)
    people = [person for *_, person in facts]

    def told(key: str, by: Dimension | None = None) -> list[int]:
        return [cell for over in asked_for for cell in cells(asked(ws, over, viewer), key, by)]

    without_agent = told("unattributed")
    assert list(isolated([*without_agent, *told("cost"), *told("cost", "agent")], people)) == []
    assert list(isolated([*without_agent, *told("unattributed", by)], people)) == []


@pytest.mark.usefixtures("small")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(fact, min_size=20, max_size=60), periods(), st.sampled_from(["agent", "service", "part"]))
def test_the_hours_of_people_isolate_nobody_either(
    ws: Workspace, viewer: Actor, facts: list[Fact], asked_for: list[Filters], by: Dimension
) -> None:
    """Alone and beside usage, whose people other names stand for."""
    load(ws, facts, (HOURS,))
    people = [person for *_, person in facts]
    for key in ("development_cost", "total_cost"):
        told = [cell for over in asked_for for cell in cells(asked(ws, over, viewer), key)]
        parts = [cell for over in asked_for for cell in cells(asked(ws, over, viewer), key, by)]
        assert list(isolated([*told, *parts], people)) == []
        within = replace(asked_for[0], **{FILTERED[by]: ("a", "x", "development")})
        assert list(isolated([*told, *cells(asked(ws, within, viewer), key)], people)) == []


@pytest.mark.usefixtures("small")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(fact, min_size=1, max_size=40), st.integers(0, 9), st.sampled_from(list(VALUES)))
def test_the_cells_of_a_dimension_add_up_to_the_total(
    ws: Workspace, viewer: Actor, facts: list[Fact], days: int, by: Dimension
) -> None:
    load(ws, facts)
    over = asked(ws, Filters(ago(20), ago(days)), viewer)
    if over.told is not None and over.tells("usage_lines"):
        for grain in (None, "day"):
            told = lines(over, ["cost"], by=by, grain=grain)  # type: ignore[arg-type]
            assert sum(line["cost"] for line in told) == figure(over, "cost").value


@given(st.lists(st.tuples(st.integers(0, 70), st.sampled_from("123456789"), st.booleans()), max_size=80))
def test_stretches_are_of_enough_people_and_every_day_is_in_one(entries: list[tuple[int, str, bool]]) -> None:
    days = []
    for back in sorted({back for back, *_ in entries}, reverse=True):
        day = stretches.Stretch(ago(back), ago(back))
        for other, person, ran in entries:
            if other == back:
                (day.ran if ran else day.used).add(person)
        days.append(day)
    found = stretches.stretches_of(days, TODAY)
    for first, last in zip(found.starts, found.ends, strict=True):
        inside = [day for day in days if first <= day.start <= last]
        used, ran = (
            set[str]().union(*people) for people in zip(*((day.used, day.ran) for day in inside), strict=True)
        )
        for told, people in ((found.usage, used), (found.runs, ran)):
            assert not told or not people or len(people) >= stretches.SMALLEST_GROUP
    known = [day for day in days if found.waiting is None or day.start < found.waiting]
    assert all(found.of(day.start)[1] in found.ends for day in known)
    assert all(
        end + timedelta(days=1) <= start for end, start in zip(found.ends, found.starts[1:], strict=False)
    )
