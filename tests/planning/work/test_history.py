"""The past of tasks that come from elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from orchflow.errors import Forbidden, Invalid
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.flow.cumulative_flow import flow_report
from orchflow.planning.history import record_past, task_changes
from orchflow.planning.sprints.burndown import Burndown, burndown_report
from orchflow.planning.sprints.sprints import SprintRow, create_sprint, plan_sprint, start_sprint
from orchflow.planning.work.tasks import get_task, update_task
from orchflow.store.engine import Store
from orchflow.workspace import Workspace
from tests.planning.clockwork import Clock
from tests.planning.conftest import AddTask
from tests.planning.events import may

MONDAY, FRIDAY = date(2026, 5, 4), date(2026, 5, 8)


@pytest.fixture
def running(store: Store, time: Clock) -> SprintRow:
    """A sprint that was started on the 4th."""
    sprint = create_sprint(store, SYSTEM, start=MONDAY, end=FRIDAY)
    time.now = may(4)
    start_sprint(store, SYSTEM, sprint.id)
    time.now = may(1)
    return sprint


def past(store: Store, task_id: int, *rows: dict[str, Any], actor: Actor = SYSTEM) -> int:
    with store.unit(actor) as session:
        return record_past(session, actor, {task_id: rows})


def entry(when: datetime, field: str, old: Any, new: Any, by: str = "jane") -> dict[str, Any]:
    return {"occurred_at": when.isoformat(), "field": field, "old": old, "new": new, "by": by}


def shown(report: Burndown) -> list[Any]:
    return [
        (day.scope, day.remaining, [(c.change, c.points, c.by, c.occurred_at) for c in day.scope_changes])
        for day in report.days
    ]


def test_an_imported_past_gives_the_burndown_it_would_have_had_here(
    space: Workspace, store: Store, running: SprintRow, add_task: AddTask, ada: Actor, time: Clock
) -> None:
    lived, late = add_task(points=3, sprint_id=running.id), add_task(points=1)
    for when, number, changes in (
        (may(5), lived.id, {"points": 5}),
        (may(7), lived.id, {"status": "done"}),
        (may(8), lived.id, {"status": "in_progress"}),
    ):
        time.now = when
        update_task(store, ada, number, get_task(store, SYSTEM, number).version, changes)
        if when == may(5):
            time.now = may(6)
            plan_sprint(store, ada, running.id, add=[late.id])
    here = shown(burndown_report(space, SYSTEM, running.id, now=may(8, 20)))
    time.now = may(20)
    for task in (lived, late):
        plan_sprint(store, SYSTEM, running.id, remove=[task.id])
    one = add_task(points=5, sprint_id=running.id, status="in_progress")
    two = add_task(points=1, sprint_id=running.id)
    past(
        store, one.id,
        entry(may(1), "status", None, "backlog"), entry(may(5), "points", 3, 5, "ada"),
        entry(may(7), "status", "backlog", "done", "ada"), entry(may(8), "status", "done", "in_progress", "ada"),
    )  # fmt: skip
    past(
        store,
        two.id,
        entry(may(1), "status", None, "backlog"),
        entry(may(6), "sprint_id", None, running.id, "ada"),
    )
    # The tasks of the comparison were in the sprint as well: everything is there twice.
    twice = burndown_report(space, SYSTEM, running.id, now=may(8, 20))
    assert [(day.scope, day.remaining) for day in twice.days] == [
        (2 * scope, 2 * left) for scope, left, _ in here
    ]
    for day, (_, _, changes) in zip(twice.days, here, strict=True):
        assert sorted((c.change, c.points, c.by, c.occurred_at) for c in day.scope_changes) == sorted(
            changes * 2
        )


def test_a_field_without_a_past_has_had_its_value_all_along(
    space: Workspace, store: Store, running: SprintRow, add_task: AddTask, time: Clock
) -> None:
    time.now = may(20)
    task = add_task(points=5, sprint_id=running.id, status="done")
    past(store, task.id, entry(may(6), "status", "ready", "done"))
    assert burndown_report(space, SYSTEM, running.id, now=may(8)).committed == 0
    past(store, task.id, entry(may(2), "status", "backlog", "ready"))
    report = burndown_report(space, SYSTEM, running.id, now=may(8, 20))
    assert report.committed == 5
    assert [day.remaining for day in report.days] == [5, 5, 0, 0, 0]


def test_the_past_counts_in_the_flow(space: Workspace, store: Store, add_task: AddTask, time: Clock) -> None:
    time.now = may(20)
    task = add_task(status="done")
    past(store, task.id, entry(may(4), "status", "ready", "in_progress"), entry(may(6), "status", "in_progress", "done"))  # fmt: skip
    report = flow_report(space, SYSTEM, MONDAY, FRIDAY)
    assert report.cumulative["in_progress"].tolist() == [1, 1, 0, 0, 0]
    assert report.cumulative["done"].tolist() == [0, 0, 1, 1, 1]
    assert report.throughput["done"].tolist() == [0, 0, 1, 0, 0]
    assert report.cycle.frame["calendar_days"].tolist() == [2]
    assert report.titles == {task.id: task.title}


def test_the_same_past_is_written_once(store: Store, add_task: AddTask, time: Clock) -> None:
    time.now = may(20)
    task = add_task(points=5)
    rows = [entry(may(4), "status", "ready", "backlog"), entry(may(5), "points", 3, 5)]
    assert past(store, task.id, *rows) > 0
    before = task_changes(store, SYSTEM, task.id)
    assert past(store, task.id, *rows) == 0
    assert task_changes(store, SYSTEM, task.id) == before


def test_the_past_is_marked_keeps_its_author_and_disturbs_no_edit(
    store: Store, add_task: AddTask, ada: Actor, time: Clock
) -> None:
    time.now = may(20)
    task = add_task(points=5)
    past(store, task.id, entry(may(4), "points", 3, 5, by="jane@old-tracker"))
    [first, *_] = [event for event in task_changes(store, SYSTEM, task.id) if event.field == "points"]
    assert (first.imported, first.new, first.by) == (True, "3", "jane@old-tracker")
    assert get_task(store, SYSTEM, task.id).version == 1
    assert update_task(store, ada, task.id, 1, {"points": 8}).merged is False


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"field": "colour"}, "no field 'colour'"),
        ({"occurred_at": "2026-05-04T09:00:00"}, "needs a time zone"),
        ({"occurred_at": "yesterday"}, "not an instant"),
        ({"occurred_at": None}, "occurred_at is missing"),
        ({"occurred_at": "2100-01-01T00:00:00Z"}, "in the future"),
        ({"new": "shipped"}, "status 'shipped' is unknown; known are backlog"),
        ({"field": "points", "old": None, "new": "many"}, "not a number"),
    ],
)
def test_a_bad_entry_is_named_and_nothing_is_written(
    store: Store, add_task: AddTask, row: dict[str, Any], reason: str
) -> None:
    task = add_task()
    before = task_changes(store, SYSTEM, task.id)
    good = entry(datetime(2026, 5, 4, tzinfo=UTC), "status", "ready", "done")
    with pytest.raises(Invalid, match=reason):
        past(store, task.id, good, {**good, **row})
    assert task_changes(store, SYSTEM, task.id) == before


def test_only_managers_write_the_past(store: Store, add_task: AddTask, mia: Actor) -> None:
    with pytest.raises(Forbidden):
        past(store, add_task().id, actor=mia)
