"""What a dataset is: rows under columns that say what they mean, for those who may have them, whole or a part of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.types as kinds

from orchflow.errors import UsageError
from orchflow.metrics.privacy import Privacy, privacy_of
from orchflow.people.permissions import Actor, Permission
from orchflow.store import moments, written
from orchflow.workspace import Workspace

EMPTY = "none"
"""Stands among the values of a filter for rows that have no value there."""
LARGEST = 2**63 - 1
"""No column holds a larger whole number."""
MOST_VALUES = 500
"""So many values of a column are offered to choose from."""

Key = tuple[Any, ...]
Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Selection:
    """A part of a dataset: days of the workspace, both included, and by column the values of which a row has one."""

    start: date | None = None
    end: date | None = None
    where: Values = field(default_factory=lambda: MappingProxyType({}))

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return self.start is None and self.end is None and not self.where


@dataclass(frozen=True)
class Reading:
    """A part of a dataset as one person reads it."""

    ws: Workspace
    actor: Actor
    part: Selection = field(default_factory=Selection)
    kept: dict[str, Any] = field(default_factory=dict, init=False, compare=False)
    """What was made for it whole and is asked for more than once."""

    @cached_property
    def privacy(self) -> Privacy:
        """What the person may see of people and small groups."""
        return privacy_of(self.actor)


@dataclass(frozen=True)
class Column:
    """A column: its name, its type, what it holds, and the unit of its numbers. `several`: a text tells more than one value."""

    name: str
    kind: pa.DataType
    about: str
    unit: str = ""
    several: bool = False

    @property
    def narrows(self) -> bool:
        """Whether rows can be chosen by its values."""
        kind = self.kind
        return not self.several and bool(
            kinds.is_string(kind) or kinds.is_integer(kind) or kinds.is_boolean(kind) or kinds.is_date(kind)
        )


class Measure(NamedTuple):
    """How many rows there are (None: many, which take long to count), and the oldest and the newest instant or day of them (None where they tell none)."""

    rows: int | None
    oldest: datetime | date | None = None
    newest: datetime | date | None = None


@dataclass(frozen=True, kw_only=True)
class Dataset(ABC):
    """Something to take away. One row is one of what `description` says.

    `section` is the heading under which lists have it, `permission` is needed besides `data.export`. `single`: its rows
    are single people's, so that it is only for those who may see their figures. `dated` ones can be narrowed to days.
    `filters` are the columns whose values a screen offers to choose from.
    """

    name: str
    description: str
    section: str
    permission: Permission | None = None
    single: bool = False
    filters: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[Permission, ...]:
        """The permissions that taking it away needs."""
        return (Permission.EXPORT, *self.to_look)

    @property
    def to_look(self) -> tuple[Permission, ...]:
        """The permissions that looking at its rows needs."""
        own = (self.permission,) if self.permission else ()
        return (*own, *((Permission.PERSON_FIGURES,) if self.single else ()))

    @property
    @abstractmethod
    def dated(self) -> bool:
        """Whether it can be narrowed to days."""

    @property
    def chronological(self) -> bool:
        """Whether its newest rows can be told."""
        return self.dated

    @property
    @abstractmethod
    def key(self) -> tuple[str, ...]:
        """The columns by which a row is known; pages come in their order."""

    @abstractmethod
    def columns(self, ws: Workspace) -> tuple[Column, ...]:
        """Its columns in their order."""

    @abstractmethod
    def batches(self, reading: Reading, rows: int) -> Generator[pa.RecordBatch, None, None]:
        """The rows, at most so many at a time; to be closed where it is not read to its end."""

    @abstractmethod
    def page(self, reading: Reading, after: Key | None, limit: int) -> pa.Table:
        """At most `limit` rows by their key, those after the row with the key `after`."""

    @abstractmethod
    def newest(self, reading: Reading, limit: int) -> pa.Table:
        """The newest rows of a chronological one, the newest first; of any other the first ones."""

    @abstractmethod
    def count(self, reading: Reading) -> int | None:
        """How many rows there are; None where all of them must be made to know it."""

    @abstractmethod
    def measure(self, reading: Reading) -> Measure:
        """How much there is, and from when."""

    @abstractmethod
    def values(self, reading: Reading) -> dict[str, list[str]]:
        """Of each column of `filters` the values there are in the whole dataset, as texts, sorted; MOST_VALUES at most."""

    def schema(self, ws: Workspace) -> pa.Schema:
        """The columns with their types."""
        return pa.schema([(column.name, column.kind) for column in self.columns(ws)])

    def asked(self, reading: Reading) -> Reading:
        """The reading with the values of its filters as the columns write them; UsageError where the part that is asked
        for is none of this dataset."""
        part = reading.part
        if (part.start or part.end) and not self.dated:
            raise UsageError(f"{self.name} has no days to choose from", "Leave out --from and --to.")
        if part.start and part.end and part.end < part.start:
            raise UsageError(
                f"The period ends ({part.end}) before it starts ({part.start})", "Exchange the two days."
            )
        known = {column.name: column for column in self.columns(reading.ws) if column.narrows}
        where = {}
        for name, values in part.where.items():
            if name not in known:
                raise UsageError(f"{self.name} is not narrowed by {name!r}", f"Use {', '.join(known)}.")
            where[name] = tuple(_as_written(known[name], value) for value in values)
        return replace(reading, part=replace(part, where=where))


def _as_written(column: Column, value: str) -> str:
    """A value of a filter as the column's values are written as texts; UsageError for what is no value of its kind."""
    try:
        if value == EMPTY or kinds.is_string(column.kind):
            return value
        if kinds.is_boolean(column.kind):
            return str(written.flag(value)).lower()
        if kinds.is_date(column.kind):
            return moments.day(value).isoformat()
        number = written.number(value)
        if number != number.to_integral_value() or abs(number) > LARGEST:
            raise written.Refused(f"is not a whole number: {value!r}")
        return str(int(number))
    except written.Refused as refused:
        raise UsageError(f"{column.name} {refused}", f"Or use {EMPTY!r} for rows without a value.") from None
