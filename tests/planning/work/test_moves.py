"""Moving tasks: order, levels, projects; a task with its subtasks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orchflow.errors import Forbidden, Invalid, NotFound
from orchflow.people.permissions import Actor
from orchflow.planning.work.goals import create_goal
from orchflow.planning.work.moves import indent_tasks, move_tasks, outdent_tasks
from orchflow.planning.work.plan_frame import plan_frame
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.rows import TaskRow
from orchflow.store.engine import Store

AddTask = Callable[..., TaskRow]
Reread = Callable[[int], TaskRow]


def tree(store: Store, actor: Actor) -> list[str]:
    """The titles of the tasks in order, each behind as many dots as it is deep."""
    frame = plan_frame(store, actor)
    frame = frame[frame["level"] == "task"]
    return ["." * (depth - 2) + title for depth, title in zip(frame["depth"], frame["title"], strict=True)]


def test_tasks_move_before_and_after_others_in_the_order_given(
    store: Store, add_task: AddTask, ada: Actor
) -> None:
    a, b, c, d = (add_task(title) for title in "abcd")
    move_tasks(store, ada, [d.id, c.id], before=a.id)
    assert tree(store, ada) == ["d", "c", "a", "b"]
    move_tasks(store, ada, [d.id], after=a.id)
    assert tree(store, ada) == ["c", "a", "d", "b"]
    assert b.id


def test_there_is_always_room_between_two_tasks(store: Store, add_task: AddTask, ada: Actor) -> None:
    first, second, last = (add_task(title) for title in ("first", "x", "last"))
    for turn in range(30):
        move_tasks(store, ada, [(second if turn % 2 else last).id], after=first.id)
    assert tree(store, ada) == ["first", "x", "last"]


def test_indenting_puts_neighbours_under_the_task_above_and_outdenting_takes_them_back(
    store: Store, add_task: AddTask, ada: Actor
) -> None:
    a, b, c, d = (add_task(title) for title in "abcd")
    indent_tasks(store, ada, [c.id, b.id])
    assert tree(store, ada) == ["a", ".b", ".c", "d"]
    indent_tasks(store, ada, [c.id])
    assert tree(store, ada) == ["a", ".b", "..c", "d"]
    outdent_tasks(store, ada, [c.id])
    outdent_tasks(store, ada, [b.id, c.id])
    assert tree(store, ada) == ["a", "b", "c", "d"]
    assert a.id
    assert d.id


def test_the_first_task_cannot_be_indented_and_one_at_the_top_not_outdented(
    store: Store, add_task: AddTask, ada: Actor
) -> None:
    a = add_task("a")
    with pytest.raises(Invalid, match="nothing stands above 'a'"):
        indent_tasks(store, ada, [a.id])
    with pytest.raises(Invalid, match="'a' is at the top already"):
        outdent_tasks(store, ada, [a.id])


def test_a_task_does_not_move_under_its_own_child_or_next_to_itself(
    store: Store, add_task: AddTask, ada: Actor
) -> None:
    a = add_task("A")
    b = add_task("B", parent_id=a.id)
    with pytest.raises(Invalid, match="would be under itself: A → B → A"):
        move_tasks(store, ada, [a.id], parent_id=b.id)
    with pytest.raises(Invalid, match="would be under itself: A → A"):
        move_tasks(store, ada, [a.id], before=b.id)
    with pytest.raises(Invalid, match="next to itself"):
        move_tasks(store, ada, [a.id], after=a.id)
    assert tree(store, ada) == ["A", ".B"]


def test_a_subtree_moves_to_another_project_whole(
    store: Store, effort: int, project: int, add_task: AddTask, ada: Actor, reread: Reread
) -> None:
    other = create_project(store, ada, number="1.2", effort_id=effort, name="Software").id
    goal = create_goal(store, ada, project_id=project, name="Ready").id
    a = add_task("A", goal_id=goal)
    b = add_task("B", parent_id=a.id, goal_id=goal)
    move_tasks(store, ada, [a.id, b.id], project_id=other)
    moved = [reread(task.id) for task in (a, b)]
    assert [(task.project_id, task.parent_id, task.goal_id) for task in moved] == [
        (other, None, None),
        (other, a.id, None),
    ]


def test_what_does_not_exist_cannot_be_moved_or_moved_to(store: Store, add_task: AddTask, ada: Actor) -> None:
    task = add_task()
    with pytest.raises(NotFound):
        move_tasks(store, ada, [task.id, 99], after=task.id)
    with pytest.raises(NotFound):
        move_tasks(store, ada, [task.id], parent_id=99)
    with pytest.raises(Invalid, match="no project 99"):
        move_tasks(store, ada, [task.id], project_id=99)


def test_members_do_not_move_tasks(store: Store, add_task: AddTask, mia: Actor) -> None:
    task = add_task(assignee_id=mia.user_id)
    for move in (indent_tasks, outdent_tasks):
        with pytest.raises(Forbidden):
            move(store, mia, [task.id])
