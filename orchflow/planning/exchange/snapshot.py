"""The stored plan, read once, and what people call its rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.people.naming import naming_of
from orchflow.people.tables import Team, User
from orchflow.planning.entities import ENTITIES
from orchflow.planning.exchange.identity import workspace_mark
from orchflow.planning.exchange.records import OWN, Level
from orchflow.planning.tables import WorkflowColumn
from orchflow.planning.work.dependencies import DEPENDENCIES
from orchflow.planning.work.rows import DependencyRow
from orchflow.store.entity import Entity
from orchflow.store.rows import chosen, rows
from orchflow.store.tables import Tracked

LEVEL_OF: dict[type[Tracked], Level] = {ENTITIES[level].model: level for level in Level}
"""Table → what its rows are in files."""


class Snapshot:
    """Every row of the plan as a session saw it, in the order of the plan.

    `rows` are the rows of each level by id, `predecessors` task → the task it waits for → the dependency.
    """

    def __init__(self, session: Session) -> None:
        self.mark = workspace_mark(session)
        self.rows: dict[Level, dict[int, Any]] = {
            level: {row.id: row for row in _in_order(session, ENTITIES[level])} for level in Level
        }
        self.people = People(session)
        self.teams = dict(session.execute(sa.select(Team.id, Team.name)).all())
        self.statuses = _statuses(session)
        self.predecessors: dict[int, dict[int, DependencyRow]] = {}
        for dependency in _in_order(session, DEPENDENCIES):
            self.predecessors.setdefault(dependency.task_id, {})[dependency.depends_on_id] = dependency

    def keys(self, level: Level) -> dict[tuple[str, str], int]:
        """Source and key → id, of the rows that came from elsewhere."""
        return {
            (row.external_source or OWN, row.external_id): row.id
            for row in self.rows[level].values()
            if getattr(row, "external_id", None) is not None
        }

    def number(self, row: Any) -> str:
        """The number by which files name an effort, project or sprint; a team's sprints bear its name: `Core/3`."""
        team = self.teams.get(getattr(row, "team_id", None) or 0)
        return f"{team}/{row.number}" if team else str(row.number)

    def called(self, table: type[Tracked], row_id: int) -> Any:
        """What people call a row of a table; its id when it was not there yet."""
        if table is User:
            return self.people.usernames.get(row_id, row_id)
        if table is Team:
            return self.teams.get(row_id, row_id)
        return getattr(self.rows[LEVEL_OF[table]].get(row_id), table.__called__, row_id)


class People:
    """The users, by every name they may be called in a file."""

    def __init__(self, session: Session) -> None:
        self.usernames: dict[int, str] = dict(session.execute(sa.select(User.id, User.username)).all())
        self._names = naming_of(session)

    def called(self, name: str) -> int:
        """The id of the user whose username, e-mail address, platform id or display name it is; Refused when none is."""
        return self._names.called(name)


def _in_order(session: Session, entity: Entity[Any]) -> list[Any]:
    model: Any = entity.model
    place = next((getattr(model, name) for name in ("position", "number") if hasattr(model, name)), model.id)
    return rows(session, entity.row, chosen(entity.row, model).order_by(place, model.id))


def _statuses(session: Session) -> dict[str, str]:
    """Every way to write a status that tasks may have now → its key."""
    columns = session.execute(
        sa.select(WorkflowColumn.key, WorkflowColumn.name)
        .where(WorkflowColumn.retired.is_(False))
        .order_by(WorkflowColumn.team_id.is_not(None), WorkflowColumn.position)
    )
    names: dict[str, str] = {}
    for key, name in columns:
        names.setdefault(key, key)
        names.setdefault(name.casefold(), key)
    return names
