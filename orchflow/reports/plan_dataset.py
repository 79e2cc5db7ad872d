"""A dataset of the plan: read from the plan store in batches, whatever its size."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.encoding import encode, to_text
from orchflow.people.permissions import Permission
from orchflow.reports.dataset import EMPTY, MOST_VALUES, Column, Dataset, Key, Measure, Reading
from orchflow.workspace import Workspace

TEXT, WHOLE, DAY, FLAG = pa.string(), pa.int64(), pa.date32(), pa.bool_()
INSTANT = pa.timestamp("us", tz="UTC")

Source = tuple[Column, Any]
"""A column and the expression that it is read by."""


@dataclass(frozen=True, kw_only=True)
class PlanDataset(Dataset):
    """Something of the plan: its columns, from where, and in which order."""

    sources: Sequence[Source]
    start_from: Callable[[sa.Select[Any]], sa.Select[Any]]
    at: str
    days: bool = False
    section: str = "Plan"
    permission: Permission | None = Permission.PLAN_VIEW
    of_rates: Any = None
    """Of which rows it holds that they are for those alone who may see hourly rates."""

    @property
    def dated(self) -> bool:
        return self.days

    @property
    def chronological(self) -> bool:
        return True

    @property
    def key(self) -> tuple[str, ...]:
        return ("id",)

    def columns(self, ws: Workspace) -> tuple[Column, ...]:
        return tuple(column for column, _ in self.sources)

    def batches(self, reading: Reading, rows: int) -> Generator[pa.RecordBatch, None, None]:
        with reading.ws.store.read(long=True) as session:
            yield from self.read(session, self.chosen(reading), rows)

    def page(self, reading: Reading, after: Key | None, limit: int) -> pa.Table:
        by_id = self._expression("id")
        chosen = self.chosen(reading).order_by(None).order_by(by_id)
        return self._table(reading, chosen if after is None else chosen.where(by_id > after[0]), limit)

    def newest(self, reading: Reading, limit: int) -> pa.Table:
        newest = (self._expression(self.at).desc(), self._expression("id").desc())
        return self._table(reading, self.chosen(reading).order_by(None).order_by(*newest), limit)

    def count(self, reading: Reading) -> int:
        return int(self.measure(reading).rows or 0)

    def measure(self, reading: Reading) -> Measure:
        rows = self.chosen(reading).order_by(None).subquery()
        at = rows.c[self.at]
        with reading.ws.store.read() as session:
            return Measure(
                *session.execute(sa.select(sa.func.count(), sa.func.min(at), sa.func.max(at))).one()
            )

    def values(self, reading: Reading) -> dict[str, list[str]]:
        with reading.ws.store.read() as session:
            return {name: self._values(session, name) for name in self.filters}

    def _values(self, session: Session, column: str) -> list[str]:
        expression = self._expression(column)
        chosen = self.start_from(sa.select(expression)).where(expression.is_not(None))
        chosen = chosen.order_by(None).distinct().limit(MOST_VALUES)
        return sorted(_word(value) for value in session.scalars(chosen))

    def chosen(self, reading: Reading) -> sa.Select[Any]:
        """The statement that reads the part that is asked for."""
        part, zone = reading.part, reading.ws.zone
        chosen = self.start_from(sa.select(*(made.label(column.name) for column, made in self.sources)))
        if part.start is not None:
            chosen = chosen.where(self._expression(self.at) >= datetime.combine(part.start, time(), zone))
        if part.end is not None:
            after = datetime.combine(part.end + timedelta(days=1), time(), zone)
            chosen = chosen.where(self._expression(self.at) < after)
        if self.of_rates is not None and not reading.privacy.rates:
            chosen = chosen.where(self.of_rates.is_(False))
        for name, values in part.where.items():
            chosen = chosen.where(_demand(self._expression(name), values))
        return chosen

    def read(
        self, session: Session, chosen: sa.Select[Any], rows: int
    ) -> Generator[pa.RecordBatch, None, None]:
        """What a statement of `chosen` finds, at most so many rows at a time."""
        kinds = [column.kind for column, _ in self.sources]
        schema = pa.schema([(column.name, column.kind) for column, _ in self.sources])
        found = session.execute(chosen.execution_options(yield_per=min(rows, 5_000)))
        for part in found.partitions(rows):
            columns = list(zip(*part, strict=True))
            arrays = [
                pa.array([_plain(value, kind) for value in column], kind)
                for column, kind in zip(columns, kinds, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _table(self, reading: Reading, chosen: sa.Select[Any], limit: int) -> pa.Table:
        with reading.ws.store.read() as session:
            batches = list(self.read(session, chosen.limit(limit), limit))
        return pa.Table.from_batches(batches, self.schema(reading.ws))

    def _expression(self, name: str) -> Any:
        return next(made for column, made in self.sources if column.name == name)


def _demand(expression: Any, values: Sequence[str]) -> Any:
    """That the column has one of these values, which are texts as its values are written."""
    kind = expression.type
    wanted: list[Any] = [value for value in values if value != EMPTY]
    if isinstance(kind, sa.Boolean):
        wanted = [value == "true" for value in wanted]
    elif isinstance(kind, sa.Integer):
        wanted = [int(value) for value in wanted]
    elif isinstance(kind, sa.Date):
        expression = sa.cast(expression, sa.String)
    else:
        expression = sa.type_coerce(expression, sa.String)
    among = expression.in_(wanted)
    return sa.or_(expression.is_(None), among) if EMPTY in values else among


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(value: Any, kind: pa.DataType) -> Any:
    if value is None or kind is not TEXT or type(value) is str:
        return value
    if isinstance(value, list):
        return ", ".join(map(str, value))
    coded = encode(value)
    return coded if isinstance(coded, str) else to_text(coded)
