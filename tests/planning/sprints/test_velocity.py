"""Velocity and predictability, on sprints small enough to count."""

from __future__ import annotations

import pytest

from orchflow.planning.sprints.scope import Unit, Window
from orchflow.planning.sprints.velocity import SprintResult, average, sprint_result
from orchflow.planning.tables import Sprint
from tests.planning.events import SPRINT, Event, change, may, steps_of, task

CLOSED = may(8, 17)


def result(*events: Event, unit: Unit = "points") -> SprintResult:
    """What became of the sprint from the 4th, 9:00, to the 8th, 17:00."""
    window = Window(SPRINT, may(4), None, CLOSED)
    return sprint_result(
        steps_of(events), window, unit, CLOSED, Sprint(number=1, name="Sprint 1", team_id=None)
    )


COMMITTED = (task(1, 5), task(2, 3), task(3, 2))


def test_velocity_is_what_is_done_at_the_close() -> None:
    found = result(*COMMITTED, change(may(5), 1, status="done"), change(may(6), 2, status="done"))
    assert (found.committed, found.done, found.carried_over) == (10, 8, 2)


def test_what_is_done_after_the_close_or_undone_before_it_does_not_count() -> None:
    found = result(
        *COMMITTED, change(may(5), 1, status="done"), change(may(6), 1, status="in_review"), change(may(9), 2, status="done")
    )  # fmt: skip
    assert found.done == 0


def test_added_removed_and_estimated_anew_stand_beside_the_commitment() -> None:
    found = result(
        *COMMITTED, task(4, 8, may(5)), change(may(6), 2, sprint_id=None), change(may(6), 3, points=4)
    )
    assert (found.committed, found.added, found.removed, found.re_estimated) == (10, 8, 3, 2)
    assert found.carried_over == 17


def test_what_the_close_carries_over_was_not_removed() -> None:
    found = result(*COMMITTED, change(may(5), 1, status="done"), change(CLOSED, 2, sprint_id=2), change(CLOSED, 3, sprint_id=None))  # fmt: skip
    assert (found.removed, found.carried_over) == (0, 5)


def test_predictability_is_the_part_of_the_commitment_that_was_done() -> None:
    found = result(*COMMITTED, task(4, 20, may(5)), change(may(6), 1, status="done"), change(may(6), 4, status="done"))  # fmt: skip
    assert found.predictability == 0.5
    assert (found.done, found.done_committed, found.unplanned) == (25, 5, 20)


def test_the_commitment_keeps_the_estimates_of_the_start() -> None:
    found = result(*COMMITTED, change(may(5), 1, points=50), change(may(6), 1, status="done"))
    assert (found.done, found.done_committed, found.predictability) == (50, 5, 0.5)


def test_a_committed_task_that_was_taken_out_was_not_delivered() -> None:
    found = result(*COMMITTED, change(may(5), 1, sprint_id=2), change(may(6), 1, status="done"))
    assert found.predictability == 0


def test_nothing_committed_has_no_predictability() -> None:
    found = result(task(1, 5, may(5)), change(may(6), 1, status="done"))
    assert (found.committed, found.predictability, found.unplanned) == (0, None, 5)


def test_counted_in_tasks() -> None:
    found = result(*COMMITTED, change(may(5), 3, status="done"), unit="count")
    assert (found.committed, found.done) == (3, 1)
    assert found.predictability == pytest.approx(1 / 3)


def test_counted_in_hours_the_unestimated_weigh_nothing() -> None:
    estimated, unestimated = task(1, 5, estimated_hours=4), task(2, 3)
    done = change(may(5), 1, status="done"), change(may(5), 2, status="done")
    found = result(estimated, unestimated, *done, unit="hours")
    assert (found.committed, found.done, found.carried_over, found.unplanned) == (4, 4, 0, 0)
    assert result(unestimated, unit="hours").predictability is None


def test_done_undone_and_done_in_a_day_is_done_once() -> None:
    states = ("done", "ready", "done")
    found = result(*COMMITTED, *(change(may(5, 10 + n), 1, status=state) for n, state in enumerate(states)))
    assert (found.done, found.done_committed) == (5, 5)


def test_the_average_is_of_the_last_three_sprints() -> None:
    results = [result(task(1, done), change(may(5), 1, status="done")) for done in (100, 1, 2, 6)]
    assert average(results) == 3
    assert average([]) is None
