"""Write a document into the store: match, merge, write level by level, in the caller's one unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.encoding import encode
from orchflow.errors import FieldConflict, Problem
from orchflow.people.permissions import Actor
from orchflow.planning.entities import ENTITIES
from orchflow.planning.exchange.bases import ImportedStates, values_at
from orchflow.planning.exchange.matching import Matcher
from orchflow.planning.exchange.records import FIELDS, Document, ImportProblem, Level, Record
from orchflow.planning.exchange.report import (
    FieldChange,
    ImportConflict,
    ImportedRow,
    ImportReport,
    report_of,
)
from orchflow.planning.exchange.resolving import Names, Values
from orchflow.planning.exchange.snapshot import MODELS, Snapshot
from orchflow.planning.exchange.three_way import Clash, Merged, Take, merge
from orchflow.store import locks

_EMPTY: dict[Level, dict[str, Any]] = {
    level: {
        field.name: encode(field.empty)
        for field in ENTITIES[level].fields.values()
        if field.empty is not None
    }
    for level in Level
}
"""What a field holds that nobody has touched, where that is not null."""


@dataclass
class Application:
    """One document on its way into the store, and what has become of it so far."""

    session: Session
    actor: Actor
    document: Document
    take: Take | None
    plan: Snapshot
    names: Names
    values: Values
    matcher: Matcher
    states: dict[Level, ImportedStates]
    rows: dict[int, ImportedRow] = field(default_factory=dict)
    conflicts: list[ImportConflict] = field(default_factory=list)
    kept: list[ImportConflict] = field(default_factory=list)
    matched: dict[int, int] = field(default_factory=dict)

    def records(self, level: Level) -> list[Record]:
        """The document's records of one level, in its order."""
        return [record for record in self.document.records if record.level is level]

    def stored(self, record: Record) -> Any:
        """The row of a matched record as it was when the import began."""
        return self.plan.by_level[record.level][self.matched[id(record)]]

    def match(self, level: Level) -> list[Record]:
        """Find the rows of a level's records; the ones that are new, or matched, and not refused."""
        usable = []
        for record in self.records(level):
            found = self.matcher.match(record)
            if found is None:
                self.refused(record)
            elif found.deleted and self.take != "file":
                self.clashes(record, [Clash("(row)", "was here", "deleted", "is there")])
                self.say(record, "conflict")
                self.names.refuse(record)
            else:
                if found.row_id is not None:
                    self.matched[id(record)] = found.row_id
                usable.append(record)
        self.states[level].read(
            {(row_id, self.origin(r)) for r in usable if (row_id := self.matched.get(id(r))) is not None}
        )
        return usable

    def origin(self, record: Record) -> str:
        """Under which name what the file gave is remembered: the export it left in, else its program."""
        if record.base is not None and record.base.workspace == self.plan.mark:
            return f"export {record.base.export}"
        return self.names.source(record)

    def bases(self, records: list[Record]) -> dict[int, dict[str, Any]]:
        """id(record) → field → its value (as JSON) where the file and the plan last agreed, as far as is known."""
        versions: dict[int, int] = {}
        for record in records:
            if (base := self._own_base(record)) and base.version is not None:
                versions[self.matched[id(record)]] = base.version
        changed = values_at(self.session, records[0].level.value, versions) if versions else {}
        return {id(record): self._base(record, versions, changed) for record in records}

    def _own_base(self, record: Record) -> Any:
        return record.base if record.base and record.base.workspace == self.plan.mark else None

    def _base(
        self, record: Record, versions: Mapping[int, int], changed: Mapping[int, Mapping[str, Any]]
    ) -> dict[str, Any]:
        row_id = self.matched[id(record)]
        own = self._own_base(record)
        base: dict[str, Any] = {}
        if own is not None and own.values is not None:
            base = {name: encode(value) for name, value in self.values.quietly(record, own.values).items()}
        elif row_id in versions and versions[row_id] <= self.stored(record).version:
            base = {column: self.now(record, column) for column in FIELDS[record.level].values()}
            base.update(changed.get(row_id, {}))
        return {**base, **self.states[record.level].given(row_id, self.origin(record))}

    def now(self, record: Record, column: str) -> Any:
        """A stored field as the history writes it."""
        return encode(getattr(self.stored(record), column))

    def merge(self, record: Record, given: Mapping[str, Any], base: Mapping[str, Any]) -> Merged:
        """What to write of a matched record; conflicts and kept fields are noted."""
        stored = {column: self.now(record, column) for column in given}
        merged = merge(given, stored, base, _EMPTY[record.level], self.take)
        self.clashes(record, merged.conflicts)
        self.kept += [self._conflict(record, clash) for clash in merged.kept]
        return merged

    def clashes(self, record: Record, clashes: list[Clash]) -> None:
        """Note fields that changed on both sides."""
        self.conflicts += [self._conflict(record, clash) for clash in clashes]

    def _conflict(self, record: Record, clash: Clash) -> ImportConflict:
        return ImportConflict(
            record.row, record.level, record.key, record.name, self._label(record, clash.field),
            *(self._shown(record.level, clash.field, value) for value in (clash.base, clash.plan, clash.file)),
        )  # fmt: skip

    def _shown(self, level: Level, column: str, value: Any) -> Any:
        """A value as people read it: whom or what a reference means rather than its number."""
        if not isinstance(value, int) or not column.endswith("_id"):
            return value
        match column:
            case "owner_id" | "assignee_id":
                return self.plan.people.usernames.get(value, value)
            case "effort_id" | "project_id":
                row = self.plan.by_level[Level(column.removesuffix("_id"))].get(value)
                return row.number if row else value
            case "parent_id" | "goal_id":
                target = Level.TASK if column == "parent_id" else Level.GOAL
                row = self.plan.by_level[target].get(value)
                return getattr(row, "title", getattr(row, "name", value))
            case "sprint_id":
                row = self.plan.by_level[Level.SPRINT].get(value)
                return row.name if row else value
        return value

    def _label(self, record: Record, column: str) -> str:
        names = {stored: name for name, stored in FIELDS[record.level].items()}
        return self.document.label(names.get(column, column))

    def note(self, record: Record, column: str, message: str) -> None:
        """Something of the record is left out while the rest is imported."""
        self.document.notes.append(ImportProblem(record.row, self._label(record, column), message))

    def refuse(self, record: Record, problems: Sequence[Problem]) -> None:
        """What the rules of the plan say against a record."""
        names = {stored: name for name, stored in FIELDS[record.level].items()}
        for problem in problems:
            self.document.refuse(record.row, names.get(problem.field, problem.field), problem.message)
        self.refused(record)

    def refused(self, record: Record) -> None:
        """Nothing of the record is stored."""
        self.names.refuse(record)
        self.say(record, "refused")

    def late(self, record: Record, conflicts: Sequence[FieldConflict]) -> None:
        """Somebody changed the row while the import was under way."""
        clashes = [Clash(c.field, encode(c.base), encode(c.theirs), encode(c.mine)) for c in conflicts]
        self.clashes(record, clashes)
        self.say(record, "conflict")

    def edited(self, record: Record, merged: Merged, given: Mapping[str, Any]) -> None:
        """A matched record was written as far as nothing is in conflict; remember what the file gave."""
        changes = tuple(
            FieldChange(
                self._label(record, column),
                self._shown(record.level, column, self.now(record, column)),
                self._shown(record.level, column, encode(value)),
            )
            for column, value in merged.changes.items()
        )
        action = "conflict" if merged.conflicts else "updated" if changes else "unchanged"
        self.say(record, action, self.matched[id(record)], changes)
        open_ = {clash.field for clash in merged.conflicts}
        settled = {column: encode(value) for column, value in given.items() if column not in open_}
        if not (self._own_base(record) and not merged.changes and not merged.kept):
            self.remember(record, self.matched[id(record)], settled)

    def created(self, record: Record, row_id: int, given: Mapping[str, Any]) -> None:
        """A new row was written."""
        changes = tuple(
            FieldChange(self._label(record, column), None, self._shown(record.level, column, encode(value)))
            for column, value in given.items()
            if value not in (None, "", [], {})
        )
        self.say(record, "created", row_id, changes)
        self.remember(record, row_id, {column: encode(value) for column, value in given.items()})

    def remember(self, record: Record, row_id: int, given: Mapping[str, Any]) -> None:
        """Keep what the file gave; the folder form keeps that beside its files."""
        if not (record.base and record.base.values is not None):
            self.states[record.level].remember(row_id, self.origin(record), given)

    def say(
        self, record: Record, action: Any, row_id: int | None = None, changes: tuple[FieldChange, ...] = ()
    ) -> None:
        """What became of a record."""
        self.rows[id(record)] = ImportedRow(
            record.row, record.level, record.key, record.name, action, row_id, changes
        )

    def identity(self, record: Record) -> dict[str, str]:
        """The external key a new row gets; one that was made by hand in the file has none."""
        return {"external_source": self.names.source(record), "external_id": record.key} if record.key else {}

    def add_change(self, record: Record, change: FieldChange) -> None:
        """Something beside the row's own fields changed with it."""
        row = self.rows[id(record)]
        action = "updated" if row.action == "unchanged" else row.action
        self.rows[id(record)] = replace(row, action=action, changes=(*row.changes, change))


def begin(session: Session, actor: Actor, document: Document, take: Take | None) -> Application:
    """Read the plan, and hold what must not change while a document is written."""
    for lock in dict.fromkeys(ENTITIES[level].lock for level in Level):
        locks.take(session, lock)
    plan = Snapshot(session)
    names = Names(plan, document)
    values = Values(names, document)
    states = {
        level: ImportedStates(session, sa.inspect(MODELS[level]).local_table.description) for level in Level
    }
    return Application(
        session, actor, document, take, plan, names, values, Matcher(names, values, document), states
    )


def finish(application: Application) -> ImportReport:
    """The report, in the order of the document."""
    done = application
    rows = [done.rows[id(record)] for record in done.document.records if id(record) in done.rows]
    done.session.flush()
    return report_of(
        done.document, rows, done.conflicts, done.kept, str(done.session.info.get("request") or "")
    )
