"""The stored plan, read once, and what names lead to its rows."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.people.tables import Team, User
from orchflow.planning.exchange.identity import workspace_mark
from orchflow.planning.exchange.records import OWN, Level
from orchflow.planning.sprints.rows import SprintRow
from orchflow.planning.tables import Dependency, Effort, Goal, Project, Sprint, Task, WorkflowColumn
from orchflow.planning.work.rows import DependencyRow, EffortRow, GoalRow, ProjectRow, TaskRow
from orchflow.store.rows import chosen, rows
from orchflow.store.tables import Tracked

Row: TypeAlias = EffortRow | ProjectRow | GoalRow | SprintRow | TaskRow

MODELS: Final[dict[Level, type[Tracked]]] = {
    Level.EFFORT: Effort,
    Level.PROJECT: Project,
    Level.GOAL: Goal,
    Level.SPRINT: Sprint,
    Level.TASK: Task,
}


class Snapshot:
    """Every row of the plan as a session saw it, in the order of the plan."""

    def __init__(self, session: Session) -> None:
        self.mark = workspace_mark(session)
        self.efforts = rows(session, EffortRow, _ordered(EffortRow, Effort, Effort.position))
        self.projects = rows(session, ProjectRow, _ordered(ProjectRow, Project, Project.position))
        self.goals = rows(session, GoalRow, _ordered(GoalRow, Goal, Goal.position))
        self.sprints = rows(session, SprintRow, _ordered(SprintRow, Sprint, Sprint.number))
        self.tasks = rows(session, TaskRow, _ordered(TaskRow, Task, Task.position))
        self.by_level: dict[Level, dict[int, Any]] = {
            Level.EFFORT: {row.id: row for row in self.efforts},
            Level.PROJECT: {row.id: row for row in self.projects},
            Level.GOAL: {row.id: row for row in self.goals},
            Level.SPRINT: {row.id: row for row in self.sprints},
            Level.TASK: {row.id: row for row in self.tasks},
        }
        self.people = People(session)
        self.teams = dict(session.execute(sa.select(Team.id, Team.name)).all())
        self.statuses = _statuses(session)
        self.predecessors: dict[int, dict[int, DependencyRow]] = {}
        for dependency in rows(
            session, DependencyRow, chosen(DependencyRow, Dependency).order_by(Dependency.id)
        ):
            self.predecessors.setdefault(dependency.task_id, {})[dependency.depends_on_id] = dependency

    def keys(self, level: Level) -> dict[tuple[str, str], int]:
        """Source and key → row, of the rows that came from elsewhere."""
        if level is Level.SPRINT:
            return {}
        return {
            (row.external_source or OWN, row.external_id): row.id
            for row in self.by_level[level].values()
            if row.external_id is not None
        }


class People:
    """The users, by every name they may be called in a file."""

    def __init__(self, session: Session) -> None:
        found = session.execute(
            sa.select(User.id, User.username, User.email, User.display_name, User.platform_user_id).order_by(
                User.active.desc(), User.id
            )
        ).all()
        self.usernames: dict[int, str] = {row.id: row.username for row in found}
        self._names: dict[str, set[int]] = {}
        self._sure: dict[str, int] = {}
        for row in found:
            for name in (row.username, row.email, row.platform_user_id):
                if name:
                    self._sure.setdefault(name.casefold(), row.id)
            self._names.setdefault(" ".join(row.display_name.split()).casefold(), set()).add(row.id)

    def called(self, name: str) -> int | str:
        """The user whose username, e-mail address, platform id or display name it is; else why nobody is meant."""
        plain = " ".join(name.split()).casefold().removeprefix("@")
        if (sure := self._sure.get(plain)) is not None:
            return sure
        named = self._names.get(plain, set())
        if len(named) == 1:
            return next(iter(named))
        if named:
            return f"{len(named)} people are called {name!r}; write the username"
        return f"there is nobody called {name!r}"


def _ordered(row_type: type[Any], model: type[Tracked], position: Any) -> sa.Select[Any]:
    return chosen(row_type, model).order_by(position, model.id)


def _statuses(session: Session) -> dict[str, str]:
    """Every way to write a status that tasks may have now → its key."""
    found = session.execute(
        sa.select(WorkflowColumn.key, WorkflowColumn.name)
        .where(WorkflowColumn.retired.is_(False))
        .order_by(WorkflowColumn.team_id.is_not(None), WorkflowColumn.position)
    )
    names: dict[str, str] = {}
    for key, name in found:
        names.setdefault(key, key)
        names.setdefault(name.casefold(), key)
    return names
