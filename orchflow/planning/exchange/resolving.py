"""From what a record says to what the store holds: names become ids, cells become values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from orchflow.people.tables import Team, User
from orchflow.planning.entities import ENTITIES
from orchflow.planning.exchange.identity import own_id
from orchflow.planning.exchange.records import FIELDS, OWN, Document, Level, Record
from orchflow.planning.exchange.snapshot import LEVEL_OF, Snapshot
from orchflow.planning.exchange.words import priority_of, status_at, status_of
from orchflow.planning.row_names import RowNames, plain_name
from orchflow.planning.tables import Priority
from orchflow.store.field import Field
from orchflow.store.moments import NoDay, counted, day, slash_orders
from orchflow.store.written import Refused, says_nothing, short

_MAY_SAY_NOTHING = ("day", "instant", "number", "whole", "reference")
"""Kinds of fields in which a word like NA is no value."""


class Names:
    """Which row a name in the file means: a stored one, or (as its record) one that the file is about to make."""

    def __init__(self, plan: Snapshot, document: Document) -> None:
        self.plan = plan
        self._document = document
        self._keys: dict[Level, dict[str, dict[str, int | Record]]] = {level: {} for level in Level}
        for level in Level:
            for (source, key), row_id in plan.keys(level).items():
                self._keys[level].setdefault(key, {})[source] = row_id
        self._rows = {level: RowNames(level.value) for level in Level}
        self._refused: dict[tuple[Level, str], Record] = {}
        self._titled: dict[str, dict[Record, int | Record]] = {}
        for level in (Level.EFFORT, Level.PROJECT, Level.GOAL, Level.SPRINT):
            for row in plan.rows[level].values():
                self._add_name(level, row)

    def _add_name(self, level: Level, row: Any) -> None:
        team = self.plan.teams.get(getattr(row, "team_id", None) or 0, "")
        self._rows[level].add(row.id, getattr(row, "number", None), row.name, team)

    def source(self, record: Record) -> str:
        """Where the key of a record counts."""
        return record.source or self._document.source

    def stored(self, record: Record) -> int | None:
        """The row that a record's key means."""
        meant = self._keyed(record.level, self.source(record), record.key) if record.key else None
        return meant if isinstance(meant, int) else None

    def numbered(self, level: Level, number: str) -> int | None:
        """The effort, project or sprint with a number."""
        return self._rows[level].numbered(number)

    def expect(self, record: Record) -> None:
        """The record is going to be a row: until it is one, its key means the record."""
        if record.key:
            self._keys[record.level].setdefault(record.key, {}).setdefault(self.source(record), record)

    def expect_titled(self, record: Record, row: int | Record) -> None:
        """Files of other programs may call their tasks by their titles."""
        if self._document.foreign and record.level is Level.TASK:
            self._titled.setdefault(plain_name(record.name), {})[record] = row

    def add(self, record: Record, row: Any) -> None:
        """From now on the record's names mean this row."""
        self.expect_titled(record, row.id)
        names = [record.key, *self._sprint_names_in(record)] if record.level is Level.SPRINT else [record.key]
        for name in filter(None, names):
            self._keys[record.level].setdefault(name, {}).setdefault(self.source(record), row.id)
        if record.key:
            self._keys[record.level][record.key][self.source(record)] = row.id
        if hasattr(row, "number"):
            self._add_name(record.level, row)

    def _sprint_names_in(self, record: Record) -> list[str]:
        """By what the file calls a sprint of its own: its number and its name, with the team if it is of one."""
        team = record.values.get("team")
        names = (record.values.get(name) for name in ("number", "name"))
        return [f"{team}/{name}" if team else str(name) for name in names if name not in (None, "")]

    def refuse(self, record: Record) -> None:
        """What points to this record cannot be stored either."""
        self._titled.get(plain_name(record.name), {}).pop(record, None)
        keyed = self._keys[record.level].get(record.key or "", {})
        if keyed.get(self.source(record)) is record:
            del keyed[self.source(record)]
        for name in (record.key, record.values.get("number")):
            if name is not None:
                self._refused[record.level, str(name)] = record

    def meant(self, record: Record, level: Level, name: str) -> int | Record:
        """What a record means by the name of something of `level`; Refused says why nothing."""
        row = self._named(level, self.source(record), name)
        if row is not None:
            return row
        if refused := self._refused.get((level, name)):
            raise Refused(f"{level.value} {name} in row {refused.row} was refused")
        raise Refused(f"there is no {level.value} {name[:60]!r} in the plan or in this file")

    def _named(self, level: Level, source: str, name: str) -> int | Record | None:
        if level is Level.SPRINT:
            return self._keys[level].get(name, {}).get(source) or self.sprint(name)
        row = self._rows[level].numbered(name.lstrip("#")) or self._keyed(level, source, name)
        if row is None and ":" in name:
            other, _, key = name.partition(":")
            row = self._keyed(level, other or OWN, key)
        if row is None:
            namesakes = set(self._keys[level].get(name, {}).values())
            row = namesakes.pop() if len(namesakes) == 1 else None
        if row is None and level is Level.TASK:
            titled = self._titled.get(plain_name(name), {})
            row = next(iter(titled.values())) if len(titled) == 1 else None
        if row is None and level in (Level.PROJECT, Level.GOAL):
            row = self._rows[level].named(name)
        return row

    def _keyed(self, level: Level, source: str, key: str) -> int | Record | None:
        own = own_id(level, key, self.plan.mark)
        return own if own in self.plan.rows[level] else self._keys[level].get(key, {}).get(source)

    def sprint(self, name: str) -> int | None:
        """The sprint with a number ("3", "Team/3") or name ("Sprint 3", "Team/Sprint 3")."""
        written = name.strip()
        return self._rows[Level.SPRINT].numbered(written) or self._rows[Level.SPRINT].named(written)


class Values:
    """Reads the values of a document's records as the store holds them; what is wrong is noted in the document."""

    def __init__(self, names: Names, document: Document) -> None:
        self._names = names
        self._document = document
        days = {name: [record.values.get(name) for record in document.records] for name in ("start", "due")}
        self._orders = slash_orders(days, document.order)

    def of(self, record: Record) -> dict[str, Any] | None:
        """Column → value of the record's fields; None when one of them is refused.

        A field that points to something the file is about to make holds its record.
        """
        fields = ENTITIES[record.level].fields
        values: dict[str, Any] = {}
        good = True
        for name, raw in record.values.items():
            column = FIELDS[record.level].get(name)
            if column is None:
                if raw not in (None, "", []):
                    article = "an" if record.level is Level.EFFORT else "a"
                    said = f"{article} {record.level} has no such field; left out"
                    self._document.note(record.row, name, said)
                continue
            if self._document.foreign and fields[column].kind in _MAY_SAY_NOTHING and says_nothing(raw):
                raw = None
            if raw in (None, "") and fields[column].optional:
                continue
            try:
                values[column] = self.read(record, name, raw)
            except NoDay as reason:
                self._document.note(record.row, name, f"{reason}; left empty")
                values[column] = fields[column].blank
            except _LeftOut as reason:
                self._document.note(record.row, name, f"{reason}; left out")
                if name == "parent" and self._document.into and not record.values.get("project"):
                    values["project_id"] = self.read(record, "project", self._document.into)
            except Refused as error:
                self._document.refuse(record.row, name, str(error))
                good = False
        return values if good else None

    def quietly(self, record: Record, written: Mapping[str, Any]) -> dict[str, Any]:
        """Column → value of other fields than the record's own; what cannot be read is left out."""
        values: dict[str, Any] = {}
        for name, raw in written.items():
            if name in FIELDS[record.level]:
                with suppress(Refused):
                    values[FIELDS[record.level][name]] = self.read(record, name, raw)
        return values

    def read(self, record: Record, name: str, raw: Any) -> Any:
        """The value of one field; Refused says what is wrong with it."""
        field = ENTITIES[record.level].fields[FIELDS[record.level][name]]
        if field.target is not None:
            text = " ".join(str(raw).split()) if raw is not None else ""
            return self._target(record, field, text) if text else field.value(None)
        if name in ("members", "days_off"):
            raw = self._crew(name, raw)
        elif isinstance(raw, str) and name == "status" and record.level is Level.TASK:
            raw = self._status(raw)
        elif isinstance(raw, str) and name == "status":
            raw = status_at(record.level, raw) or raw
        elif isinstance(raw, str) and name == "priority":
            raw = priority_of(raw) or raw
            if self._document.foreign and raw not in list(Priority):
                raise _LeftOut(f"{short(raw)} is not one of {', '.join(Priority)}")
        order = self._orders.get(name)
        if field.kind == "day":
            raw = counted(raw, self._document.epoch)
            if isinstance(raw, str | datetime) and str(raw).strip():
                raw = day(raw, order, self._document.zone)
        return field.value(raw, order)

    def _target(self, record: Record, field: Field, name: str) -> int | Record:
        if field.target is User:
            return self._person(name, record)
        if field.target is Team:
            return self._team(name)
        assert field.target is not None
        whole = name.removesuffix(".0") if re.fullmatch(r"\d+\.0", name) else name  # a spreadsheet's 7.0
        try:
            return self._names.meant(record, LEVEL_OF[field.target], whole)
        except Refused as error:
            if self._document.foreign and field.file in ("sprint", "goal", "parent"):
                raise _LeftOut(str(error)) from None
            raise

    def _status(self, written: str) -> str:
        statuses = self._names.plan.statuses
        plain = " ".join(written.split())
        for word in (plain, plain.casefold(), status_of(plain)):
            if word in statuses:
                return statuses[word]
        raise Refused(f"{short(plain)} is not one of {', '.join(dict.fromkeys(statuses.values()))}")

    def _person(self, name: str, record: Record | None = None) -> int:
        """Who is meant; of several in a file of another program the first who is known here, which is noted."""
        called = self._names.plan.people.called
        if not self._document.foreign:
            return called(name)
        try:
            return called(name)
        except Refused as error:
            reason = error
        several = [
            part.strip() for part in re.split(r"[;,]", re.sub(r"\[[^\]]*\]", "", name)) if part.strip()
        ]
        for part in several if len(several) > 1 or "[" in name else ():
            with suppress(Refused):
                person = called(part)
                if record is not None and len(several) > 1:
                    said = f"{short(name)} are several people; {part} has the task here"
                    self._document.note(record.row, "assignee", said)
                return person
        raise _LeftOut(str(reason))

    def _team(self, name: str) -> int:
        for team_id, team in self._names.plan.teams.items():
            if team.casefold() == name.casefold():
                return team_id
        raise Refused(f"there is no team {name[:60]!r}")

    def _crew(self, field: str, written: Any) -> Any:
        """The people of a sprint, and their days off, by id instead of by name."""
        if field == "members":
            people = written.split(",") if isinstance(written, str) else written or []
            return sorted({self._person(name) for person in people if (name := str(person).strip())})
        days = written or {}
        if isinstance(days, str):
            days = dict(part.rsplit(":", 1) for part in days.split(";") if ":" in part)
        if not isinstance(days, Mapping):
            raise Refused("must give days off by person, like ada: 2; bob: 1")
        return {self._person(str(person).strip()): amount for person, amount in days.items()}


class _LeftOut(Refused):
    """A value of a foreign file that this workspace cannot keep."""
