"""Where tasks stand: under which parent, in which project. Knows just the tasks a save needs to know."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.planning.cycles import cycle
from orchflow.planning.tables import Task
from orchflow.store.merge import lock_rows
from orchflow.store.removal import below


@dataclass(frozen=True)
class Node:
    """A task's place and name."""

    parent_id: int | None
    project_id: int
    title: str


class TaskTree:
    """Some tasks and all above them, kept in step with what a save has decided so far; others are read when asked for."""

    def __init__(self, session: Session, ids: Collection[int]) -> None:
        self._session = session
        self._nodes: dict[int, Node] = {}
        self._read(ids)

    def _read(self, ids: Collection[int]) -> None:
        if not ids:
            return
        own = sa.select(Task.id, Task.parent_id, Task.project_id, Task.title)
        above = own.where(Task.id.in_(ids)).cte("above", recursive=True)
        above = above.union(own.join(above, Task.id == above.c.parent_id))
        for task_id, parent_id, project_id, title in self._session.execute(sa.select(above)):
            self._nodes.setdefault(task_id, Node(parent_id, project_id, title))

    def get(self, task_id: int) -> Node | None:
        """The task's place; None when there is no such task."""
        if task_id not in self._nodes:
            self._read([task_id])
        return self._nodes.get(task_id)

    def above(self, task_id: int) -> Iterator[int]:
        """The tasks under which the task stands, the nearest first."""
        node = self.get(task_id)
        while node is not None and node.parent_id is not None:
            yield node.parent_id
            node = self.get(node.parent_id)

    def put(self, task_id: int, node: Node) -> None:
        """From now on the task stands there."""
        self._nodes[task_id] = node

    def knot(self, task_id: int, title: str, parent_id: int) -> str | None:
        """The way round ("A → B → A") that putting the task under `parent_id` would close; None when it may go there."""
        above = {
            number: [node.parent_id] for number, node in self._nodes.items() if node.parent_id is not None
        }
        above.pop(task_id, None)
        ring = cycle(above, task_id, parent_id)
        if ring is None:
            return None
        names = [title if number == task_id else self._nodes[number].title for number in ring]
        return " → ".join([names[0], *reversed(names[1:]), names[0]])


def take_along(session: Session, moved: Collection[Task]) -> None:
    """What stands below tasks that changed their project goes there too, and leaves its goal of the old one behind."""
    by_project: dict[int, set[int]] = {}
    for task in moved:
        by_project.setdefault(task.project_id, set()).add(task.id)
    session.flush()
    for project_id, roots in by_project.items():
        for task in lock_rows(session, Task, below(session, Task, roots)).values():
            if task.project_id != project_id:
                task.project_id, task.goal_id = project_id, None
    session.flush()
