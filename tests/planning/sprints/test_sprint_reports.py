"""The reports of sprints from real histories: written by the features, read back on both engines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from orchflow.errors import Invalid, NotFound
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.teams import add_team
from orchflow.planning.calendar import add_day_off
from orchflow.planning.history import task_changes
from orchflow.planning.sprints.burndown import burndown_report
from orchflow.planning.sprints.sprints import (
    SprintRow,
    close_sprint,
    create_sprint,
    plan_sprint,
    reopen_sprint,
    start_sprint,
    update_sprint,
)
from orchflow.planning.sprints.velocity import velocity_report
from orchflow.planning.work.tasks import delete_task, get_task, update_task
from orchflow.store.engine import Store
from orchflow.workspace import Workspace
from tests.planning.clockwork import Clock
from tests.planning.conftest import AddTask
from tests.planning.events import may

MONDAY, FRIDAY = date(2026, 5, 4), date(2026, 5, 8)


@pytest.fixture
def sprint(store: Store, time: Clock) -> SprintRow:
    return create_sprint(store, SYSTEM, start=MONDAY, end=FRIDAY)


def set_task(store: Store, task_id: int, by: Actor = SYSTEM, **changes: object) -> None:
    update_task(store, by, task_id, get_task(store, SYSTEM, task_id).version, changes)


def test_a_burndown_from_planning_to_close(
    space: Workspace, store: Store, sprint: SprintRow, add_task: AddTask, ada: Actor, time: Clock
) -> None:
    one, two, late = (
        add_task("Racks", points=5, sprint_id=sprint.id), add_task("Cables", points=3, sprint_id=sprint.id), add_task("Labels", points="0.5"),
    )  # fmt: skip
    time.now = may(4)
    start_sprint(store, SYSTEM, sprint.id)
    time.now = may(5)
    set_task(store, one.id, status="done")
    time.now = may(6)
    plan_sprint(store, ada, sprint.id, add=[late.id])
    time.now = may(7)
    set_task(store, two.id, ada, points=2)
    time.now = may(8)
    close_sprint(store, SYSTEM, sprint.id)
    time.now = may(20)
    report = burndown_report(space, SYSTEM, sprint.id)
    assert [(day.scope, day.remaining) for day in report.days] == [
        (8, 8),
        (8, 3),
        (8.5, 3.5),
        (7.5, 2.5),
        (7.5, 2.5),
    ]
    assert [(c.title, c.change, c.points, c.by) for c in report.scope_changes] == [
        ("Labels", "added", 0.5, "ada"), ("Cables", "re-estimated", -1, "ada"),
    ]  # fmt: skip
    [result] = velocity_report(space, SYSTEM).sprints
    assert (result.committed, result.added, result.re_estimated, result.done, result.carried_over) == (
        8,
        0.5,
        -1,
        5,
        2.5,
    )
    assert result.predictability == 5 / 8


def test_moving_the_start_date_does_not_rewrite_history(
    space: Workspace, store: Store, sprint: SprintRow, add_task: AddTask, time: Clock
) -> None:
    add_task(points=5, sprint_id=sprint.id)
    time.now = may(4)
    started = start_sprint(store, SYSTEM, sprint.id).sprint
    time.now = may(8, 20)
    before = burndown_report(space, SYSTEM, sprint.id)
    update_sprint(store, SYSTEM, sprint.id, started.version, {"start": date(2026, 5, 6)})
    assert burndown_report(space, SYSTEM, sprint.id) == before


def test_a_deleted_task_is_named_by_its_last_title(
    space: Workspace, store: Store, sprint: SprintRow, add_task: AddTask, ada: Actor, time: Clock
) -> None:
    gone = add_task("Racks", points=5, sprint_id=sprint.id)
    time.now = may(4)
    start_sprint(store, SYSTEM, sprint.id)
    time.now = may(5)
    delete_task(store, ada, gone.id)
    [removed] = burndown_report(space, SYSTEM, sprint.id).scope_changes
    assert (removed.title, removed.by, removed.change, removed.points, removed.reason) == ("Racks", "ada", "removed", -5, "deleted")  # fmt: skip


def test_close_and_reopen_leave_the_burndown_as_it_was(
    space: Workspace, store: Store, sprint: SprintRow, add_task: AddTask, time: Clock
) -> None:
    done, open_ = (add_task(points=points, sprint_id=sprint.id) for points in (5, 3))
    time.now = may(4)
    start_sprint(store, SYSTEM, sprint.id)
    time.now = may(5)
    set_task(store, done.id, status="done")
    time.now = may(6)
    before = burndown_report(space, SYSTEM, sprint.id, now=may(8))
    close_sprint(store, SYSTEM, sprint.id, early=True)
    time.now = may(7)
    reopen_sprint(store, SYSTEM, sprint.id)
    assert get_task(store, SYSTEM, open_.id).sprint_id == sprint.id
    assert burndown_report(space, SYSTEM, sprint.id, now=may(8)) == before
    time.now = may(8)
    close_sprint(store, SYSTEM, sprint.id)
    again = burndown_report(space, SYSTEM, sprint.id)
    assert [day.remaining for day in again.days] == [8, 3, 3, 3, 3]
    assert again.scope_changes == ()


def test_a_sprint_that_has_not_started_has_no_days(space: Workspace, sprint: SprintRow) -> None:
    assert burndown_report(space, SYSTEM, sprint.id).as_json() == {
        "start": None, "planned_end": "2026-05-08", "closed": None, "unit": "points", "committed": 0, "days": [],
    }  # fmt: skip


def test_the_teams_days_off_make_the_ideal_flat(space: Workspace, store: Store, time: Clock) -> None:
    team = add_team(store, SYSTEM, name="Engines").id
    sprint = create_sprint(store, SYSTEM, team_id=team, start=MONDAY, end=FRIDAY)
    add_day_off(store, SYSTEM, date(2026, 5, 6), "Outing", team)
    time.now = may(4)
    start_sprint(store, SYSTEM, sprint.id)
    report = burndown_report(space, SYSTEM, sprint.id, "count")
    assert [day.working for day in report.days] == [True, True, False, True, True]


def test_the_viewer_reads_reports_and_bad_questions_are_refused(
    space: Workspace, sprint: SprintRow, viewer: Actor
) -> None:
    assert burndown_report(space, viewer, sprint.id).days == ()
    assert velocity_report(space, viewer).sprints == ()
    with pytest.raises(Invalid, match="must be one of points, count, hours"):
        burndown_report(space, viewer, sprint.id, "shirts")
    with pytest.raises(NotFound, match="no sprint 99"):
        burndown_report(space, viewer, 99)


def test_velocity_is_by_team_and_in_the_order_of_the_closes(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    team = add_team(store, SYSTEM, name="Engines").id
    ours = create_sprint(store, SYSTEM, team_id=team, start=MONDAY, end=FRIDAY)
    others = create_sprint(store, SYSTEM, start=MONDAY, end=FRIDAY)
    for number, sprint in enumerate((others, ours), start=4):
        add_task(points=number, sprint_id=sprint.id, status="done")
        time.now = may(number)
        start_sprint(store, SYSTEM, sprint.id)
    assert ours.id < others.id
    for number, sprint in enumerate((others, ours), start=8):
        time.now = may(number)
        close_sprint(store, SYSTEM, sprint.id)
    found = velocity_report(space, SYSTEM)
    assert [(row.sprint_id, row.done) for row in found.sprints] == [(others.id, 4), (ours.id, 5)]
    assert found.average == 4.5
    assert [row.sprint_id for row in velocity_report(space, SYSTEM, team_id=team).sprints] == [ours.id]
    assert found.frame()["done"].tolist() == [4, 5]


def test_the_average_leaves_out_what_was_closed_first_not_what_was_planned_first(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    weeks = [MONDAY + timedelta(weeks=number) for number in range(4)]
    planned = [create_sprint(store, SYSTEM, start=day, end=day + timedelta(days=4)) for day in weeks]
    for points, sprint in enumerate(planned, start=1):
        add_task(points=points, sprint_id=sprint.id, status="done")
    for day, sprint in enumerate(reversed(planned), start=4):
        time.now = may(day)
        start_sprint(store, SYSTEM, sprint.id, early=True)
        time.now = may(day, 17)
        close_sprint(store, SYSTEM, sprint.id, early=True)
    found = velocity_report(space, SYSTEM)
    assert [row.done for row in found.sprints] == [4, 3, 2, 1]
    assert found.average == 2


def test_the_history_of_a_task_is_told_in_order(
    store: Store, add_task: AddTask, ada: Actor, time: Clock
) -> None:
    task = add_task("Racks")
    time.now = may(5)
    set_task(store, task.id, ada, status="done")
    last = task_changes(store, SYSTEM, task.id)[-1]
    assert (last.field, last.old, last.new, last.by, last.occurred_at, last.imported) == ("status", "backlog", "done", "ada", may(5), False)  # fmt: skip
