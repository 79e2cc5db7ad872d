"""Undo: what one request did is taken back, what others did since stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from orchflow.errors import Forbidden, Invalid, NotFound
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.sprints.sprints import (
    close_sprint,
    create_sprint,
    delete_sprint,
    list_sprints,
    start_sprint,
)
from orchflow.planning.tables import Sprint
from orchflow.planning.undo.undo import undo
from orchflow.planning.work.attachments import add_attachment, list_attachments, read_attachment
from orchflow.planning.work.comments import add_comment, delete_comment, list_comments
from orchflow.planning.work.dependencies import add_dependency, list_dependencies
from orchflow.planning.work.efforts import create_effort, delete_effort, list_efforts
from orchflow.planning.work.goals import create_goal, delete_goal, list_goals
from orchflow.planning.work.links import add_link, list_links
from orchflow.planning.work.moves import move_tasks
from orchflow.planning.work.projects import create_project, list_projects, update_project
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import (
    Edit,
    create_task,
    delete_task,
    delete_tasks,
    list_tasks,
    save_tasks,
    update_task,
)
from orchflow.store.engine import Store

AddTask = Callable[..., TaskRow]
Reread = Callable[[int], TaskRow]


def test_a_deleted_task_comes_back_with_all_that_hung_on_it(
    store: Store, add_task: AddTask, ada: Actor, tmp_path: Path
) -> None:
    root = add_task("root", points="2.50", due="2026-12-01", labels=["it"], milestone=True)
    leaf = add_task("leaf", parent_id=root.id)
    other = add_task("other")
    add_dependency(store, ada, task_id=other.id, depends_on_id=leaf.id, kind="ss", lag_days=2)
    add_comment(store, ada, "task", leaf.id, "Look at this")
    add_link(store, ada, "task", root.id, kind="url", target="https://example.org")
    add_attachment(store, tmp_path, ada, "task", root.id, filename="plan.txt", content=b"text")
    everything = (list_dependencies, list_comments, list_links, list_attachments)
    before = [read(store, ada) for read in everything]
    request = delete_task(store, ada, root.id, root.version)
    assert [row.id for row in list_tasks(store, ada)] == [other.id]
    assert [len(read(store, ada)) for read in everything] == [0, 0, 0, 0]

    report = undo(store, ada, request)
    assert (report.restored, report.left) == (6, [])
    back = {row.id: row for row in list_tasks(store, ada)}
    assert set(back) == {root.id, leaf.id, other.id}
    for field in ("title", "points", "due", "labels", "milestone", "position", "parent_id", "created_at"):
        assert getattr(back[root.id], field) == getattr(root, field)
    assert back[leaf.id].parent_id == root.id
    after = [read(store, ada) for read in everything]
    assert [[row.id for row in rows] for rows in after] == [[row.id for row in rows] for rows in before]
    row, path = read_attachment(store, tmp_path, ada, after[3][0].id)
    assert (row.filename, path.read_bytes()) == ("plan.txt", b"text")


def test_versions_go_on_where_they_ended_so_that_an_older_edit_still_merges(
    store: Store, add_task: AddTask, ada: Actor, bob: Actor
) -> None:
    task = add_task()
    update_task(store, ada, task.id, 1, {"points": 5})
    undo(store, ada, delete_task(store, ada, task.id))
    saved = update_task(store, bob, task.id, 1, {"title": "Mine"})
    assert saved.merged
    assert (saved.row.points, saved.row.title, saved.row.version) == (5, "Mine", 5)


def test_undo_of_an_undo_deletes_again(store: Store, add_task: AddTask, ada: Actor) -> None:
    task = add_task()
    report = undo(store, ada, delete_task(store, ada, task.id))
    assert undo(store, ada, report.request).removed == 1
    assert list_tasks(store, ada) == []


def test_an_effort_comes_back_with_its_projects_goals_and_tasks(
    store: Store, effort: int, project: int, add_task: AddTask, ada: Actor
) -> None:
    goal = create_goal(store, SYSTEM, project_id=project, name="Ready", target="99.5")
    task = add_task(goal_id=goal.id)
    request = delete_effort(store, ada, effort)
    assert [read(store, ada) for read in (list_efforts, list_projects, list_goals, list_tasks)] == [[]] * 4
    assert undo(store, ada, request).restored == 4
    (back,) = list_tasks(store, ada)
    assert (back.id, back.goal_id, back.project_id) == (task.id, goal.id, project)
    assert list_goals(store, ada)[0].target == goal.target


def test_a_deleted_goal_lets_its_tasks_go_and_gets_them_back(
    store: Store, project: int, add_task: AddTask, ada: Actor, reread: Reread
) -> None:
    goal = create_goal(store, SYSTEM, project_id=project, name="Ready")
    task = add_task(goal_id=goal.id)
    request = delete_goal(store, ada, goal.id)
    assert reread(task.id).goal_id is None
    undo(store, ada, request)
    assert reread(task.id).goal_id == goal.id


def test_edited_fields_go_back_but_for_those_somebody_changed_since(
    store: Store, add_task: AddTask, ada: Actor, bob: Actor, reread: Reread
) -> None:
    one, two = add_task("one", points=1), add_task("two", points=1)
    edits = [Edit(task.id, 1, {"points": 8, "title": "changed"}) for task in (one, two)]
    request = save_tasks(store, ada, edits).request
    update_task(store, bob, two.id, 2, {"points": 13, "description": "by bob"})
    report = undo(store, ada, request)
    assert (reread(one.id).title, reread(one.id).points) == ("one", 1)
    assert (reread(two.id).title, reread(two.id).points) == ("two", 13)
    assert reread(two.id).description == "by bob"
    assert [(p.row, p.field, p.message) for p in report.left] == [
        (two.id, "points", "bob has changed it since")
    ]


def test_a_row_that_was_made_is_removed_unless_others_built_on_it(
    store: Store, project: int, ada: Actor, bob: Actor
) -> None:
    edits = [Edit(None, None, {"title": title, "project_id": project}) for title in "abcd"]
    report = save_tasks(store, ada, edits)
    _, b, c, d = (outcome.id or 0 for outcome in report.outcomes)
    update_task(store, bob, b, 1, {"points": 3})
    create_task(store, bob, parent_id=c, title="below c")
    add_comment(store, bob, "task", d, "mine")
    undone = undo(store, ada, report.request)
    assert undone.removed == 1
    assert {row.title for row in list_tasks(store, ada)} == {"b", "c", "d", "below c"}
    assert {problem.row for problem in undone.left} == {b, c, d}


def test_a_move_goes_back_unless_the_old_place_is_gone(
    store: Store, add_task: AddTask, ada: Actor, reread: Reread
) -> None:
    old, new = add_task("old"), add_task("new")
    task = add_task("task", parent_id=old.id)
    move_tasks(store, ada, [task.id], parent_id=new.id, request="move-1")
    delete_task(store, ada, old.id)
    report = undo(store, ada, "move-1")
    assert reread(task.id).parent_id == new.id
    assert ("parent_id", "what it was before has been deleted") in [(p.field, p.message) for p in report.left]


def test_a_task_does_not_come_back_into_a_ring(
    store: Store, add_task: AddTask, ada: Actor, reread: Reread
) -> None:
    a, b = add_task("A"), add_task("B")
    c = add_task("C", parent_id=a.id)
    move_tasks(store, ada, [c.id], project_id=c.project_id, request="out")
    move_tasks(store, ada, [a.id], parent_id=c.id)
    report = undo(store, ada, "out")
    assert "would now be under itself: C → A → C" in [problem.message for problem in report.left]
    assert reread(c.id).parent_id is None
    assert b.id


def test_what_stands_on_something_deleted_since_is_named(
    store: Store, effort: int, project: int, add_task: AddTask, ada: Actor
) -> None:
    request = delete_task(store, ada, add_task().id)
    delete_effort(store, ada, effort)
    report = undo(store, ada, request)
    assert report.done == 0
    assert [problem.message for problem in report.left] == [f"project {project} is deleted"]


def test_a_number_that_was_given_away_since_is_named(store: Store, effort: int, ada: Actor) -> None:
    request = delete_effort(store, ada, effort)
    new = create_effort(store, ada, number=1, name="Another")
    report = undo(store, ada, request)
    assert [problem.message for problem in report.left] == [f"1 now is effort {new.id}"]


def test_a_task_comes_back_without_a_sprint_that_is_gone(
    store: Store, add_task: AddTask, ada: Actor, reread: Reread
) -> None:
    with store.unit(ada) as session:
        sprint = Sprint(number=1, name="One")
        session.add(sprint)
    task = add_task(sprint_id=sprint.id)
    request = delete_task(store, ada, task.id)
    with store.unit(ada) as session:
        session.delete(session.get_one(Sprint, sprint.id))
    report = undo(store, ada, request)
    assert reread(task.id).sprint_id is None
    assert [problem.message for problem in report.left] == [f"sprint {sprint.id} is deleted"]


def test_two_thousand_tasks_come_back(store: Store, project: int, ada: Actor) -> None:
    edits = [Edit(None, None, {"title": f"t{n}", "project_id": project}) for n in range(2_000)]
    ids = [outcome.id or 0 for outcome in save_tasks(store, ada, edits).outcomes]
    assert undo(store, ada, delete_tasks(store, ada, ids)).restored == 2_000
    assert len(list_tasks(store, ada)) == 2_000


def test_a_member_takes_back_their_own_edits_only(
    store: Store, add_task: AddTask, ada: Actor, mia: Actor, viewer: Actor, reread: Reread
) -> None:
    task = add_task(assignee_id=mia.user_id)
    update_task(store, mia, task.id, 1, {"status": "done"}, request="mias")
    update_task(store, ada, task.id, 2, {"points": 3}, request="adas")
    for actor, request in ((mia, "adas"), (viewer, "mias")):
        with pytest.raises(Forbidden):
            undo(store, actor, request)
    assert undo(store, mia, "mias").changed == 1
    assert reread(task.id).status == "backlog"
    comment = add_comment(store, mia, "task", task.id, "Mine")
    undo(store, mia, delete_comment(store, mia, comment.id))
    assert [row.body for row in list_comments(store, mia)] == ["Mine"]


def test_there_is_nothing_to_undo_in_a_request_that_changed_nothing(store: Store, ada: Actor) -> None:
    with pytest.raises(NotFound, match="nothing to undo"):
        undo(store, ada, "never was")


def test_a_changed_project_goes_back_too(store: Store, effort: int, ada: Actor) -> None:
    project = create_project(store, ada, number="1.9", effort_id=effort, name="P", start="2026-01-05")
    update_project(store, ada, project.id, 1, {"name": "Q", "start": None}, request="r")
    undo(store, ada, "r")
    (row,) = list_projects(store, ada, ids=[project.id])
    assert (row.name, row.start) == ("P", project.start)


def test_no_second_sprint_of_a_team_runs_because_the_close_of_one_is_taken_back(
    store: Store, ada: Actor
) -> None:
    one = create_sprint(store, ada, start=date(2026, 5, 4), end=date(2026, 5, 8))
    two = create_sprint(store, ada, start=date(2026, 5, 11), end=date(2026, 5, 15))
    start_sprint(store, ada, one.id)
    closed = close_sprint(store, ada, one.id).request
    start_sprint(store, ada, two.id)
    with pytest.raises(Invalid, match="Sprint 1 of the same team is running"):
        undo(store, ada, closed)
    assert [sprint.state for sprint in list_sprints(store, ada)] == ["closed", "active"]


def test_a_deleted_sprint_does_not_come_back_on_the_days_of_another_one(store: Store, ada: Actor) -> None:
    days = {"start": date(2026, 5, 4), "end": date(2026, 5, 8)}
    deleted = delete_sprint(store, ada, create_sprint(store, ada, number=1, **days).id)
    create_sprint(store, ada, number=2, **days)
    with pytest.raises(Invalid, match="Sprint 2 of the same team is from"):
        undo(store, ada, deleted)
    assert [sprint.number for sprint in list_sprints(store, ada)] == [2]


def test_many_dependencies_come_back_with_as_many_reads_as_one(
    store: Store, add_task: AddTask, ada: Actor
) -> None:
    first = add_task()
    others = [add_task().id for _ in range(12)]
    for other in others:
        add_dependency(store, ada, task_id=other, depends_on_id=first.id)
    deleted = delete_task(store, ada, first.id)
    reads: list[str] = []

    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "FROM dependency" in statement:
            reads.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        assert undo(store, ada, deleted).restored == 13
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)
    assert len(reads) < 6


def test_a_number_that_another_project_took_since_is_left_and_the_rest_goes_back(
    store: Store, effort: int, ada: Actor
) -> None:
    project = create_project(store, ada, number="1.8", effort_id=effort, name="P")
    update_project(store, ada, project.id, 1, {"number": "1.9", "name": "Q"}, request="r")
    other = create_project(store, ada, number="1.8", effort_id=effort, name="Another")
    report = undo(store, ada, "r")
    assert [problem.message for problem in report.left] == [f"1.8 now is project {other.id}"]
    (row,) = list_projects(store, ada, ids=[project.id])
    assert (row.number, row.name) == ("1.9", "P")
