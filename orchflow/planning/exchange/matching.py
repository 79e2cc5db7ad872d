"""Which stored row a record is: by its key, its number, or its name within its project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orchflow.planning.exchange.identity import own_id
from orchflow.planning.exchange.records import Document, Level, Record
from orchflow.planning.exchange.resolving import Names, Values
from orchflow.store.written import Refused


@dataclass(frozen=True)
class Match:
    """`row_id` None: the record is new. `deleted`: it left this plan once and was deleted here since."""

    row_id: int | None = None
    deleted: bool = False


class Matcher:
    """Finds the stored rows of records, one level after the other; what cannot be told is noted in the document."""

    def __init__(self, names: Names, values: Values, document: Document) -> None:
        self._names = names
        self._values = values
        self._document = document
        self._taken: dict[tuple[Level, int], Record] = {}
        self._new: dict[tuple[Any, ...], Record] = {}
        self._titles: dict[Level, dict[tuple[int, str], list[int]]] = {
            Level.GOAL: _by_title((goal.project_id, goal.name, goal.id) for goal in names.plan.goals),
            Level.TASK: _by_title((task.project_id, task.title, task.id) for task in names.plan.tasks),
        }

    def match(self, record: Record) -> Match | None:
        """The row of a record; None when the record is refused."""
        try:
            found = self._find(record)
        except Refused as error:
            self._document.refuse(record.row, "key" if record.key else "name", str(error))
            return None
        if found.row_id is None:
            return found if self._first(record) else None
        before = self._taken.setdefault((record.level, found.row_id), record)
        if before is not record:
            self._document.refuse(record.row, "key", f"is the same {record.level} as row {before.row}")
            return None
        return found

    def _find(self, record: Record) -> Match:
        level = record.level
        if (row_id := self._names.stored(record)) is not None:
            return Match(row_id)
        number = record.values.get("number")
        if level in (Level.EFFORT, Level.PROJECT) and number is not None:
            row_id = self._names.numbered(level, str(self._values.one(record, "number", number)))
            if row_id is not None:
                return Match(row_id)
        if level is Level.SPRINT:
            return Match(self._sprint(record))
        if record.key:
            own = own_id(level, record.key, self._names.plan.mark)
            return Match(deleted=own is not None or self._left_here(record))
        return Match(self._titled(record)) if level in self._titles else Match()

    def _left_here(self, record: Record) -> bool:
        base = record.base
        return (
            base is not None and base.workspace == self._names.plan.mark and bool(base.version or base.values)
        )

    def _sprint(self, record: Record) -> int | None:
        number = record.values.get("number")
        if number is None and "team" not in record.values:
            return self._names.sprint(record.name)
        team = self._values.one(record, "team", record.values.get("team"))
        if number is None:
            named = (sprint for sprint in self._names.plan.sprints if sprint.team_id == team)
            return next((sprint.id for sprint in named if sprint.name == record.name), None)
        whole = self._values.one(record, "number", number)
        for sprint in self._names.plan.sprints:
            if (sprint.team_id, sprint.number) == (team, whole):
                return sprint.id
        return None

    def _titled(self, record: Record) -> int | None:
        """A goal or task without a key is the one of that name in its project; under its parent, if several are."""
        name, project = record.values.get("name"), record.values.get("project")
        if not isinstance(name, str) or project in (None, ""):
            return None
        try:
            project_id = self._values.one(record, "project", project)
        except Refused:
            return None  # said where its values are read
        found = self._titles[record.level].get((project_id, _plain(name)), [])
        if len(found) > 1 and record.level is Level.TASK and (parent := record.values.get("parent")):
            try:
                under = self._values.one(record, "parent", parent)
            except Refused:
                return None
            tasks = self._names.plan.by_level[Level.TASK]
            found = [row_id for row_id in found if tasks[row_id].parent_id == under]
        if len(found) > 1:
            raise Refused(
                f"there are {len(found)} {record.level}s of that name in the project; give their keys"
            )
        return found[0] if found else None

    def _first(self, record: Record) -> bool:
        """Whether a new record is not there twice."""
        if record.key:
            identity: tuple[Any, ...] = (record.level, self._names.source(record), record.key)
        elif record.level in (Level.EFFORT, Level.PROJECT, Level.SPRINT):
            number = record.values.get("number")
            if number is None:
                return True
            identity = (record.level, "number", str(record.values.get("team") or ""), str(number))
        else:
            place = (str(record.values.get("project") or ""), str(record.values.get("parent") or ""))
            identity = (record.level, "name", *place, _plain(record.name))
        before = self._new.setdefault(identity, record)
        if before is not record:
            said = f"{record.key} is there twice" if record.key else "is there twice; give both a key"
            self._document.refuse(
                record.row, "key" if record.key else "name", f"{said}, first in row {before.row}"
            )
        return before is record


def _by_title(rows: Any) -> dict[tuple[int, str], list[int]]:
    found: dict[tuple[int, str], list[int]] = {}
    for project_id, title, row_id in rows:
        found.setdefault((project_id, _plain(title)), []).append(row_id)
    return found


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()
