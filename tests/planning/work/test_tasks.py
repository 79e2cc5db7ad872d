"""Tasks: many edits in one save, merged or refused each with its reason; members edit their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from orchflow.errors import ConflictError, FieldConflict, Forbidden, Invalid, NotFound, Problem
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.users import disable_user
from orchflow.planning.tables import Priority, Task
from orchflow.planning.work.goals import create_goal
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import (
    Edit,
    NewRow,
    create_task,
    delete_task,
    get_task,
    list_tasks,
    save_tasks,
    update_task,
)
from orchflow.store.engine import Store
from orchflow.store.tables import Change

AddTask = Callable[..., TaskRow]
Reread = Callable[[int], TaskRow]


def refused(store: Store, task: TaskRow, **changes: Any) -> dict[str, str]:
    """What is said about each field of an edit that is refused; the task stays as it is."""
    with pytest.raises(Invalid) as error:
        update_task(store, SYSTEM, task.id, task.version, changes)
    assert get_task(store, SYSTEM, task.id) == task
    assert {problem.row for problem in error.value.problems} == {task.id}
    return {problem.field: problem.message for problem in error.value.problems}


def test_a_new_task_has_what_was_given_and_stands_last(store: Store, add_task: AddTask) -> None:
    add_task("First")
    task = add_task(
        "  Order  the server ", points="2.5", due="2026-12-01", labels=["net", "net", " it "], priority="high"
    )
    assert (task.title, task.points, task.due) == ("Order the server", Decimal("2.5"), date(2026, 12, 1))
    assert (task.labels, task.priority, task.status) == (["net", "it"], Priority.HIGH, "backlog")
    assert [row.title for row in list_tasks(store, SYSTEM)] == ["First", "Order the server"]


def test_a_new_task_needs_a_title_and_a_project(store: Store, project: int) -> None:
    with pytest.raises(Invalid, match="title: must not be empty"):
        create_task(store, SYSTEM, project_id=project)
    with pytest.raises(Invalid, match="project_id: must not be empty"):
        create_task(store, SYSTEM, title="Homeless")


def test_edits_of_different_fields_merge(store: Store, add_task: AddTask, ada: Actor, bob: Actor) -> None:
    task = add_task()
    assert not update_task(store, ada, task.id, 1, {"title": "Buy the server"}).merged
    saved = update_task(store, bob, task.id, 1, {"points": 5})
    assert saved.merged
    assert (saved.row.title, saved.row.points, saved.row.version) == ("Buy the server", 5, 3)


def test_edits_of_the_same_field_conflict(store: Store, add_task: AddTask, ada: Actor, bob: Actor) -> None:
    task = add_task(points=3)
    update_task(store, ada, task.id, 1, {"points": 5})
    with pytest.raises(ConflictError) as conflict:
        update_task(store, bob, task.id, 1, {"points": 8, "title": "Mine"})
    assert conflict.value.conflicts == [FieldConflict("points", Decimal(3), Decimal(5), Decimal(8))]
    assert get_task(store, SYSTEM, task.id).title == task.title


def test_one_save_stores_the_good_edits_and_tells_of_each_other_one_why_not(
    store: Store, add_task: AddTask, ada: Actor, bob: Actor
) -> None:
    good, raced, bad, deleted = (add_task(title) for title in ("good", "raced", "bad", "deleted"))
    update_task(store, bob, raced.id, 1, {"title": "theirs"})
    delete_task(store, bob, deleted.id)
    report = save_tasks(
        store,
        ada,
        [
            Edit(good.id, 1, {"points": 1}),
            Edit(raced.id, 1, {"title": "mine"}),
            Edit(bad.id, 1, {"points": -1}, key="line 7"),
            Edit(deleted.id, 1, {"points": 1}),
            Edit(None, None, {"title": "new", "project_id": good.project_id}),
        ],
    )
    assert [outcome.outcome for outcome in report.outcomes] == [
        "saved",
        "conflict",
        "refused",
        "refused",
        "saved",
    ]
    assert report.outcomes[1].conflicts == (FieldConflict("title", "raced", "theirs", "mine"),)
    assert report.outcomes[2].problems == (Problem("line 7", "points", "must be from 0 to 9999, not -1"),)
    assert report.outcomes[3].gone
    assert "bob deleted this task" in report.outcomes[3].problems[0].message
    assert report.saved == 2


@pytest.mark.parametrize("written", ["1.0", "1.00", 1.0])
def test_an_amount_written_otherwise_is_no_change(store: Store, add_task: AddTask, written: object) -> None:
    task = add_task(points=1, estimated_hours="2.50")
    again = {"points": written, "estimated_hours": Decimal("2.5")}
    assert update_task(store, SYSTEM, task.id, task.version, again).row == task
    kept = sa.select(Change.field, Change.new).where(Change.field.in_(("points", "estimated_hours")))
    with store.read() as session:
        assert dict(session.execute(kept).all()) == {"points": "1", "estimated_hours": "2.5"}


def test_an_amount_set_unread_and_written_otherwise_is_no_change(store: Store, add_task: AddTask) -> None:
    number = add_task(points=1).id
    with store.unit(SYSTEM) as session:
        task = session.get_one(Task, number)
        session.expire(task, ["points"])
        task.points = Decimal("1.000")
    assert get_task(store, SYSTEM, number).version == 1


def test_a_save_is_one_entry_of_the_history(store: Store, add_task: AddTask, ada: Actor) -> None:
    tasks = [add_task(), add_task()]
    before = store.version("plan")
    report = save_tasks(store, ada, [Edit(task.id, 1, {"points": 2}) for task in tasks], "req-1")
    assert report.request == "req-1"
    assert store.version("plan") == before + 1
    with store.read() as session:
        found = session.execute(sa.select(Change.actor, Change.field).where(Change.request == "req-1"))
        assert list(found) == [("ada", "points")] * 2


def test_new_tasks_may_stand_under_other_new_ones_in_any_order(store: Store, project: int) -> None:
    report = save_tasks(
        store,
        SYSTEM,
        [
            Edit(None, None, {"title": "leaf", "parent_id": NewRow("b")}, key="c"),
            Edit(None, None, {"title": "branch", "parent_id": NewRow("a")}, key="b"),
            Edit(None, None, {"title": "root", "project_id": project}, key="a"),
        ],
    )
    leaf, branch, root = (get_task(store, SYSTEM, outcome.id or 0) for outcome in report.outcomes)
    assert (leaf.parent_id, branch.parent_id, root.parent_id) == (branch.id, root.id, None)
    assert leaf.project_id == project


def test_new_tasks_under_each_other_or_under_a_refused_one_are_refused(store: Store, project: int) -> None:
    report = save_tasks(
        store,
        SYSTEM,
        [
            Edit(None, None, {"title": "a", "parent_id": NewRow("b")}, key="a"),
            Edit(None, None, {"title": "b", "parent_id": NewRow("a")}, key="b"),
            Edit(None, None, {"title": "", "project_id": project}, key="c"),
            Edit(None, None, {"title": "d", "parent_id": NewRow("c")}, key="d"),
        ],
    )
    assert [outcome.problems[0].field for outcome in report.outcomes] == [
        "parent_id", "parent_id", "title", "parent_id",
    ]  # fmt: skip
    assert list_tasks(store, SYSTEM) == []


def test_every_refused_value_is_named_with_its_reason(store: Store, add_task: AddTask) -> None:
    task = add_task()
    said = refused(
        store,
        task,
        title=" ",
        points="many",
        due="31.13.2026",
        status="doing",
        priority="asap",
        description="x" * 5_000_000,
        labels=["a,b"],
        milestone="perhaps",
        estimated_hours="0.125",
        colour="red",
        version=7,
    )
    assert said == {
        "title": "must not be empty",
        "points": "is not a number: 'many'",
        "due": "is not a date: '31.13.2026' (write it like 2026-11-22)",
        "priority": "'asap' is not one of low, normal, high, urgent",
        "description": "has 5,000,000 characters; at most 200,000 fit",
        "labels": "'a,b' must not hold a comma",
        "milestone": "is neither yes nor no: 'perhaps'",
        "estimated_hours": "has more than 2 decimals: 0.125",
        "colour": "cannot be changed",
        "version": "cannot be changed",
    }


def test_an_unknown_status_is_named_with_the_known_ones(store: Store, add_task: AddTask) -> None:
    said = refused(store, add_task(), status="doing")
    known = "backlog, ready, in_progress, in_review, blocked, done, cancelled"
    assert said == {"status": f"'doing' is not one of {known}"}


def test_an_end_before_the_start_is_refused_also_when_each_came_from_somebody_else(
    store: Store, add_task: AddTask
) -> None:
    task = add_task(start="2026-12-01", due="2026-12-09")
    assert refused(store, task, due="2026-11-30") == {"due": "2026-11-30 is before the start, 2026-12-01"}
    update_task(store, SYSTEM, task.id, 1, {"due": "2026-12-02"})
    with pytest.raises(Invalid, match="start: 2026-12-05 is after the end, 2026-12-02"):
        update_task(store, SYSTEM, task.id, 1, {"start": "2026-12-05"})


def test_what_a_task_refers_to_must_exist(store: Store, add_task: AddTask) -> None:
    said = refused(store, add_task(), assignee_id=99, goal_id=98, sprint_id=97, parent_id=96)
    assert said == {
        "assignee_id": "there is no user 99",
        "goal_id": "there is no goal 98",
        "sprint_id": "there is no sprint 97",
        "parent_id": "there is no task 96",
    }


def test_a_person_whose_account_is_disabled_gets_no_tasks_but_keeps_theirs(
    store: Store, add_task: AddTask, mia: Actor
) -> None:
    assert mia.user_id is not None
    theirs, other = add_task(assignee_id=mia.user_id), add_task()
    disable_user(store, SYSTEM, mia.user_id)
    assert refused(store, other, assignee_id=mia.user_id) == {"assignee_id": "Mia's account is disabled"}
    assert update_task(store, SYSTEM, theirs.id, 1, {"assignee_id": mia.user_id, "points": 1}).row.points == 1


def test_a_blocked_task_says_why_and_forgets_it_when_it_moves_on(store: Store, add_task: AddTask) -> None:
    task = add_task()
    assert refused(store, task, status="blocked") == {"blocked_reason": "say what blocks the task"}
    assert refused(store, task, blocked_reason="?") == {"blocked_reason": "only a blocked task has one"}
    blocked = update_task(store, SYSTEM, task.id, 1, {"status": "blocked", "blocked_reason": "No budget"}).row
    assert refused(store, blocked, blocked_reason="") == {"blocked_reason": "say what blocks the task"}
    going = update_task(store, SYSTEM, task.id, blocked.version, {"status": "in_progress"}).row
    assert going.blocked_reason is None


def test_a_task_cannot_go_under_its_own_child(store: Store, add_task: AddTask) -> None:
    a = add_task("A")
    b = add_task("B", parent_id=a.id)
    c = add_task("C", parent_id=b.id)
    assert refused(store, a, parent_id=c.id) == {"parent_id": "would be under itself: A → B → C → A"}
    assert refused(store, a, parent_id=a.id) == {"parent_id": "would be under itself: A → A"}


def test_two_moves_of_one_save_make_no_ring_together(store: Store, add_task: AddTask) -> None:
    a, b = add_task("A"), add_task("B")
    report = save_tasks(
        store, SYSTEM, [Edit(a.id, 1, {"parent_id": b.id}), Edit(b.id, 1, {"parent_id": a.id})]
    )
    assert [outcome.outcome for outcome in report.outcomes] == ["saved", "refused"]
    assert report.problems == [Problem(b.id, "parent_id", "would be under itself: B → A → B")]


def test_a_task_that_goes_to_another_project_takes_its_subtasks_along_and_leaves_its_goal(
    store: Store, effort: int, project: int, add_task: AddTask, reread: Reread
) -> None:
    other = create_project(store, SYSTEM, number="1.2", effort_id=effort, name="Software").id
    goal = create_goal(store, SYSTEM, project_id=project, name="Ready").id
    top = add_task("top")
    root = add_task("root", parent_id=top.id, goal_id=goal)
    leaf = add_task("leaf", parent_id=root.id, goal_id=goal)
    moved = update_task(store, SYSTEM, root.id, 1, {"project_id": other}).row
    assert (moved.project_id, moved.parent_id, moved.goal_id) == (other, None, None)
    assert (reread(leaf.id).project_id, reread(leaf.id).parent_id, reread(leaf.id).goal_id) == (
        other,
        root.id,
        None,
    )
    assert refused(store, moved, goal_id=goal) == {"goal_id": f"goal {goal} belongs to another project"}


def test_a_key_of_another_program_belongs_to_one_task(store: Store, add_task: AddTask) -> None:
    task = add_task(external_source="jira", external_id="OPS-1")
    with pytest.raises(Invalid, match=f"jira OPS-1 is the task with id {task.id} already"):
        add_task(external_source="jira", external_id="OPS-1")
    report = save_tasks(
        store,
        SYSTEM,
        [
            Edit(None, None, {"title": "x", "project_id": task.project_id, "external_source": "jira", "external_id": "OPS-2"})
            for _ in range(2)
        ],
    )  # fmt: skip
    assert [outcome.outcome for outcome in report.outcomes] == ["saved", "refused"]


def test_a_member_changes_the_progress_of_their_own_tasks_only(
    store: Store, add_task: AddTask, mia: Actor
) -> None:
    own, other = add_task(assignee_id=mia.user_id), add_task()
    done = update_task(store, mia, own.id, 1, {"status": "done", "logged_hours": 3, "title": own.title}).row
    assert (done.status, done.logged_hours) == ("done", 3)
    with pytest.raises(Forbidden, match="points: only a manager changes this"):
        update_task(store, mia, own.id, 2, {"points": 1, "status": "ready"})
    with pytest.raises(Forbidden, match="status: only its assignee or a manager changes this"):
        update_task(store, mia, other.id, 1, {"status": "done"})
    for forbidden in (
        lambda: create_task(store, mia, project_id=own.project_id, title="Mine"),
        lambda: delete_task(store, mia, own.id),
    ):
        with pytest.raises(Forbidden):
            forbidden()
    assert get_task(store, mia, own.id).status == "done"


def test_in_a_members_save_what_is_not_theirs_is_refused_row_by_row(
    store: Store, add_task: AddTask, mia: Actor
) -> None:
    own, other = add_task(assignee_id=mia.user_id), add_task()
    edits = [Edit(task.id, 1, {"status": "done"}) for task in (own, other)]
    edits.append(Edit(None, None, {"title": "x", "project_id": own.project_id}))
    report = save_tasks(store, mia, edits)
    assert [(outcome.outcome, outcome.forbidden) for outcome in report.outcomes] == [
        ("saved", False), ("refused", True), ("refused", True),
    ]  # fmt: skip


def test_a_viewer_reads_and_changes_nothing(store: Store, add_task: AddTask, viewer: Actor) -> None:
    task = add_task()
    assert get_task(store, viewer, task.id) == task
    with pytest.raises(Forbidden, match="may not work on one"):
        save_tasks(store, viewer, [Edit(task.id, 1, {"status": "done"})])


def test_a_version_that_is_stale_or_from_the_future_or_missing(store: Store, add_task: AddTask) -> None:
    task = add_task()
    with pytest.raises(Invalid, match="5 is later than the stored 1"):
        update_task(store, SYSTEM, task.id, 5, {"points": 1})
    (outcome,) = save_tasks(store, SYSTEM, [Edit(task.id, None, {"points": 1})]).outcomes
    assert outcome.problems == (Problem(task.id, "version", "is needed to edit a stored task"),)
    with pytest.raises(NotFound, match="There is no task 99"):
        update_task(store, SYSTEM, 99, 1, {"points": 1})


def test_tasks_are_found_by_every_filter(store: Store, add_task: AddTask, mia: Actor, effort: int) -> None:
    one = add_task(
        "Rack 100%", labels=["Grün", "it"], assignee_id=mia.user_id, external_source="jira", external_id="A-1"
    )
    two = add_task("Cable", parent_id=one.id, status="done", description="for the RACK")

    def found(**filters: Any) -> list[int]:
        return [row.id for row in list_tasks(store, SYSTEM, **filters)]

    assert found(label="Grün") == found(assignee_id=mia.user_id) == found(text="100%") == [one.id]
    assert found(status=["done"]) == found(parent_id=one.id) == found(assignee_id="none") == [two.id]
    assert found(text="rack") == found(effort_id=effort) == found(sprint_id="none") == [one.id, two.id]
    assert found(external_source="jira", external_ids=["A-1", "A-2"]) == found(parent_id="none") == [one.id]
    assert found(limit=1) == [one.id]
    assert found(after=one.id, limit=5) == [two.id]
    assert found(label="gr") == []


def test_twenty_people_saving_different_rows_at_once_lose_nothing(store: Store, add_task: AddTask) -> None:
    tasks = [add_task(f"Task {n}") for n in range(20)]
    errors: list[BaseException] = []
    start = threading.Barrier(20)

    def save(number: int) -> None:
        task = tasks[number]
        try:
            start.wait()
            for points in range(1, 4):
                report = save_tasks(store, SYSTEM, [Edit(task.id, points, {"points": points})])
                assert report.saved == 1
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=save, args=[number]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert {(row.points, row.version) for row in list_tasks(store, SYSTEM)} == {(Decimal(3), 4)}


def test_a_save_asks_the_store_as_often_for_fifty_rows_as_for_two(store: Store, add_task: AddTask) -> None:
    tasks = [add_task(f"Task {n}") for n in range(50)]
    counts = []
    asked: list[str] = []

    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.lstrip().lower().startswith(("select", "with")):
            asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        for some in (tasks[:2], tasks):
            asked.clear()
            edits = [Edit(task.id, 1, {"points": 2, "title": f"n{len(some)}"}) for task in some]
            save_tasks(store, SYSTEM, edits)
            counts.append(len(asked))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)
    assert counts[0] + 1 >= counts[1]  # one more for the history of those that moved on


def test_the_columns_of_a_row_are_those_of_its_table() -> None:
    assert set(TaskRow.__dataclass_fields__) == set(sa.inspect(Task).columns.keys())
