"""Every rule of the burndown, on histories small enough to count."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.planning.events import GONE, burn, change, may, task

THREE_TASKS = (task(1, 5), task(2, 3), task(3, 2))


def column(report: object, name: str) -> list[float | None]:
    return [getattr(day, name) for day in report.days]  # type: ignore[attr-defined]


def test_remaining_is_scope_minus_what_is_done_at_the_end_of_each_day() -> None:
    report = burn(*THREE_TASKS, change(may(5), 1, status="done"), change(may(7), 3, status="done"))
    assert [day.day.day for day in report.days] == [4, 5, 6, 7, 8]
    assert column(report, "scope") == [10, 10, 10, 10, 10]
    assert column(report, "remaining") == [10, 5, 5, 3, 3]


def test_the_start_value_is_not_compensated_for_later_changes() -> None:
    late = task(4, 8, may(6), sprint_id=1)
    report = burn(*THREE_TASKS, late, change(may(7), 1, points=1))
    assert report.committed == 10
    assert column(report, "scope") == [10, 10, 18, 14, 14]
    assert column(report, "ideal_committed") == [8, 6, 4, 2, 0]


def test_a_task_that_joins_after_the_start_is_a_marked_scope_change() -> None:
    report = burn(*THREE_TASKS, task(4, 8, sprint_id=None), change(may(6, 14), 4, sprint_id=1))
    [added] = report.scope_changes
    assert (added.task_id, added.change, added.points, added.occurred_at) == (4, "added", 8, may(6, 14))
    assert report.days[2].scope_changes == (added,)


def test_at_the_start_stands_the_commitment_and_what_of_it_was_begun_and_done_before() -> None:
    report = burn(
        *THREE_TASKS, change(may(3), 1, status="done"), change(may(3), 2, status="in_progress"), now=may(4, 9)
    )
    assert (report.committed, report.begun, report.done_before) == (10, 8, 5)


def test_what_joins_at_the_instant_of_the_start_is_committed() -> None:
    report = burn(*THREE_TASKS, task(4, 8, sprint_id=None), change(may(4), 4, sprint_id=1))
    assert (report.committed, report.scope_changes) == (18, ())


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"sprint_id": 2}, "moved out"), ({"status": "cancelled"}, "cancelled"), (GONE, "deleted")],
)
def test_a_task_that_leaves_takes_its_points_out_of_the_scope(values: dict[str, object], reason: str) -> None:
    report = burn(*THREE_TASKS, change(may(6), 2, **values))
    assert column(report, "scope") == [10, 10, 7, 7, 7]
    [removed] = report.scope_changes
    assert (removed.change, removed.points, removed.reason) == ("removed", -3, reason)


def test_a_cancelled_task_that_is_taken_up_again_is_added() -> None:
    report = burn(*THREE_TASKS, change(may(5), 2, status="cancelled"), change(may(6), 2, status="ready"))
    assert [(c.change, c.points, c.reason) for c in report.scope_changes] == [
        ("removed", -3, "cancelled"), ("added", 3, "restored"),
    ]  # fmt: skip


def test_a_new_estimate_is_a_scope_change_by_the_difference() -> None:
    report = burn(*THREE_TASKS, change(may(5), 1, points=8))
    [changed] = report.scope_changes
    assert (changed.change, changed.points) == ("re-estimated", 3)
    assert column(report, "remaining") == [10, 13, 13, 13, 13]


def test_an_estimate_that_comes_with_the_task_is_one_change() -> None:
    report = burn(*THREE_TASKS, task(4, None, sprint_id=None), change(may(6), 4, sprint_id=1, points=5))
    assert [(c.change, c.points) for c in report.scope_changes] == [("added", 5)]


def test_a_reopened_task_raises_remaining_on_its_day_and_is_no_scope_change() -> None:
    report = burn(*THREE_TASKS, change(may(5), 1, status="done"), change(may(7), 1, status="in_progress"))
    assert column(report, "remaining") == [10, 5, 5, 10, 10]
    assert report.scope_changes == ()


def test_days_to_come_are_empty_and_still_drawn() -> None:
    report = burn(*THREE_TASKS, change(may(5), 1, status="done"), now=may(6, 12))
    assert column(report, "remaining") == [10, 5, 5, None, None]
    assert column(report, "scope") == [10, 10, 10, None, None]
    assert column(report, "ideal_committed") == [8, 6, 4, 2, 0]


def test_nothing_after_now_is_counted() -> None:
    report = burn(*THREE_TASKS, change(may(6, 13), 1, status="done"), now=may(6, 12))
    assert column(report, "remaining")[:3] == [10, 10, 10]


def test_the_ideal_lines_are_flat_on_weekends_and_days_off() -> None:
    report = burn(task(1, 8), end=date(2026, 5, 12), days_off=[date(2026, 5, 6)], now=may(12))
    assert [day.day.day for day in report.days] == [4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert [day.working for day in report.days] == [True, True, False, True, True, False, False, True, True]
    assert column(report, "ideal_committed") == pytest.approx(
        [40 / 6, 32 / 6, 32 / 6, 4, 16 / 6, 16 / 6, 16 / 6, 8 / 6, 0]
    )


def test_work_done_on_a_weekend_counts() -> None:
    report = burn(*THREE_TASKS, change(may(9), 1, status="done"), end=date(2026, 5, 11), now=may(11))
    assert column(report, "remaining") == [10, 10, 10, 10, 10, 5, 5, 5]


def test_the_second_ideal_starts_from_the_scope_of_today() -> None:
    report = burn(*THREE_TASKS, task(4, 5, may(5)), now=may(6))
    assert column(report, "ideal_committed") == [8, 6, 4, 2, 0]
    assert column(report, "ideal_rebaselined") == [12, 9, 6, 3, 0]


def test_a_sprint_of_days_off_only_counts_all_its_days() -> None:
    report = burn(task(1, 2), start=may(9), end=date(2026, 5, 10), now=may(10))
    assert column(report, "ideal_committed") == [1, 0]


def test_the_days_go_on_past_the_planned_end_until_the_close() -> None:
    report = burn(*THREE_TASKS, change(may(12), 1, status="done"), closed=may(12, 17))
    assert [day.day.day for day in report.days] == [4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert column(report, "remaining")[-2:] == [10, 5]
    assert column(report, "ideal_committed")[4:] == [0, 0, 0, 0, 0]
    assert report.planned_end == date(2026, 5, 8)


def test_a_sprint_closed_early_has_no_values_after_its_close() -> None:
    report = burn(*THREE_TASKS, change(may(5), 1, status="done"), closed=may(6, 17), now=may(20))
    assert column(report, "remaining") == [10, 5, 5, None, None]


def test_a_sprint_closed_at_midnight_ends_with_the_day_before() -> None:
    report = burn(*THREE_TASKS, closed=may(9, 0))
    assert report.days[-1].day == date(2026, 5, 8)


def test_carrying_over_at_the_close_is_no_scope_change() -> None:
    closed = may(8, 17)
    report = burn(*THREE_TASKS, change(may(5), 1, status="done"), change(closed, 2, sprint_id=2), change(closed, 3, sprint_id=None), closed=closed)  # fmt: skip
    assert column(report, "remaining") == [10, 5, 5, 5, 5]
    assert report.scope_changes == ()


def test_what_happens_after_the_close_does_not_count() -> None:
    report = burn(*THREE_TASKS, change(may(8, 18), 1, status="done"), closed=may(8, 17))
    assert column(report, "remaining")[-1] == 10


def test_a_sprint_that_was_closed_and_reopened_looks_as_if_it_never_stopped() -> None:
    closed, reopened = may(6, 10), may(7, 10)
    work = (*THREE_TASKS, change(may(5), 1, status="done"), change(may(8), 3, status="done"))
    away = change(closed, 2, sprint_id=2), change(closed, 3, sprint_id=2)
    back = change(reopened, 2, sprint_id=1), change(reopened, 3, sprint_id=1)
    assert burn(*work, *away, *back, pauses=((closed, reopened),)).days == burn(*work).days


def test_what_does_not_come_back_at_the_reopening_is_removed_then() -> None:
    closed, reopened = may(6, 10), may(7, 10)
    report = burn(
        *THREE_TASKS, change(closed, 2, sprint_id=2), change(closed, 3, sprint_id=2), change(reopened, 2, sprint_id=1),
        pauses=((closed, reopened),),
    )  # fmt: skip
    assert column(report, "scope") == [10, 10, 10, 8, 8]
    [removed] = report.scope_changes
    assert (removed.task_id, removed.change, removed.occurred_at) == (3, "removed", reopened)


def test_days_are_days_of_the_workspace() -> None:
    late = may(5, 22, 30)  # half past midnight on the 6th in Berlin
    report = burn(*THREE_TASKS, change(late, 1, status="done"), zone=ZoneInfo("Europe/Berlin"))
    assert column(report, "remaining") == [10, 10, 5, 5, 5]


def test_counted_in_tasks_an_estimate_is_no_scope_change() -> None:
    report = burn(*THREE_TASKS, change(may(5), 1, points=8), change(may(6), 2, status="done"), unit="count")
    assert column(report, "scope") == [3, 3, 3, 3, 3]
    assert column(report, "remaining") == [3, 3, 2, 2, 2]
    assert report.scope_changes == ()


def test_counted_in_hours_the_estimated_hours_count() -> None:
    report = burn(task(1, 1, estimated_hours=6.5), task(2, 1, estimated_hours=4), change(may(5), 1, status="done"), unit="hours")  # fmt: skip
    assert column(report, "remaining") == [10.5, 4, 4, 4, 4]


def test_a_task_without_hours_weighs_nothing() -> None:
    report = burn(task(1, 1, estimated_hours=6.5), task(2, 1), task(3, 1, may(5)), unit="hours")
    assert report.committed == 6.5
    assert column(report, "remaining") == [6.5] * 5
    assert [(c.task_id, c.change, c.points) for c in report.scope_changes] == [(3, "added", 0)]


def test_an_estimate_taken_away_takes_its_weight_along() -> None:
    report = burn(*THREE_TASKS, change(may(5), 1, points=None))
    assert column(report, "scope") == [10, 5, 5, 5, 5]
    assert [(c.change, c.points) for c in report.scope_changes] == [("re-estimated", -5)]


def test_a_task_without_points_weighs_nothing_and_its_coming_is_still_shown() -> None:
    report = burn(*THREE_TASKS, task(4, None, may(6)))
    assert column(report, "scope") == [10, 10, 10, 10, 10]
    assert [(c.task_id, c.change, c.points) for c in report.scope_changes] == [(4, "added", 0)]


def test_burnup_shows_scope_started_and_completed() -> None:
    report = burn(*THREE_TASKS, change(may(5), 1, status="in_progress"), change(may(6), 1, status="done"), change(may(7), 2, status="blocked"))  # fmt: skip
    assert column(report, "started") == [0, 5, 5, 8, 8]
    assert column(report, "completed") == [0, 0, 5, 5, 5]


def test_an_empty_sprint_has_days_of_nothing() -> None:
    report = burn()
    assert column(report, "remaining") == [0, 0, 0, 0, 0]


def test_the_api_shape_has_the_names_that_others_rely_on() -> None:
    answer = burn(*THREE_TASKS, change(may(6), 2, sprint_id=None), now=may(6, 12)).as_json()
    assert answer.keys() == {"start", "planned_end", "closed", "unit", "committed", "days"}
    assert answer["committed"] == 10
    assert (answer["start"], answer["planned_end"], answer["closed"]) == (
        "2026-05-04T09:00:00+00:00", "2026-05-08", None,
    )  # fmt: skip
    assert answer["days"][2] == {
        "day": "2026-05-06", "scope": 7.0, "remaining": 7.0, "ideal_committed": 4.0, "ideal_rebaselined": 2.8,
        "scope_changes": [
            {"task": 2, "change": "removed", "points": -3.0, "by": "", "occurred_at": "2026-05-06T09:00:00+00:00"}
        ],
    }  # fmt: skip
    assert answer["days"][3]["remaining"] is None


def test_a_sprint_of_one_day_burns_down_to_nothing_on_it() -> None:
    report = burn(*THREE_TASKS, end=date(2026, 5, 4), now=may(5))
    assert [day.day.day for day in report.days] == [4, 5]
    assert column(report, "ideal_committed") == [0, 0]


def test_a_sprint_started_after_its_planned_end_has_no_ideal() -> None:
    report = burn(*THREE_TASKS, end=date(2026, 5, 3), now=may(5))
    assert column(report, "ideal_committed") == [None, None]
