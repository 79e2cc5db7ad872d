"""Dependencies: four kinds with lag; a ring is refused with its way named."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from orchflow.errors import ConflictError, Forbidden, Invalid, Problem
from orchflow.people.permissions import Actor
from orchflow.planning.tables import DependencyKind
from orchflow.planning.undo.undo import undo
from orchflow.planning.work.dependencies import (
    DEPENDENCIES,
    add_dependency,
    get_dependency,
    list_dependencies,
    remove_dependency,
    update_dependency,
)
from orchflow.planning.work.rows import TaskRow
from orchflow.store.edits import Edit
from orchflow.store.engine import Store

AddTask = Callable[..., TaskRow]


def test_a_task_waits_for_another(store: Store, add_task: AddTask, ada: Actor, project: int) -> None:
    a, b = add_task("A"), add_task("B")
    made = add_dependency(store, ada, task_id=b.id, depends_on_id=a.id, kind="ff", lag_days=-2)
    assert (made.kind, made.lag_days) == (DependencyKind.FINISH_TO_FINISH, -2)
    assert get_dependency(store, ada, made.id) == made
    assert (
        list_dependencies(store, ada, task_id=a.id) == list_dependencies(store, ada, task_id=b.id) == [made]
    )
    assert list_dependencies(store, ada, project_id=project) == [made]
    assert list_dependencies(store, ada, project_id=project + 1) == []


def test_a_ring_is_refused_with_its_way(store: Store, add_task: AddTask, ada: Actor) -> None:
    a, b, c = (add_task(title) for title in "ABC")
    add_dependency(store, ada, task_id=b.id, depends_on_id=a.id)
    add_dependency(store, ada, task_id=c.id, depends_on_id=b.id)
    with pytest.raises(Invalid, match="would wait for itself: A → C → B → A"):
        add_dependency(store, ada, task_id=a.id, depends_on_id=c.id)
    with pytest.raises(Invalid, match="would wait for itself: A → A"):
        add_dependency(store, ada, task_id=a.id, depends_on_id=a.id)
    assert len(list_dependencies(store, ada)) == 2


def test_of_many_every_wrong_one_is_told(store: Store, add_task: AddTask, ada: Actor) -> None:
    a, b = add_task("A"), add_task("B")
    wrong = [
        {"task_id": a.id, "depends_on_id": b.id},
        {"task_id": b.id, "depends_on_id": a.id},
        {"task_id": a.id, "depends_on_id": b.id},
        {"task_id": a.id, "depends_on_id": 99},
    ]
    edits = [Edit(None, None, fields, line) for line, fields in enumerate(wrong, 1)]
    assert DEPENDENCIES.save(store, ada, edits).problems == [
        Problem(2, "depends_on_id", "would wait for itself: B → A → B"),
        Problem(3, "depends_on_id", f"task {a.id} waits for task {b.id} already"),
        Problem(4, "depends_on_id", "there is no task 99"),
    ]
    assert [(row.task_id, row.depends_on_id) for row in list_dependencies(store, ada)] == [(a.id, b.id)]
    with pytest.raises(Invalid, match="'xx' is not one of fs, ss, ff, sf"):
        add_dependency(store, ada, task_id=a.id, depends_on_id=b.id, kind="xx")


def test_two_people_close_no_ring_together(store: Store, add_task: AddTask, ada: Actor, bob: Actor) -> None:
    a, b = add_task("A"), add_task("B")
    refused: list[Exception] = []
    start = threading.Barrier(2)

    def add(actor: Actor, task: TaskRow, other: TaskRow) -> None:
        start.wait()
        try:
            add_dependency(store, actor, task_id=task.id, depends_on_id=other.id)
        except Invalid as error:
            refused.append(error)

    threads = [threading.Thread(target=add, args=args) for args in ((ada, a, b), (bob, b, a))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == len(list_dependencies(store, ada)) == 1


def test_a_dependency_is_edited_removed_and_brought_back(
    store: Store, add_task: AddTask, ada: Actor, mia: Actor
) -> None:
    a, b = add_task("A"), add_task("B")
    made = add_dependency(store, ada, task_id=b.id, depends_on_id=a.id)
    assert update_dependency(store, ada, made.id, 1, {"lag_days": 3}).row.lag_days == 3
    with pytest.raises(ConflictError):
        remove_dependency(store, ada, made.id, 1)
    with pytest.raises(Invalid, match="task_id: cannot be changed"):
        update_dependency(store, ada, made.id, 2, {"task_id": a.id})
    with pytest.raises(Forbidden):
        remove_dependency(store, mia, made.id)
    request = remove_dependency(store, ada, made.id, 2)
    assert list_dependencies(store, ada) == []
    undo(store, ada, request)
    assert list_dependencies(store, ada)[0].lag_days == 3


def test_a_dependency_does_not_come_back_into_a_ring(store: Store, add_task: AddTask, ada: Actor) -> None:
    a, b = add_task("A"), add_task("B")
    request = remove_dependency(store, ada, add_dependency(store, ada, task_id=b.id, depends_on_id=a.id).id)
    add_dependency(store, ada, task_id=a.id, depends_on_id=b.id)
    report = undo(store, ada, request)
    assert [problem.message for problem in report.left] == ["would now close a ring"]
