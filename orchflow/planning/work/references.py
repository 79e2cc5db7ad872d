"""Whether what a row points to exists, read for many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import ConflictError, FieldConflict, Problem
from orchflow.people.tables import User
from orchflow.planning.tables import Effort, Goal, Project, Sprint, Task
from orchflow.store.tables import Tracked

TARGETS: dict[str, type[Tracked]] = {
    "owner_id": User,
    "assignee_id": User,
    "effort_id": Effort,
    "project_id": Project,
    "goal_id": Goal,
    "sprint_id": Sprint,
    "parent_id": Task,
    "task_id": Task,
    "depends_on_id": Task,
}
"""Field → the table of the row whose number it holds."""


def new_request() -> str:
    """A name for what belongs together in the history and can be undone together."""
    return uuid4().hex


@contextmanager
def races_explained() -> Iterator[None]:
    """ConflictError when, between our look and our write, somebody deleted what is pointed to or took a name."""
    try:
        yield
    except sa.exc.IntegrityError:
        conflict = FieldConflict("what this row refers to", None, None, None)
        raise ConflictError([conflict], "Read it again and repeat the change.") from None


class References:
    """What the given values point to. For a goal its project is known, for a person whether they are active."""

    def __init__(self, session: Session, values: Iterable[Mapping[str, Any]]) -> None:
        wanted: dict[type[Tracked], set[int]] = {}
        for row in values:
            for field, target in TARGETS.items():
                if isinstance(number := row.get(field), int):
                    wanted.setdefault(target, set()).add(number)
        self.people: dict[int, tuple[str, bool]] = {}
        self.goals: dict[int, int] = {}
        self._present: dict[type[Tracked], set[int]] = {}
        for target, ids in wanted.items():
            if target is User:
                people = sa.select(User.id, User.display_name, User.active).where(User.id.in_(ids))
                self.people = {number: (name, active) for number, name, active in session.execute(people)}
                self._present[User] = set(self.people)
            elif target is Goal:
                goals = sa.select(Goal.id, Goal.project_id).where(Goal.id.in_(ids))
                self.goals = dict(session.execute(goals).all())
                self._present[Goal] = set(self.goals)
            else:
                self._present[target] = set(session.scalars(sa.select(target.id).where(target.id.in_(ids))))

    def problems(self, values: Mapping[str, Any], row: int | str | None) -> list[Problem]:
        """Which of `values` point to nothing, or to somebody whose access has ended."""
        found = []
        for field, target in TARGETS.items():
            number = values.get(field)
            if not isinstance(number, int):
                continue
            if number not in self._present.get(target, ()):
                found.append(Problem(row, field, f"there is no {_WORDS[target]} {number}"))
            elif target is User and not self.people[number][1]:
                found.append(Problem(row, field, f"{self.people[number][0]}'s account is disabled"))
        return found


_WORDS: dict[type[Tracked], str] = {
    User: "user",
    Effort: "effort",
    Project: "project",
    Goal: "goal",
    Sprint: "sprint",
    Task: "task",
}


def taken(
    session: Session, model: type[Tracked], fields: tuple[str, ...], values: Iterable[tuple[Any, ...]]
) -> dict[tuple[Any, ...], int]:
    """Which combinations of `fields` are there already, and whose (id) they are."""
    wanted = {key for key in values if None not in key}
    if not wanted:
        return {}
    columns = [getattr(model, field) for field in fields]
    last = columns[-1].in_({key[-1] for key in wanted})
    found = session.execute(sa.select(model.id, *columns).where(last))
    return {tuple(key): number for number, *key in found if tuple(key) in wanted}
