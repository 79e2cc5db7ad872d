"""The stored plan as records, in the order in which people read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from orchflow.people.tables import Team, User
from orchflow.planning.entities import ENTITIES
from orchflow.planning.exchange.identity import key_of
from orchflow.planning.exchange.records import FIELDS, OWN, Base, Document, Level, Predecessor, Record
from orchflow.planning.exchange.snapshot import LEVEL_OF, Snapshot
from orchflow.planning.exchange.tree import in_tree_order
from orchflow.planning.history import changes_of
from orchflow.planning.work.tasks import TASKS
from orchflow.store.field import Field

_NO_PAST = ("position", "external_id", "external_source")


class PlanRecords:
    """Makes records of one snapshot; every record bears the same new export mark."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._plan = snapshot
        self._export = uuid4().hex[:6]

    def document(self, projects: Collection[int] | None = None) -> Document:
        """The whole plan, or some projects with their efforts and the sprints of their tasks."""
        return Document("orchflow", records=list(self._walk(projects)))

    def _walk(self, projects: Collection[int] | None) -> Iterator[Record]:
        plan = {level: list(rows.values()) for level, rows in self._plan.rows.items()}
        if projects is not None:
            plan[Level.PROJECT] = [row for row in plan[Level.PROJECT] if row.id in projects]
            plan[Level.TASK] = [row for row in plan[Level.TASK] if row.project_id in projects]
            efforts = {row.effort_id for row in plan[Level.PROJECT]}
            plan[Level.EFFORT] = [row for row in plan[Level.EFFORT] if row.id in efforts]
            sprints = {row.sprint_id for row in plan[Level.TASK]}
            plan[Level.SPRINT] = [row for row in plan[Level.SPRINT] if row.id in sprints]
        for sprint in plan[Level.SPRINT]:
            yield self.record(Level.SPRINT, sprint)
        below = {level: _by(plan[level], "project_id") for level in (Level.GOAL, Level.TASK)}
        projects_of = _by(plan[Level.PROJECT], "effort_id")
        for effort in plan[Level.EFFORT]:
            yield self.record(Level.EFFORT, effort)
            for project in projects_of.get(effort.id, ()):
                yield self.record(Level.PROJECT, project)
                for goal in below[Level.GOAL].get(project.id, ()):
                    yield self.record(Level.GOAL, goal)
                tasks = {task.id: task for task in below[Level.TASK].get(project.id, ())}
                for task_id, _ in in_tree_order({task.id: task.parent_id for task in tasks.values()}):
                    yield self.record(Level.TASK, tasks[task_id])

    def record(self, level: Level, row: Any) -> Record:
        """The record of one row."""
        source, key = (OWN, None) if level is Level.SPRINT else key_of(level, row, self._plan.mark)
        fields = ENTITIES[level].fields
        values = {
            name: self._written(source, fields[column], getattr(row, column))
            for name, column in FIELDS[level].items()
        }
        predecessors = self._predecessors(source, row.id) if level is Level.TASK else None
        base = Base(self._plan.mark, self._export, row.version, tuple(predecessors or ()))
        return Record(level, 0, values, key, source, predecessors, base)

    def add_history(self, session: Session, document: Document) -> None:
        """Give each task of the document its past, with names instead of ids."""
        keys = {
            key_of(Level.TASK, task, self._plan.mark): task.id
            for task in self._plan.rows[Level.TASK].values()
        }
        records = {
            keys[record.source or OWN, record.key or ""]: record
            for record in document.records
            if record.level is Level.TASK
        }
        for change in changes_of(session, records):
            if change.field in _NO_PAST:
                continue
            record, field = records[change.row_id], TASKS.fields.get(change.field)
            points = field is not None and field.target is not None
            record.history.append(
                {
                    "occurred_at": change.occurred_at.isoformat(),
                    "field": field.file if field and points else change.field,
                    "old": self._written(record.source or OWN, field, change.old),
                    "new": self._written(record.source or OWN, field, change.new),
                    "by": change.by,
                }
            )

    def _written(self, source: str, field: Field | None, value: Any) -> Any:
        """A value as a row of `source` writes it: names instead of ids, also of the people of a sprint."""
        names = self._plan.people.usernames
        if field is None or value is None:
            return value
        if field.name == "members":
            return [names[user_id] for user_id in value if user_id in names]
        if field.name == "days_off":
            return {names[int(user_id)]: days for user_id, days in value.items() if int(user_id) in names}
        if field.target is None:
            return value
        if field.target is User:
            return names.get(value)
        if field.target is Team:
            return self._plan.teams.get(value)
        level = LEVEL_OF[field.target]
        row = self._plan.rows[level].get(value)
        if row is None:
            return None
        return (
            self._named(source, level, row) if level in (Level.GOAL, Level.TASK) else self._plan.number(row)
        )

    def _named(self, source: str, level: Level, row: Any) -> str:
        """The key of a goal or task, with its own source where that is another one."""
        own_source, key = key_of(level, row, self._plan.mark)
        return key if own_source == source else f"{own_source}:{key}"

    def _predecessors(self, source: str, task_id: int) -> list[Predecessor]:
        tasks = self._plan.rows[Level.TASK]
        predecessors = [
            Predecessor(
                self._named(source, Level.TASK, tasks[other]), dependency.kind.value, dependency.lag_days
            )
            for other, dependency in self._plan.predecessors.get(task_id, {}).items()
        ]
        return sorted(predecessors, key=lambda predecessor: predecessor.task)


def _by(rows: Iterable[Any], column: str) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    for row in rows:
        groups.setdefault(getattr(row, column), []).append(row)
    return groups
