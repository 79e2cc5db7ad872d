"""From what a record says to what the store holds: names become numbers, cells become values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from orchflow.planning.exchange import cells
from orchflow.planning.exchange.identity import own_id
from orchflow.planning.exchange.records import FIELDS, INSTANTS, OWN, Document, ImportProblem, Level, Record
from orchflow.planning.exchange.snapshot import Snapshot
from orchflow.planning.exchange.words import status_of
from orchflow.planning.sprints import rules as sprint_rules
from orchflow.planning.tables import SprintState
from orchflow.planning.work import rules
from orchflow.planning.work.values import Refused, choice

_STATE = choice(SprintState, empty=SprintState.PLANNED)
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
            name: cells.slash_order(record.values.get(name) for record in document.records)
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
            if name in skip or (name == "status" and raw in (None, "")):
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
        column = FIELDS[record.level][name]
        value = cells.typed(name, raw, self._orders.get(name))
        if name in _TARGETS:
            return None if value is None else self._target(record, name, str(value).strip())
        if name in ("owner", "assignee"):
            return self._person(str(value)) if value is not None else None
        if name == "team":
            return self._team(str(value)) if value is not None else None
        if name in INSTANTS:
            return value
        if name in ("members", "days_off"):
            return self._crew(name, value)
        if name == "status":
            value = self._status(record.level, value)
        if record.level is Level.SPRINT:
            return _STATE.value(value) if column == "state" else sprint_rules.FIELDS[column].value(value)
        return rules.FIELDS[record.level.value][column].value(value)

    def _target(self, record: Record, name: str, meant: str) -> int:
        try:
            return self._names.meant(record, name, meant)
        except Refused as error:
            if self._document.foreign and name in ("sprint", "goal"):
                raise _LeftOut(str(error)) from None
            raise

    def _status(self, level: Level, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        plain = " ".join(value.split())
        if level is Level.TASK:
            statuses = self._names.plan.statuses
            usual = status_of(plain)
            known = statuses.get(plain) or statuses.get(plain.casefold()) or statuses.get(usual or "")
            if known is None:
                raise Refused(f"{plain[:40]!r} is not one of {', '.join(dict.fromkeys(statuses.values()))}")
            return known
        return plain.lower().replace(" ", "_").replace("-", "_")

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

    def _crew(self, name: str, value: Any) -> Any:
        if name == "members":
            people = value.split(",") if isinstance(value, str) else value or []
            return sorted({self._person(str(person).strip()) for person in people})
        days = value or {}
        if isinstance(days, str):
            days = dict(part.rsplit(":", 1) for part in days.split(";") if ":" in part)
        if not isinstance(days, Mapping):
            raise Refused("must give days off by person, like ada: 2; bob: 1")
        by_id = {
            self._person(str(person).strip()): cells.as_number(amount) for person, amount in days.items()
        }
        return sprint_rules.FIELDS["days_off"].value(by_id) or {}


class _LeftOut(Exception):
    """A value of a foreign file that this workspace cannot keep."""


def _article(level: Level) -> str:
    return f"an {level.value}" if level is Level.EFFORT else f"a {level.value}"
