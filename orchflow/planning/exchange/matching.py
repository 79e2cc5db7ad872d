"""Which stored row a record is: by its key, its number, or its name within its project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orchflow.planning.exchange.identity import own_id
from orchflow.planning.exchange.records import Document, Level, Record
from orchflow.planning.exchange.resolving import Names, Values
from orchflow.planning.row_names import plain_name
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
        self._plan = names.plan
        self._seen: dict[tuple[Any, ...], Record] = {}
        self._titles: dict[tuple[Level, int, str], list[int]] = {}
        for level, column in ((Level.GOAL, "name"), (Level.TASK, "title")):
            for row in self._plan.rows[level].values():
                title = (level, row.project_id, plain_name(getattr(row, column)))
                self._titles.setdefault(title, []).append(row.id)

    def match(self, record: Record) -> Match | None:
        """The row of a record; None when the record is refused."""
        column = "key" if record.key else "name"
        try:
            match = self._match(record)
        except Refused as error:
            self._document.refuse(record.row, column, str(error))
            return None
        if match.row_id is not None:
            first = self._seen.setdefault((record.level, match.row_id), record)
            column, said = "key", f"is the same {record.level} as row {first.row}"
        else:
            identity = self._identity(record)
            first = self._seen.setdefault(identity, record) if identity else record
            said = f"{record.key} is there twice" if record.key else "is there twice; give both a key"
            said += f", first in row {first.row}"
        if first is not record:
            self._document.refuse(record.row, column, said)
            return None
        return match

    def _match(self, record: Record) -> Match:
        level = record.level
        row_id = self._names.stored(record)
        number = record.values.get("number")
        if row_id is None and level in (Level.EFFORT, Level.PROJECT) and number is not None:
            row_id = self._names.numbered(level, str(self._values.read(record, "number", number)))
        if row_id is not None:
            return Match(row_id)
        if level is Level.SPRINT:
            return Match(self._sprint(record))
        if record.key:
            return Match(
                deleted=own_id(level, record.key, self._plan.mark) is not None or self._left_here(record)
            )
        return Match(self._titled(record)) if level in (Level.GOAL, Level.TASK) else Match()

    def _left_here(self, record: Record) -> bool:
        base = record.base
        return base is not None and base.workspace == self._plan.mark and bool(base.version or base.values)

    def _sprint(self, record: Record) -> int | None:
        """The sprint of its name; of its number only where the file left this plan, or gives no name."""
        team = self._values.read(record, "team", record.values.get("team"))
        number = record.values.get("number")
        sprints = self._plan.rows[Level.SPRINT].values()
        if number is not None and (self._left_here(record) or not record.values.get("name")):
            wanted = self._values.read(record, "number", number)
            return next((int(s.id) for s in sprints if (s.team_id, s.number) == (team, wanted)), None)
        namesakes = [s for s in sprints if plain_name(s.name) == plain_name(record.name)]
        if number is not None or "team" in record.values or len(namesakes) > 1:
            namesakes = [s for s in namesakes if s.team_id == team]
        if len(namesakes) > 1:
            raise Refused(f"there are {len(namesakes)} sprints of that name; give the number")
        return int(namesakes[0].id) if namesakes else None

    def _titled(self, record: Record) -> int | None:
        """A goal or task without a key is the one of that name in its project; under its parent, if several are."""
        name = record.values.get("name")
        project = record.values.get("project") or self._document.into
        if not isinstance(name, str) or project in (None, ""):
            return None
        try:
            project_id = self._values.read(record, "project", project)
            namesakes = self._titles.get((record.level, project_id, plain_name(name)), [])
            if len(namesakes) > 1 and record.level is Level.TASK and (parent := record.values.get("parent")):
                tasks, under = self._plan.rows[Level.TASK], self._values.read(record, "parent", parent)
                namesakes = [row_id for row_id in namesakes if tasks[row_id].parent_id == under]
        except Refused:
            return None  # said where its values are read
        if len(namesakes) > 1:
            raise Refused(
                f"there are {len(namesakes)} {record.level}s of that name in the project; give their keys"
            )
        return namesakes[0] if namesakes else None

    def _identity(self, record: Record) -> tuple[Any, ...]:
        """What no other new record has; empty when nothing tells."""
        values = record.values
        if record.key:
            return (record.level, self._names.source(record), record.key)
        if record.level in (Level.EFFORT, Level.PROJECT, Level.SPRINT):
            number = values.get("number")
            team = str(values.get("team") or "")
            return () if number is None else (record.level, "number", team, str(number))
        place = (str(values.get("project") or ""), str(values.get("parent") or ""))
        return (record.level, "name", *place, plain_name(record.name))
