"""Cumulative flow, throughput, cycle time and ageing, on histories small enough to count."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from orchflow.planning.calendar import WorkingCalendar
from orchflow.planning.days import Days
from orchflow.planning.flow.cumulative_flow import cumulative_flow, throughput, until
from orchflow.planning.flow.cycle_time import Ageing, CycleTimes, ageing, cycle_times, percentiles
from orchflow.planning.tables import State
from tests.planning.events import GONE, UTC_ZONE, Event, change, may, steps_of, task

CALENDAR = WorkingCalendar()
WEEK = Days.between(date(2026, 5, 4), date(2026, 5, 8), UTC_ZONE)


def flow(*events: Event, days: Days = WEEK) -> dict[str, list[int]]:
    return cumulative_flow(steps_of(events, ("status",)), days).drop(columns="day").to_dict("list")  # type: ignore[return-value]


def done(*events: Event, days: Days = WEEK) -> list[int]:
    found: list[int] = throughput(steps_of(events, ("status",)), days)["done"].tolist()
    return found


def cycle(*events: Event, days: Days = WEEK, calendar: WorkingCalendar = CALENDAR) -> CycleTimes:
    return cycle_times(steps_of(events, ("status",)), days, calendar)


def age(*events: Event) -> Ageing:
    return ageing(steps_of(events, ("status",)), may(8), UTC_ZONE, CALENDAR)


def test_each_day_counts_the_tasks_by_their_state_at_its_end() -> None:
    found = flow(
        task(1),
        task(2, when=may(5)),
        change(may(5), 1, status="in_progress"),
        change(may(6), 1, status="done"),
    )
    assert found["ready"] == [1, 1, 1, 1, 1]
    assert found["in_progress"] == [0, 1, 0, 0, 0]
    assert found["done"] == [0, 0, 1, 1, 1]


def test_every_state_has_a_band() -> None:
    states = ("backlog", "ready", "in_progress", "in_review", "blocked", "done", "cancelled")
    found = flow(*(task(number, status=state) for number, state in enumerate(states)))
    assert found == {state: [1, 1, 1, 1, 1] for state in states}


def test_a_deleted_task_leaves_its_band_on_its_day() -> None:
    assert flow(task(1), change(may(6), 1, **GONE))["ready"] == [1, 1, 0, 0, 0]


def test_the_days_of_the_flow_are_those_of_the_workspace() -> None:
    berlin = Days.between(date(2026, 5, 4), date(2026, 5, 8), ZoneInfo("Europe/Berlin"))
    assert flow(task(1, when=may(5, 22, 30)), days=berlin)["ready"] == [0, 0, 1, 1, 1]


def test_throughput_counts_the_tasks_that_reach_done_and_shows_days_without_any() -> None:
    assert done(task(1), task(2), change(may(5), 1, status="done"), change(may(5, 12), 2, status="done")) == [0, 2, 0, 0, 0]  # fmt: skip


def test_to_and_fro_within_a_day_counts_once() -> None:
    toggled = [change(may(5, hour), 1, status="done" if hour % 2 else "ready") for hour in range(9, 14)]
    assert done(task(1), *toggled) == [0, 1, 0, 0, 0]


def test_a_task_undone_and_done_again_on_the_day_after_does_not_count_again() -> None:
    again = change(may(6, 9), 1, status="ready"), change(may(6, 10), 1, status="done")
    assert done(task(1), change(may(5), 1, status="done"), *again) == [0, 1, 0, 0, 0]


def test_midnight_belongs_to_the_day_that_begins() -> None:
    assert done(task(1), change(may(5, 0), 1, status="done")) == [0, 1, 0, 0, 0]
    assert done(task(1), change(may(4, 0), 1, status="done")) == [1, 0, 0, 0, 0]
    assert done(task(1), change(may(9, 0), 1, status="done")) == [0, 0, 0, 0, 0]


def test_a_task_done_again_on_another_day_counts_again() -> None:
    assert done(task(1), change(may(4, 10), 1, status="done"), change(may(5), 1, status="ready"), change(may(7), 1, status="done")) == [1, 0, 0, 1, 0]  # fmt: skip


def test_what_was_done_before_the_days_is_not_in_them() -> None:
    assert done(task(1, status="done"), change(may(6), 1, status="done")) == [0, 0, 0, 0, 0]


def test_cycle_time_is_from_the_first_in_progress_to_the_last_done() -> None:
    found = cycle(task(1), change(may(4, 9), 1, status="in_progress"), change(may(6, 21), 1, status="done"))
    assert found.frame[["task_id", "calendar_days", "done_day"]].to_numpy().tolist() == [
        [1, 2.5, date(2026, 5, 6)]
    ]


def test_a_reopened_task_counts_to_its_final_close() -> None:
    found = cycle(
        task(1), change(may(4), 1, status="in_progress"), change(may(5), 1, status="done"),
        change(may(6), 1, status="in_progress"), change(may(8), 1, status="done"),
    )  # fmt: skip
    assert found.frame["calendar_days"].tolist() == [4]


def test_a_task_that_is_open_again_has_no_cycle_time() -> None:
    found = cycle(task(1), change(may(4), 1, status="in_progress"), change(may(5), 1, status="done"), change(may(6), 1, status="ready"))  # fmt: skip
    assert len(found.frame) == 0
    assert found.calendar == {}


def test_a_task_that_was_never_in_progress_is_counted_apart() -> None:
    found = cycle(task(1), change(may(5), 1, status="done"))
    assert (len(found.frame), found.never_started) == (0, 1)


def test_cycle_times_are_of_the_tasks_done_in_the_period() -> None:
    early = (
        task(1, when=may(1)),
        change(may(1, 10), 1, status="in_progress"),
        change(may(2), 1, status="done"),
    )
    assert len(cycle(*early).frame) == 0


def test_the_period_of_cycle_times_holds_its_first_instant_and_ends_before_the_day_after() -> None:
    def done_at(day: int) -> int:
        return len(
            cycle(
                task(1), change(may(3), 1, status="in_progress"), change(may(day, 0), 1, status="done")
            ).frame
        )

    assert [done_at(day) for day in (4, 9)] == [1, 0]


def test_beside_what_was_measured_the_never_started_are_counted() -> None:
    found = cycle(
        task(1), task(2), change(may(5), 1, status="done"),
        change(may(5), 2, status="in_progress"), change(may(6), 2, status="done"),
    )  # fmt: skip
    assert (found.frame["task_id"].tolist(), found.never_started) == ([2], 1)


def test_a_weekend_has_no_working_days_also_in_parts() -> None:
    days = Days.between(date(2026, 5, 4), date(2026, 5, 12), UTC_ZONE)
    work = change(may(9, 12), 1, status="in_progress"), change(may(10, 6), 1, status="done")
    [row] = cycle(task(1), *work, days=days).frame.to_dict("records")
    assert (row["calendar_days"], row["working_days"]) == (0.75, 0)


def test_what_happens_at_the_instant_itself_has_happened() -> None:
    steps = steps_of((task(1), change(may(5), 1, status="done"), change(may(5, 9, 1), 1, status="ready")))
    assert until(steps, may(5)).last_of_each().is_state(State.DONE).tolist() == [True]


def test_working_days_leave_out_weekends_and_days_off() -> None:
    days = Days.between(date(2026, 5, 4), date(2026, 5, 12), UTC_ZONE)
    work = task(1), change(may(8, 12), 1, status="in_progress"), change(may(12, 12), 1, status="done")
    [row] = cycle(*work, days=days).frame.to_dict("records")
    assert (row["calendar_days"], row["working_days"]) == (4, 2)
    off = WorkingCalendar(frozenset({date(2026, 5, 11)}))
    assert cycle(*work, days=days, calendar=off).frame["working_days"].tolist() == [1]


def test_percentiles_are_the_days_that_so_many_tasks_did_not_exceed() -> None:
    assert percentiles(np.arange(1.0, 21.0)) == {50: 10, 85: 17, 95: 19}


def test_the_age_of_open_work_runs_from_its_first_start() -> None:
    found = age(
        task(1), task(2), task(3),
        change(may(4), 1, status="in_progress"), change(may(5), 1, status="blocked"),
        change(may(6), 2, status="in_progress"),
    )  # fmt: skip
    assert found.work_in_progress == 2
    assert found.frame[["task_id", "state", "age_days"]].to_numpy().tolist() == [
        [1, "blocked", 4], [2, "in_progress", 2],
    ]  # fmt: skip


@pytest.mark.parametrize("ending", [{"status": "done"}, {"status": "cancelled"}, GONE])
def test_what_is_over_does_not_age(ending: dict[str, object]) -> None:
    assert (
        age(task(1), change(may(4), 1, status="in_progress"), change(may(5), 1, **ending)).work_in_progress
        == 0
    )


def test_a_day_of_the_clock_is_a_day_when_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    from datetime import datetime

    days = Days.between(date(2026, 3, 27), date(2026, 3, 31), berlin)
    begin, end = datetime(2026, 3, 28, 12, tzinfo=berlin), datetime(2026, 3, 30, 12, tzinfo=berlin)
    found = cycle(
        task(1, when=begin), change(begin, 1, status="in_progress"), change(end, 1, status="done"), days=days
    )
    assert found.frame["calendar_days"].tolist() == [2]
