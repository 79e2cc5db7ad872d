"""The timeline and baselines of a real plan."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from orchflow.errors import Forbidden, Invalid, NotFound
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.calendar import add_day_off
from orchflow.planning.timeline.baseline import compare, delete_baseline, list_baselines, take_baseline
from orchflow.planning.timeline.timeline import Bar, Timeline, timeline
from orchflow.planning.work.dependencies import add_dependency
from orchflow.planning.work.projects import get_project, update_project
from orchflow.planning.work.tasks import delete_task, update_task
from orchflow.store.engine import Store
from orchflow.workspace import Workspace
from tests.planning.clockwork import Clock
from tests.planning.conftest import AddTask
from tests.planning.events import may


def day(number: int) -> date:
    return date(2026, 5, number)


def bar(found: Timeline, kind: str, number: int) -> Bar:
    [one] = [bar for bar in found.bars if (bar.row.kind, bar.row.id) == (kind, number)]
    return one


def test_bars_follow_their_dependencies_over_weekends_and_days_off(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    add_day_off(store, SYSTEM, day(11))
    first = add_task("Order", start=day(4), due=day(8))
    second = add_task("Mount", estimated_hours=12)
    add_dependency(store, SYSTEM, task_id=second.id, depends_on_id=first.id, lag_days=1)
    found = timeline(space, SYSTEM)
    mount = bar(found, "task", second.id)
    # Ordered until Friday the 8th; the 11th is off, the 12th is the lag; twelve hours are two days.
    assert (mount.earliest_start, mount.earliest_end) == (day(13), day(14))
    assert found.critical_path == (first.id, second.id)
    assert found.end == day(14)
    assert [(link.predecessor, link.successor, link.lag) for link in found.links] == [
        (first.id, second.id, 1)
    ]


def test_slack_is_in_working_days_and_lateness_is_shown(
    space: Workspace, add_task: AddTask, time: Clock
) -> None:
    long, short = add_task(start=day(4), due=day(15)), add_task(start=day(4), due=day(8))
    found = timeline(space, SYSTEM)
    assert (bar(found, "task", long.id).slack, bar(found, "task", short.id).slack) == (0, 5)
    last = bar(found, "task", short.id)
    assert (last.latest_start, last.latest_end) == (day(11), day(15))
    time.now = may(12)
    found = timeline(space, SYSTEM)
    assert (bar(found, "task", long.id).late, bar(found, "task", short.id).late) == (False, True)


@pytest.mark.parametrize(
    ("values", "first", "last"),
    [
        ({"start": day(4), "due": day(15)}, 12, 25),  # ten working days, none of them begun
        ({"start": day(4), "due": day(15), "estimated_hours": 10}, 12, 15),  # fits into what is left
        ({"start": day(4), "due": day(15), "status": "in_progress"}, 12, 15),
        ({"start": day(4), "due": day(7), "status": "in_progress"}, 12, 12),  # a day at the least
        ({"start": day(4), "due": day(7), "estimated_hours": 12}, 12, 13),
        ({"due": day(6), "milestone": True}, 12, 12),
        ({"estimated_hours": 20}, 12, 14),
        ({"start": day(20), "due": day(22)}, 20, 22),
    ],
)
def test_what_is_left_is_not_done_in_the_past(
    space: Workspace, add_task: AddTask, time: Clock, values: dict[str, Any], first: int, last: int
) -> None:
    task = add_task(**values)
    time.now = may(12)
    found = bar(timeline(space, SYSTEM), "task", task.id)
    assert (found.earliest_start, found.earliest_end) == (day(first), day(last))


def test_tasks_of_a_few_hours_are_done_one_after_the_other_on_one_day(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    tasks = [add_task(start=day(4), due=day(4), estimated_hours=hours) for hours in (3, 4, 2)]
    for before, after in pairwise(tasks):
        add_dependency(store, SYSTEM, task_id=after.id, depends_on_id=before.id)
    found = timeline(space, SYSTEM)
    assert [bar(found, "task", task.id).beyond_due for task in tasks] == [0, 0, 1]
    assert found.end == day(5), "nine hours are more than a day"
    assert found.critical_path == tuple(task.id for task in tasks)


def test_a_task_that_its_predecessors_push_beyond_its_due_day_says_by_how_much(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    first, second = add_task(start=day(4), due=day(7)), add_task(start=day(5), due=day(6))
    add_dependency(store, SYSTEM, task_id=second.id, depends_on_id=first.id)
    found = bar(timeline(space, SYSTEM), "task", second.id)
    assert (found.earliest_start, found.earliest_end, found.beyond_due) == (day(8), day(11), 3)


def test_what_is_done_holds_nobody_up(space: Workspace, store: Store, add_task: AddTask, time: Clock) -> None:
    first, second = add_task(start=day(4), due=day(29), status="done"), add_task(start=day(5), due=day(6))
    add_dependency(store, SYSTEM, task_id=second.id, depends_on_id=first.id)
    found = timeline(space, SYSTEM)
    assert bar(found, "task", second.id).earliest_start == day(5)
    assert (bar(found, "task", first.id).slack, found.critical_path) == (None, (second.id,))


def test_projects_and_efforts_span_what_is_in_them(
    space: Workspace, store: Store, effort: int, project: int, add_task: AddTask, time: Clock
) -> None:
    add_task(start=day(4), due=day(6))
    add_task(due=day(20))
    found = timeline(space, SYSTEM)
    for kind, number in (("effort", effort), ("project", project)):
        assert (bar(found, kind, number).row.start, bar(found, kind, number).row.end) == (day(4), day(20))
    own = get_project(store, SYSTEM, project)
    update_project(store, SYSTEM, project, own.version, {"start": day(1)})
    assert bar(timeline(space, SYSTEM), "project", project).row.start == day(1)


def test_one_project_can_be_shown_alone_and_an_empty_plan_too(
    space: Workspace, project: int, time: Clock
) -> None:
    assert [b.row.kind for b in timeline(space, SYSTEM, project_ids=[project]).bars] == ["effort", "project"]
    assert timeline(space, SYSTEM, project_ids=[99]).bars == ()


def test_the_plan_now_against_a_baseline(
    space: Workspace, store: Store, project: int, add_task: AddTask, time: Clock
) -> None:
    moved, gone, same = (
        add_task(name, start=day(4), due=day(8), points=3) for name in ("Moved", "Gone", "Same")
    )
    kept = take_baseline(store, SYSTEM, "Kick-off")
    update_task(store, SYSTEM, moved.id, 1, {"due": day(12), "points": 5})
    delete_task(store, SYSTEM, gone.id)
    new = add_task("New", due=day(20))
    found = {(row.kind, row.id): row for row in compare(store, SYSTEM, kept.id).rows}
    row = found["task", moved.id]
    assert (row.change, row.end_then, row.end_now, row.slip_days, row.start_slip_days) == (
        "moved",
        day(8),
        day(12),
        4,
        0,
    )
    assert (row.points_then, row.points_now) == (3, 5)
    assert found["task", same.id].change == "same"
    assert (found["task", gone.id].change, found["task", gone.id].name) == ("removed", "Gone")
    assert found["task", new.id].change == "added"
    assert found["project", project].slip_days == 12
    drawn = bar(timeline(space, SYSTEM, baseline_id=kept.id), "task", moved.id)
    assert (drawn.baseline_start, drawn.baseline_end) == (day(4), day(8))


def test_baselines_are_listed_and_deleted_by_managers(
    store: Store, project: int, mia: Actor, time: Clock
) -> None:
    kept = take_baseline(store, SYSTEM)
    assert (kept.name, kept.rows) == ("Plan of 2026-05-01", 2)
    assert list_baselines(store, mia) == [kept]
    with pytest.raises(Forbidden):
        take_baseline(store, mia)
    with pytest.raises(Invalid, match="at most 100"):
        take_baseline(store, SYSTEM, "x" * 101)
    delete_baseline(store, SYSTEM, kept.id)
    with pytest.raises(NotFound):
        compare(store, SYSTEM, kept.id)
