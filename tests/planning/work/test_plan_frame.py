"""The plan as one table: in tree order, complete, in a few queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.history import task_changes
from orchflow.planning.work.comments import add_comment
from orchflow.planning.work.dependencies import add_dependency
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.goals import create_goal
from orchflow.planning.work.moves import move_tasks
from orchflow.planning.work.plan_frame import COLUMNS, plan_frame
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import Edit, delete_task, save_tasks, update_task
from orchflow.store.engine import Store

AddTask = Callable[..., TaskRow]


def test_an_empty_plan_is_an_empty_table(store: Store, viewer: Actor) -> None:
    frame = plan_frame(store, viewer)
    assert list(frame.columns) == list(COLUMNS)
    assert frame.empty


def test_rows_come_in_the_order_of_the_tree(
    store: Store, effort: int, project: int, add_task: AddTask, viewer: Actor
) -> None:
    create_effort(store, SYSTEM, number=2, name="Second")
    create_project(store, SYSTEM, number="1.2", effort_id=effort, name="Software")
    create_goal(store, SYSTEM, project_id=project, name="Ready")
    a, b = add_task("A"), add_task("B")
    add_task("A1", parent_id=a.id)
    move_tasks(store, SYSTEM, [b.id], before=a.id)
    frame = plan_frame(store, viewer)
    shown = list(
        zip(frame["level"], frame["depth"], frame["number"], frame["title"], frame["children"], strict=True)
    )
    assert shown == [
        ("effort", 0, "1", "Infrastructure", 2),
        ("project", 1, "1.1", "Hardware", 3),
        ("goal", 2, "1.1", "Ready", 0),
        ("task", 2, "1.1", "B", 0),
        ("task", 2, "1.1", "A", 1),
        ("task", 3, "1.1", "A1", 0),
        ("project", 1, "1.2", "Software", 0),
        ("effort", 0, "2", "Second", 0),
    ]


def test_a_task_comes_with_names_counts_and_plain_values(
    store: Store, add_task: AddTask, mia: Actor, viewer: Actor
) -> None:
    first = add_task("first")
    task = add_task("x", assignee_id=mia.user_id, points="2.5", due="2026-12-01", labels=["a"])
    add_dependency(store, SYSTEM, task_id=task.id, depends_on_id=first.id)
    add_comment(store, mia, "task", task.id, "Hello")
    row: dict[str, Any] = plan_frame(store, viewer).to_dict("records")[-1]
    assert (row["owner"], row["points"], row["due"], row["labels"]) == ("Mia", 2.5, date(2026, 12, 1), ["a"])
    assert (row["state"], row["priority"], row["waits_for"], row["comments"]) == (
        "backlog",
        "normal",
        [first.id],
        1,
    )
    assert (row["version"], row["milestone"], row["sprint"]) == (1, False, None)
    assert plan_frame(store, viewer).to_dict("records")[-2]["owner"] is None


def test_a_hundred_tasks_need_as_many_queries_as_one(
    store: Store, project: int, viewer: Actor, add_task: AddTask
) -> None:
    add_task()
    asked: list[str] = []

    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        plan_frame(store, viewer)
        few = len(asked)
        save_tasks(store, SYSTEM, [Edit(None, None, {"title": "t", "project_id": project})] * 99)
        asked.clear()
        assert len(plan_frame(store, viewer)) == 102
        assert len(asked) == few < 15
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)


def test_the_history_of_a_row_says_who_changed_what_when(
    store: Store, add_task: AddTask, ada: Actor, viewer: Actor
) -> None:
    task = add_task("old", points=3)
    update_task(store, ada, task.id, 1, {"title": "new"}, request="r-1")
    delete_task(store, ada, task.id)
    history = task_changes(store, viewer, task.id)
    assert [change.action for change in history] == sorted(
        (change.action for change in history), key=["insert", "update", "delete"].index
    )
    (change,) = [change for change in history if change.action == "update"]
    assert (change.who, change.by, change.field, change.old, change.new, change.version, change.request) == (
        "Ada", "ada", "title", "old", "new", 2, "r-1",
    )  # fmt: skip
    assert {change.who for change in history if change.action == "insert"} == {"Orchestrator Flow"}
    assert [change.new for change in history if change.field == "points"] == ["3", None]
