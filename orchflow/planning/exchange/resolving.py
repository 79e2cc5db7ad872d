"""From what a record says to what the store holds: names become numbers, cells become values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from orchflow.people.tables import Team, User
from orchflow.planning.entities import ENTITIES
from orchflow.planning.exchange.identity import own_id
from orchflow.planning.exchange.records import FIELDS, OWN, Document, ImportProblem, Level, Record
from orchflow.planning.exchange.snapshot import Snapshot
from orchflow.planning.exchange.words import status_of
from orchflow.store.written import Refused, short, slash_order

_TARGETS = {
    "effort": Level.EFFORT,
    "project": Level.PROJECT,
    "goal": Level.GOAL,
    "parent": Level.TASK,
    "sprint": Level.SPRINT,
}


class Names:
    """Which stored row a name in the file means, also of rows that this import has made; and which were refused."""

    def __init__(self, plan: Snapshot, document: Document) -> None:
        self.plan = plan
        self._document = document
        self._keys = {level: plan.keys(level) for level in Level}
        self._numbers: dict[Level, dict[str, int]] = {
            Level.EFFORT: {str(row.number): row.id for row in plan.efforts},
            Level.PROJECT: {row.number: row.id for row in plan.projects},
        }
        self._sprints: dict[str, int] = {}
        self._sprint_names: dict[str, set[int]] = {}
        for row in plan.sprints:
            self.add_sprint(row.id, row.team_id, row.number, row.name)
        self._refused: dict[tuple[Level, str], Record] = {}

    def source(self, record: Record) -> str:
        """Where the key of a record counts."""
        return record.source or self._document.source

    def stored(self, record: Record) -> int | None:
        """The row that a record's key means."""
        return self._keyed(record.level, self.source(record), record.key) if record.key else None

    def numbered(self, level: Level, number: str) -> int | None:
        """The effort or project with a number."""
        return self._numbers[level].get(number)

    def add(self, record: Record, row_id: int, number: str | None = None) -> None:
        """From now on the record's names mean this row."""
        if record.key:
            self._keys[record.level][self.source(record), record.key] = row_id
        if number is not None and record.level in self._numbers:
            self._numbers[record.level][number] = row_id

    def add_sprint(self, row_id: int, team_id: int | None, number: int, name: str) -> None:
        """From now on this sprint is known by its number and name."""
        team = self.plan.teams.get(team_id) if team_id else None
        self._sprints[f"{team}/{number}" if team else str(number)] = row_id
        self._sprint_names.setdefault(name.casefold(), set()).add(row_id)

    def refuse(self, record: Record) -> None:
        """What points to this record cannot be stored either."""
        for name in (record.key, record.values.get("number")):
            if name is not None:
                self._refused[record.level, str(name)] = record

    def meant(self, record: Record, field: str, name: str) -> int:
        """The row that a reference means; Refused says why none."""
        level = _TARGETS[field]
        found = self._found(level, self.source(record), name)
        if found is not None:
            return found
        if refused := self._refused.get((level, name)):
            raise Refused(f"{level.value} {name} in row {refused.row} was refused")
        raise Refused(f"there is no {level.value} {name[:60]!r} in the plan or in this file")

    def _found(self, level: Level, source: str, name: str) -> int | None:
        if level is Level.SPRINT:
            keyed = self._keys[level].get((source, name))
            return keyed if keyed is not None else self.sprint(name)
        number = self._numbers.get(level, {}).get(name.lstrip("#"))
        found = number if number is not None else self._keyed(level, source, name)
        if found is None and ":" in name:
            other, _, key = name.partition(":")
            found = self._keyed(level, other or OWN, key)
        if found is None:
            same = {row for (_, key), row in self._keys[level].items() if key == name}
            found = same.pop() if len(same) == 1 else None
        return found

    def _keyed(self, level: Level, source: str, key: str) -> int | None:
        own = own_id(level, key, self.plan.mark)
        if own is not None and own in self.plan.by_level[level]:
            return own
        return self._keys[level].get((source, key))

    def sprint(self, name: str) -> int | None:
        """The sprint with a number ("3", "Team/3") or name."""
        plain = re.sub(r"\.0$", "", name.strip())
        if (found := self._sprints.get(plain)) is not None:
            return found
        named = self._sprint_names.get(plain.casefold(), set())
        if len(named) == 1:
            return next(iter(named))
        short = re.fullmatch(r"(?:(.+)/)?sprint (\d+)", plain, re.IGNORECASE)
        return self._sprints.get(f"{short[1]}/{short[2]}" if short[1] else short[2]) if short else None


class Values:
    """Reads the values of a document's records as the store holds them; what is wrong is noted in the document."""

    def __init__(self, names: Names, document: Document) -> None:
        self._names = names
        self._document = document
        self._orders = {
            name: slash_order(record.values.get(name) for record in document.records)
            for name in ("start", "due")
        }

    def of(
        self, record: Record, given: Mapping[str, Any], *, skip: frozenset[str] = frozenset()
    ) -> dict[str, Any] | None:
        """Column → value of the given fields; None when one of them is refused."""
        values: dict[str, Any] = {}
        good = True
        for name, raw in given.items():
            column = FIELDS[record.level].get(name)
            if name in skip or (
                column and raw in (None, "") and ENTITIES[record.level].fields[column].optional
            ):
                continue
            if column is None:
                if raw not in (None, "", []):
                    note = f"{_article(record.level)} has no such field; left out"
                    self._document.notes.append(ImportProblem(record.row, self._document.label(name), note))
                continue
            try:
                values[column] = self.one(record, name, raw)
            except _LeftOut as note:
                self._document.notes.append(
                    ImportProblem(record.row, self._document.label(name), f"{note}; left out")
                )
            except Refused as error:
                self._document.refuse(record.row, name, str(error))
                good = False
        return values if good else None

    def quietly(self, record: Record, given: Mapping[str, Any]) -> dict[str, Any]:
        """The same, for values that are only compared with: what cannot be read is left out."""
        values: dict[str, Any] = {}
        for name, raw in given.items():
            if name in FIELDS[record.level]:
                with suppress(Refused, _LeftOut):
                    values[FIELDS[record.level][name]] = self.one(record, name, raw)
        return values

    def one(self, record: Record, name: str, raw: Any) -> Any:
        """The value of one field; Refused says what is wrong with it."""
        field = ENTITIES[record.level].fields[FIELDS[record.level][name]]
        text = " ".join(str(raw).split()) if raw is not None else ""
        if field.target is User:
            return self._person(text) if text else None
        if field.target is Team:
            return self._team(text) if text else None
        if field.target is not None:
            return self._target(record, name, _whole(text)) if text else field.value(None)
        if name in ("members", "days_off"):
            raw = self._crew(name, raw)
        elif name == "status" and record.level is Level.TASK and isinstance(raw, str):
            raw = self._status(raw)
        return field.value(raw, self._orders.get(name))

    def _target(self, record: Record, name: str, meant: str) -> int:
        try:
            return self._names.meant(record, name, meant)
        except Refused as error:
            if self._document.foreign and name in ("sprint", "goal"):
                raise _LeftOut(str(error)) from None
            raise

    def _status(self, written: str) -> str:
        statuses = self._names.plan.statuses
        usual = status_of(written)
        plain = " ".join(written.split())
        known = statuses.get(plain) or statuses.get(plain.casefold()) or statuses.get(usual or "")
        if known is None:
            raise Refused(f"{short(plain)} is not one of {', '.join(dict.fromkeys(statuses.values()))}")
        return known

    def _person(self, name: str) -> int:
        found = self._names.plan.people.called(name)
        if isinstance(found, int):
            return found
        raise _LeftOut(found) if self._document.foreign else Refused(found)

    def _team(self, name: str) -> int:
        for number, team in self._names.plan.teams.items():
            if team.casefold() == name.strip().casefold():
                return number
        raise Refused(f"there is no team {name[:60]!r}")

    def _crew(self, name: str, given: Any) -> Any:
        """People by number instead of by name."""
        if name == "members":
            people = given.split(",") if isinstance(given, str) else given or []
            return sorted({self._person(name) for person in people if (name := str(person).strip())})
        days = given or {}
        if isinstance(days, str):
            days = dict(part.rsplit(":", 1) for part in days.split(";") if ":" in part)
        if not isinstance(days, Mapping):
            raise Refused("must give days off by person, like ada: 2; bob: 1")
        return {self._person(str(person).strip()): amount for person, amount in days.items()}


def _whole(text: str) -> str:
    """A number that a spreadsheet has made of a key, as the key: 7 rather than 7.0."""
    return text.removesuffix(".0") if re.fullmatch(r"\d+\.0", text) else text


class _LeftOut(Exception):
    """A value of a foreign file that this workspace cannot keep."""


def _article(level: Level) -> str:
    return f"an {level.value}" if level is Level.EFFORT else f"a {level.value}"
