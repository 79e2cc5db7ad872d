"""Where tasks stand: under which parent, in which project. Knows just the tasks a save needs to know."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.planning.tables import Task


@dataclass(frozen=True)
class Node:
    """A task's place and name."""

    parent_id: int | None
    project_id: int
    title: str


class TaskTree:
    """Some tasks and all above them, kept in step with what a save has decided so far."""

    def __init__(self, session: Session, ids: Collection[int]) -> None:
        self._nodes: dict[int, Node] = {}
        if ids:
            own = sa.select(Task.id, Task.parent_id, Task.project_id, Task.title)
            above = own.where(Task.id.in_(ids)).cte("above", recursive=True)
            above = above.union(own.join(above, Task.id == above.c.parent_id))
            for task_id, parent_id, project_id, title in session.execute(sa.select(above)):
                self._nodes[task_id] = Node(parent_id, project_id, title)

    def get(self, task_id: int) -> Node | None:
        """The task's place, if it is known here."""
        return self._nodes.get(task_id)

    def above(self, task_id: int) -> Iterator[int]:
        """The tasks under which the task stands, the nearest first."""
        node = self._nodes.get(task_id)
        while node is not None and node.parent_id is not None:
            yield node.parent_id
            node = self._nodes.get(node.parent_id)

    def put(self, task_id: int, node: Node) -> None:
        """From now on the task stands there."""
        self._nodes[task_id] = node

    def knot(self, task_id: int, title: str, parent_id: int) -> str | None:
        """The way round ("A → B → A") that putting the task under `parent_id` would close; None when it may go there."""
        between: list[str] = []
        at = parent_id
        while at != task_id:
            node = self._nodes.get(at)
            if node is None or node.parent_id is None:
                return None
            between.append(node.title)
            at = node.parent_id
        return " → ".join([title, *reversed(between), title])


def subtree(session: Session, roots: Collection[int]) -> list[list[int]]:
    """The tasks below `roots`, level by level, without the roots."""
    levels: list[list[int]] = []
    seen, last = set(roots), set(roots)
    while last:
        last = set(session.scalars(sa.select(Task.id).where(Task.parent_id.in_(last)))) - seen
        seen |= last
        if last:
            levels.append(sorted(last))
    return levels
