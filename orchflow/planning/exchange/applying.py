"""One document on its way into the store: which rows its records are, where both sides began, what became of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from orchflow.encoding import encode
from orchflow.errors import FieldConflict, Problem
from orchflow.people.permissions import Actor
from orchflow.planning.entities import ENTITIES
from orchflow.planning.exchange.imported_states import ImportedStates
from orchflow.planning.exchange.matching import Matcher
from orchflow.planning.exchange.records import FIELDS, Base, Document, Level, Record
from orchflow.planning.exchange.report import (
    Action,
    FieldChange,
    ImportConflict,
    ImportedRow,
    ImportReport,
    report_of,
)
from orchflow.planning.exchange.resolving import Names, Values
from orchflow.planning.exchange.snapshot import Snapshot
from orchflow.planning.exchange.three_way import Merged, Take, merge
from orchflow.planning.history import ClosedSprints
from orchflow.progress import Progress
from orchflow.store import locks
from orchflow.store.merge import values_at

STEPS = 200
"""After so many steps it is told how far the work is."""


class Application:
    """Reads the plan, holds what must not change meanwhile, and keeps what has become of each record so far.

    `matched` are the ids of the records that are stored rows already, `contents` what each record says (column →
    value), `rows` what is told of each.
    """

    def __init__(
        self, session: Session, actor: Actor, document: Document, take: Take | None, progress: Progress
    ) -> None:
        for lock in dict.fromkeys(ENTITIES[level].lock for level in Level):
            locks.take(session, lock)
        self.session = session
        self.actor = actor
        self.document = document
        self.take = take
        self.plan = Snapshot(session)
        self.closed = ClosedSprints.of(session, running=True)
        self.names = Names(self.plan, document)
        self.values = Values(self.names, document)
        self.states = ImportedStates(session)
        self.rows: dict[Record, ImportedRow] = {}
        self.matched: dict[Record, int] = {}
        self.contents: dict[Record, dict[str, Any]] = {}
        self.conflicts: list[ImportConflict] = []
        self.kept: list[ImportConflict] = []
        self._matcher = Matcher(self.names, self.values, document)
        self._progress, self._steps = progress, 0
        progress(0, len(document.records))

    def step(self) -> None:
        """One of the two steps of a record is done: it is read, then it is written."""
        self._steps += 1
        if self._steps % STEPS == 0:
            self._progress(self._steps // 2, len(self.document.records))

    def read(self, level: Level) -> list[Record]:
        """Find the rows of a level's records and read what they say; the records that are not refused."""
        usable = [record for record in self.document.records if record.level is level and self._match(record)]
        for record in usable:
            if record not in self.matched:
                self.names.expect(record)
            self.names.expect_titled(record, self.matched.get(record, record))
        matched = [record for record in usable if record in self.matched]
        self.states.read(level, ((self.matched[record], self.origin(record)) for record in matched))
        for record in usable:
            self.step()
            contents = self.values.of(record)
            if contents is None:
                self.refused(record)
            else:
                self.contents[record] = contents
                self._leave_closed(record)
        return [record for record in usable if record in self.contents]

    def _leave_closed(self, record: Record) -> None:
        """Nothing comes into a closed sprint any more, and its days and people stay."""
        contents, stored = self.contents[record], self.matched.get(record)
        if record.level is Level.TASK:
            sprint_id = contents.get("sprint_id")
            there = stored is not None and self.stored(record).sprint_id == sprint_id
            if isinstance(sprint_id, int) and sprint_id in self.closed.names and not there:
                self.note(record, "sprint_id", f"{self.closed.names[sprint_id]} is closed; left out")
                del contents["sprint_id"]
        elif record.level is Level.SPRINT and stored in self.closed.names:
            for column in [column for column in contents if column not in ("name", "goal")]:
                if encode(contents[column]) != self._now(record, column):
                    self.note(record, column, "the sprint is closed; left out")
                del contents[column]

    def _match(self, record: Record) -> bool:
        """Whether the record is to be read: it is new, or a row of the plan."""
        match = self._matcher.match(record)
        if match is None:
            self.refused(record)
            return False
        if match.deleted and self.take != "file":
            self._in_conflict(record, [FieldConflict("(row)", "was here", "deleted", "is there")])
            self.say(record, "conflict")
            self.names.refuse(record)
            return False
        if match.row_id is not None:
            self.matched[record] = match.row_id
        return True

    def number_taken(self, team_id: int | None, number: int | None) -> bool:
        """Whether a sprint of the team has a number already."""
        sprints = self.plan.rows[Level.SPRINT].values()
        return number is not None and any((s.team_id, s.number) == (team_id, number) for s in sprints)

    def stored(self, record: Record) -> Any:
        """The row of a matched record as it was when the import began."""
        return self.plan.rows[record.level][self.matched[record]]

    def origin(self, record: Record) -> str:
        """Under which name what the file gave is remembered: the export it left in, else its program."""
        base = self.own_base(record)
        return f"export {base.export}" if base else self.names.source(record)

    def own_base(self, record: Record) -> Base | None:
        """What the record was when it left this plan, if it did."""
        return record.base if record.base and record.base.workspace == self.plan.mark else None

    def bases(self, level: Level, records: Collection[Record]) -> dict[Record, dict[str, Any]]:
        """Of matched records field → its value (as JSON) where the file and the plan last agreed, as far as is known."""
        left = {record: base for record in records if (base := self.own_base(record))}
        versions = {self.matched[r]: base.version for r, base in left.items() if base.version is not None}
        since = values_at(self.session, ENTITIES[level].model, versions)
        return {record: self._base(record, left.get(record), since) for record in records}

    def _base(
        self, record: Record, left: Base | None, since: Mapping[int, Mapping[str, Any]]
    ) -> dict[str, Any]:
        row_id = self.matched[record]
        base: dict[str, Any] = {}
        if left and left.values is not None:
            base = {name: encode(value) for name, value in self.values.quietly(record, left.values).items()}
        elif left and left.version is not None and left.version <= self.stored(record).version:
            now = {column: self._now(record, column) for column in FIELDS[record.level].values()}
            base = {**now, **since.get(row_id, {})}
        return {**base, **self.states.values(record.level, row_id, self.origin(record))}

    def _now(self, record: Record, column: str) -> Any:
        """A stored field as the history writes it."""
        return encode(getattr(self.stored(record), column))

    def merge(self, record: Record, base: Mapping[str, Any]) -> Merged:
        """What to write of a matched record; conflicts and kept fields are noted."""
        fields, contents = ENTITIES[record.level].fields, self.contents[record]
        stored = {column: self._now(record, column) for column in contents}
        untouched = {column: encode(fields[column].empty) for column in contents}
        merged = merge(contents, stored, base, untouched, self.take)
        self._in_conflict(record, merged.conflicts)
        self.kept += [self._conflict(record, kept) for kept in merged.kept]
        return merged

    def _in_conflict(self, record: Record, conflicts: Sequence[FieldConflict]) -> None:
        self.conflicts += [self._conflict(record, conflict) for conflict in conflicts]

    def _conflict(self, record: Record, conflict: FieldConflict) -> ImportConflict:
        values = (conflict.base, conflict.theirs, conflict.mine)
        return ImportConflict(
            record.row, record.level, record.key, record.name, self._label(record, conflict.field),
            *(self._shown(record.level, conflict.field, encode(value)) for value in values),
        )  # fmt: skip

    def _shown(self, level: Level, column: str, value: Any) -> Any:
        """A value as people read it: whom or what a reference means rather than its id."""
        field = ENTITIES[level].fields.get(column)
        if field is None or field.target is None or not isinstance(value, int):
            return value
        return self.plan.called(field.target, value)

    def _label(self, record: Record, column: str) -> str:
        return self.document.label(_file_name(record.level, column))

    def note(self, record: Record, column: str, message: str) -> None:
        """Something of the record is left out while the rest is imported."""
        self.document.note(record.row, _file_name(record.level, column), message)

    def refuse(self, record: Record, problems: Sequence[Problem]) -> None:
        """What the rules of the plan say against a record; nothing of it is stored."""
        for problem in problems:
            self.document.refuse(record.row, _file_name(record.level, problem.field), problem.message)
        self.refused(record)

    def refused(self, record: Record) -> None:
        """Nothing of the record is stored, and it is said why."""
        self.names.refuse(record)
        self.say(record, "refused")

    def late(self, record: Record, conflicts: Sequence[FieldConflict]) -> None:
        """Somebody changed the row while the import was under way."""
        self._in_conflict(record, conflicts)
        self.say(record, "conflict")

    def edited(self, record: Record, merged: Merged) -> None:
        """A matched record was written as far as nothing is in conflict; remember what the file gave."""
        changes = tuple(
            self._change(record, column, self._now(record, column), value)
            for column, value in merged.changes.items()
        )
        action: Action = "conflict" if merged.conflicts else "updated" if changes else "unchanged"
        self.say(record, action, self.matched[record], changes)
        if merged.changes or merged.kept or not self.own_base(record):
            open_ = {conflict.field for conflict in merged.conflicts}
            contents = self.contents[record].items()
            settled = {column: value for column, value in contents if column not in open_}
            self.remember(record, self.matched[record], settled)

    def created(self, record: Record, row_id: int) -> None:
        """A new row was written; remember what the file gave."""
        changes = tuple(
            self._change(record, column, None, value)
            for column, value in self.contents[record].items()
            if value not in (None, "", [], {})
        )
        self.say(record, "created", row_id, changes)
        self.remember(record, row_id, self.contents[record])

    def _change(self, record: Record, column: str, old: Any, new: Any) -> FieldChange:
        shown = (self._shown(record.level, column, value) for value in (old, encode(new)))
        return FieldChange(self._label(record, column), *shown)

    def remember(self, record: Record, row_id: int, values: Mapping[str, Any]) -> None:
        """Keep what the file gave; the folder form keeps that beside its files."""
        if not (record.base and record.base.values is not None):
            encoded = {column: encode(value) for column, value in values.items()}
            self.states.remember(record.level, row_id, self.origin(record), encoded)

    def say(
        self, record: Record, action: Action, row_id: int | None = None, changes: tuple[FieldChange, ...] = ()
    ) -> None:
        """What became of a record."""
        self.rows[record] = ImportedRow(
            record.row, record.level, record.key, record.name, action, row_id, changes
        )

    def add_change(self, record: Record, name: str, old: str | None, new: str | None) -> None:
        """Something beside the row's own fields changed with it."""
        row = self.rows[record]
        action: Action = "updated" if row.action == "unchanged" else row.action
        change = FieldChange(self.document.label(name), old, new)
        self.rows[record] = replace(row, action=action, changes=(*row.changes, change))

    def report(self) -> ImportReport:
        """What became of the records, in the order of the document."""
        rows = [self.rows[record] for record in self.document.records if record in self.rows]
        self.session.flush()
        self.states.write()
        request = str(self.session.info.get("request") or "")
        return report_of(self.document, rows, self.conflicts, self.kept, request)


@cache
def _file_name(level: Level, column: str) -> str:
    """What files call a column of the store."""
    field = ENTITIES[level].fields.get(column)
    return field.file if field else column
