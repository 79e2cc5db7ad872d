"""Whatever happened: the quick figures equal slow and obvious ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from orchflow.planning.days import Days, midnight
from orchflow.planning.flow.cumulative_flow import cumulative_flow, throughput
from orchflow.planning.flow.forecast import days_until_done, done_within
from orchflow.planning.sprints.scope import Window
from orchflow.planning.sprints.velocity import sprint_result
from orchflow.planning.tables import Sprint
from tests.planning.events import GONE, SPRINT, UTC_ZONE, Event, burn, may, steps_of

STATES = ("backlog", "ready", "in_progress", "in_review", "blocked", "done", "cancelled")
BERLIN = ZoneInfo("Europe/Berlin")


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Up to six tasks that are made, moved about, estimated, finished, reopened, cancelled and deleted."""
    events: list[Event] = []
    minutes = st.integers(0, 15 * 24 * 60)
    for number in range(draw(st.integers(0, 6))):
        times = sorted(draw(st.lists(minutes, min_size=1, max_size=8)))
        gone = draw(st.booleans())
        for position, minute in enumerate(times):
            when = may(1, 0) + timedelta(minutes=minute)
            if position == 0:
                values: dict[str, Any] = {
                    "status": "backlog",
                    "sprint_id": draw(sprints),
                    "points": draw(points),
                }
            elif gone and position == len(times) - 1:
                values = dict(GONE)
            else:
                values = draw(
                    st.fixed_dictionaries({}, optional={"status": st.sampled_from(STATES), "sprint_id": sprints, "points": points})
                )  # fmt: skip
            events.append((when, number, values))
    return sorted(events, key=lambda event: event[0])


sprints = st.sampled_from([None, SPRINT, SPRINT, 2])
points = st.sampled_from([None, 0.5, 1, 2, 3, 5, 8])


def state_of_things(
    events: list[Event], until: datetime, *, included: bool = True
) -> dict[int, dict[str, Any]]:
    tasks: dict[int, dict[str, Any]] = {}
    for when, number, values in events:
        if when < until or (included and when == until):
            tasks.setdefault(number, {}).update(values)
    return tasks


def in_scope(values: dict[str, Any]) -> bool:
    return values.get("sprint_id") == SPRINT and values["status"] not in (None, "cancelled")


def slow_amounts(tasks: dict[int, dict[str, Any]]) -> tuple[float, float]:
    scope = [values for values in tasks.values() if in_scope(values)]
    total = sum(values.get("points") or 0 for values in scope)
    return total, total - sum(values.get("points") or 0 for values in scope if values["status"] == "done")


@given(histories(), st.integers(0, 10 * 24 * 60), st.sampled_from([UTC_ZONE, BERLIN]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_burndown_equals_the_slow_one(
    events: list[Event], start: int, zone: ZoneInfo, is_closed: bool
) -> None:
    started = may(1, 0) + timedelta(minutes=start)
    now = may(14, 15)
    report = burn(
        *events, start=started, now=now, closed=now if is_closed else None, zone=zone, end=date(2026, 5, 20)
    )
    assert report.committed == slow_amounts(state_of_things(events, started))[0]
    for day in report.days:
        ends = midnight(day.day + timedelta(days=1), zone)
        if midnight(day.day, zone) > now:
            assert day.scope is None
            assert day.remaining is None
            continue
        over = min(ends, now)
        tasks = state_of_things(events, over, included=not is_closed and over == now)
        assert (day.scope, day.remaining) == slow_amounts(tasks)
    last = [day for day in report.days if day.scope is not None][-1]
    assert last.scope == report.committed + sum(change.points for change in report.scope_changes)


@given(histories(), st.integers(0, 10 * 24 * 60))
@settings(max_examples=200, deadline=None)
def test_what_a_sprint_took_in_is_done_or_carried_over(events: list[Event], start: int) -> None:
    started, closed = may(1, 0) + timedelta(minutes=start), may(14, 15)
    sprint = Sprint(number=1, name="Sprint 1", team_id=None)
    result = sprint_result(steps_of(events), Window(SPRINT, started, None, closed), "points", closed, sprint)
    taken_in = result.committed + result.added - result.removed + result.re_estimated
    assert taken_in == result.done + result.carried_over
    before, after = state_of_things(events, started), state_of_things(events, closed, included=False)
    committed = {number: values for number, values in before.items() if in_scope(values)}
    kept = [n for n in committed if in_scope(after[n]) and after[n]["status"] == "done"]
    assert result.done_committed == sum(committed[n].get("points") or 0 for n in kept)
    assert result.predictability is None or 0 <= result.predictability <= 1


@given(histories(), st.sampled_from([UTC_ZONE, BERLIN]))
@settings(max_examples=300, deadline=None)
def test_the_bands_of_the_cumulative_flow_add_up_and_never_cross(events: list[Event], zone: ZoneInfo) -> None:
    days = Days.between(date(2026, 5, 3), date(2026, 5, 16), zone)
    flow = cumulative_flow(steps_of(events, ("status",)), days)
    assert list(flow.columns) == ["day", *STATES]
    for day, row in zip(days.dates(), flow[list(STATES)].to_numpy(), strict=True):
        tasks = state_of_things(events, midnight(day + timedelta(days=1), zone), included=False)
        present = [values["status"] for values in tasks.values() if values["status"] is not None]
        assert row.tolist() == [present.count(state) for state in STATES]
        assert row.sum() == len(present)
        assert (np.diff(np.cumsum(row[::-1])) >= 0).all()


@given(histories())
@settings(max_examples=200, deadline=None)
def test_throughput_less_what_was_undone_is_the_rise_of_done(events: list[Event]) -> None:
    days = Days.between(date(2026, 5, 1), date(2026, 5, 16), UTC_ZONE)
    steps = steps_of(events, ("status",))
    done = throughput(steps, days)["done"].tolist()
    before: set[int] = set()
    for day, count in zip(days.dates(), done, strict=True):
        tasks = state_of_things(events, midnight(day + timedelta(days=1), UTC_ZONE), included=False)
        now = {number for number, values in tasks.items() if values["status"] == "done"}
        assert count == len(now - before)
        before = now


@given(st.integers(1, 40), st.integers(1, 400), st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_a_forecast_from_constant_throughput_is_exact(pace: int, remaining: int, days: int) -> None:
    history = np.full(days, pace, dtype=np.int64)
    assert set(days_until_done(history, remaining, 200, seed=1)) == {-(-remaining // pace)}
    assert set(done_within(history, days, 200, seed=1)) == {pace * days}
