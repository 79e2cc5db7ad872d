"""The stored plan as records, in the order in which people read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from orchflow.planning.exchange.identity import key_of
from orchflow.planning.exchange.records import FIELDS, OWN, Base, Document, Level, Predecessor, Record
from orchflow.planning.exchange.snapshot import Row, Snapshot
from orchflow.planning.history import events_of
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import TASKS

PAST_REFERENCES = {field.name: field.file for field in TASKS.fields.values() if field.target is not None}
"""Fields of a task's past that point to something → what they are called where names stand for numbers."""


class PlanRecords:
    """Makes records of one snapshot; `mark` is the workspace's, every record bears the same new export mark."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._plan = snapshot
        self._mark = snapshot.mark
        self._export = uuid4().hex[:6]

    def document(self, projects: Collection[int] | None = None) -> Document:
        """The whole plan, or some projects with their efforts and the sprints of their tasks."""
        return Document("orchflow", records=list(self._walk(projects)))

    def _walk(self, projects: Collection[int] | None) -> Iterator[Record]:
        chosen = [p for p in self._plan.projects if projects is None or p.id in projects]
        tasks = [t for t in self._plan.tasks if projects is None or t.project_id in projects]
        used = {task.sprint_id for task in tasks}
        for sprint in self._plan.sprints:
            if projects is None or sprint.id in used:
                yield self.record(Level.SPRINT, sprint)
        efforts = {project.effort_id for project in chosen}
        for effort in self._plan.efforts:
            if projects is not None and effort.id not in efforts:
                continue
            yield self.record(Level.EFFORT, effort)
            for project in chosen:
                if project.effort_id == effort.id:
                    yield self.record(Level.PROJECT, project)
                    yield from self._below(project.id, tasks)

    def _below(self, project_id: int, tasks: list[TaskRow]) -> Iterator[Record]:
        for goal in self._plan.goals:
            if goal.project_id == project_id:
                yield self.record(Level.GOAL, goal)
        for task in in_tree_order(task for task in tasks if task.project_id == project_id):
            yield self.record(Level.TASK, task)

    def record(self, level: Level, row: Row) -> Record:
        """The record of one row."""
        source, key = ("", None) if level is Level.SPRINT else key_of(level, row, self._mark)
        values = {name: self._value(source, column, row) for name, column in FIELDS[level].items()}
        predecessors = self._predecessors(source, row.id) if level is Level.TASK else None
        base = Base(self._mark, self._export, row.version, tuple(predecessors or ()))
        return Record(level, 0, values, key, source or OWN, predecessors, base)

    def add_history(self, session: Session, document: Document) -> None:
        """Give each task of the document its past, with names instead of numbers."""
        ids = {self._key(Level.TASK, task.id): task.id for task in self._plan.tasks}
        records = {
            ids[record.source or OWN, record.key or ""]: record
            for record in document.records
            if record.level is Level.TASK
        }
        every = list(records)
        for start in range(0, len(every), 1_000):
            for event in events_of(session, every[start : start + 1_000]):
                record = records[event.task_id]
                if event.field in ("position", "external_id", "external_source"):
                    continue
                record.history.append(
                    {
                        "occurred_at": event.occurred_at.isoformat(),
                        "field": PAST_REFERENCES.get(event.field, event.field),
                        "old": self._past(record.source or OWN, event.field, event.old),
                        "new": self._past(record.source or OWN, event.field, event.new),
                        "by": event.by,
                    }
                )

    def _past(self, source: str, column: str, value: Any) -> Any:
        if column not in PAST_REFERENCES or value is None:
            return value
        return self._reference("" if source == OWN else source, column, value)

    def _value(self, source: str, column: str, row: Row) -> Any:
        value = getattr(row, column)
        if column == "members":
            return [
                self._plan.people.usernames[number]
                for number in value
                if number in self._plan.people.usernames
            ]
        if column == "days_off":
            names = self._plan.people.usernames
            return {names[int(number)]: days for number, days in value.items() if int(number) in names}
        return (
            self._reference(source, column, value) if column.endswith("_id") and value is not None else value
        )

    def _reference(self, source: str, column: str, number: int) -> str | None:
        """What a row of `source` calls the row `number` that its `column` points to."""
        match column:
            case "owner_id" | "assignee_id":
                return self._plan.people.usernames.get(number)
            case "team_id":
                return self._plan.teams.get(number)
            case "effort_id":
                effort = self._plan.by_level[Level.EFFORT].get(number)
                return str(effort.number) if effort else None
            case "project_id":
                project = self._plan.by_level[Level.PROJECT].get(number)
                return str(project.number) if project else None
            case "sprint_id":
                sprint = self._plan.by_level[Level.SPRINT].get(number)
                return self._sprint(sprint) if sprint else None
            case "goal_id":
                return self._named(source, Level.GOAL, number)
            case _:
                return self._named(source, Level.TASK, number)

    def _sprint(self, sprint: Any) -> str:
        team = self._plan.teams.get(sprint.team_id)
        return f"{team}/{sprint.number}" if team else str(sprint.number)

    def _key(self, level: Level, number: int) -> tuple[str, str]:
        source, key = key_of(level, self._plan.by_level[level][number], self._mark)
        return source or OWN, key

    def _named(self, source: str, level: Level, number: int) -> str | None:
        if number not in self._plan.by_level[level]:
            return None
        theirs, key = self._key(level, number)
        return key if theirs == (source or OWN) else f"{theirs}:{key}"

    def _predecessors(self, source: str, task_id: int) -> list[Predecessor]:
        found = [
            Predecessor(
                self._named(source, Level.TASK, dependency.depends_on_id) or "",
                dependency.kind.value,
                dependency.lag_days,
            )
            for dependency in self._plan.predecessors.get(task_id, {}).values()
        ]
        return sorted(found, key=lambda dependency: dependency.task)


def in_tree_order(tasks: Iterable[TaskRow]) -> Iterator[TaskRow]:
    """Each task followed by what stands under it; those with the same parent in the order given."""
    every = list(tasks)
    present = {task.id for task in every}
    below: dict[int | None, list[TaskRow]] = {}
    for task in every:
        below.setdefault(task.parent_id if task.parent_id in present else None, []).append(task)
    waiting = below.get(None, [])[::-1]
    while waiting:
        task = waiting.pop()
        yield task
        waiting += below.get(task.id, [])[::-1]
