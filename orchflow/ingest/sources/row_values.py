"""Reads the values of a file's rows, a chunk at a time: times, amounts and counts, each by what its column shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchflow.config.settings import WorkspaceSettings
from orchflow.config.sources import UsageFileSettings
from orchflow.ingest.sources.identity import Identity
from orchflow.ingest.sources.opened import FAULT, LINE, OpenFile
from orchflow.ingest.sources.values_query import (
    AMOUNTS,
    COUNTS,
    TIMES,
    ids_query,
    key_columns,
    own_columns,
    reading_query,
    with_plain_values,
)
from orchflow.warehouse.sql import Query, load_query


class Rows(NamedTuple):
    """`sound` rows with typed values, and those that cannot be kept as the texts they came as, with `fault`.

    Both have `event_id` and `line`.
    """

    sound: pa.Table
    faulty: pa.Table


@dataclass
class Reading:
    """What was found about a file's columns: the decimal mark of each number, the units of its times, and
    what comes first in its dates."""

    marks: dict[str, str] = field(default_factory=dict)
    units: dict[str, set[str]] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)

    def notes(self) -> list[str]:
        """In words, where it is not what one would expect."""
        notes = [f"{name} is read with a decimal comma" for name, mark in self.marks.items() if mark == ","]
        notes += [
            f"{name} does not show its decimal mark (set decimal)"
            for name, mark in self.marks.items()
            if mark == "?"
        ]
        for name, order in self.orders.items():
            if order != "?":
                notes.append(f"{name} is read with the {'day' if order == 'dmy' else 'month'} first")
        for name, units in self.units.items():
            if units:
                notes.append(f"{name} is read as {' and '.join(sorted(units))} since 1970")
        return notes


class RowValues:
    """Reads the rows of one file, in order; close it after the file."""

    def __init__(self, settings: UsageFileSettings, workspace: WorkspaceSettings, identity: Identity) -> None:
        self._settings = settings
        self._given = {
            "scope": f"{settings.name}\x1f{','.join(identity.columns)}",
            "day_zone": workspace.timezone,
            "money": settings.currency or workspace.currency,
        }
        self._identity = identity
        self.reading = Reading()
        self._duckdb = value_reader()
        self._duckdb.execute(f"set timezone = '{settings.timezone or 'UTC'}'")
        self.begin()

    def begin(self) -> None:
        """Read from the first row on: of alike rows none was seen yet."""
        self._duckdb.execute(_query("seen_create"))

    def close(self) -> None:
        """Forget the rows."""
        self._duckdb.close()

    def find_marks(self, opened: OpenFile, chosen: Mapping[str, str]) -> None:
        """Find the decimal mark of every column of numbers, over the whole file where a comma could be one."""
        numbers = {name: chosen[name] for name in (*AMOUNTS, *COUNTS) if name in chosen}
        decided = self._settings.decimal
        if decided or (opened.point and not opened.commas):
            self.reading.marks = dict.fromkeys(numbers, decided or ".")
            return
        shown: dict[str, set[tuple[str | None, bool]]] = {name: set() for name in numbers}
        for table in opened.tables(list(dict.fromkeys(numbers.values()))):
            for name, theirs in numbers.items():
                if _is_number(table.column(theirs).type):
                    shown.pop(name, None)
                    continue
                self._register(table.column(theirs))
                shown[name].update(self._duckdb.execute(_query("marks_shown")).fetchall())
        everywhere = {mark for marks in shown.values() for mark, _ in marks if mark}
        for name, marks in shown.items():
            own = {mark for mark, _ in marks if mark} or everywhere
            unsure = any(mark is None and (comma or not opened.point) for mark, comma in marks)
            self.reading.marks[name] = next(iter(own)) if len(own) == 1 else "?" if own or unsure else "."

    def find_orders(self, opened: OpenFile, chosen: Mapping[str, str]) -> None:
        """Find whether the day or the month comes first in every column of times that has dates like 11/12/2026."""
        times = {name: chosen[name] for name in TIMES if name in chosen}
        first = next(opened.tables(list(dict.fromkeys(times.values()))), None)
        for name, theirs in list(times.items()):
            column: Any = None if first is None else first.column(theirs)
            if column is None or not pa.types.is_string(column.type) or not _has_ordered_days(column):
                del times[name]
        if not times or self._settings.dates:
            self.reading.orders = dict.fromkeys(times, self._settings.dates or "?")
            return
        shown: dict[str, set[str]] = {name: set() for name in times}
        for table in opened.tables(list(dict.fromkeys(times.values()))):
            for name, theirs in times.items():
                self._register(table.column(theirs))
                shown[name].update(
                    order for (order,) in self._duckdb.execute(_query("orders_shown")).fetchall()
                )
        everywhere = set().union(*shown.values())
        for name, orders in shown.items():
            own = orders or everywhere
            self.reading.orders[name] = next(iter(own)) if len(own) == 1 else "?"

    def read(self, rows: pa.Table) -> Rows:
        """Read a chunk of trimmed rows: our columns, those of a declared key as KEY and their number, LINE and FAULT."""
        delivered, rows = rows, self._worded(rows)
        self._note_units(rows)
        self._note_points(rows)
        rows, plain = with_plain_values(rows, self.reading.marks)
        if plain and not self._may_refuse(rows):
            return Rows(self._known(rows), pa.table({}))
        typed = self._ask(
            reading_query(rows, self.reading.marks, self.reading.orders, self._settings, self._identity), rows
        )
        faults = pc.is_valid(typed.column("fault"))
        sound = typed.filter(pc.invert(faults)).drop_columns(["fault", "ordinal"])
        if sound.num_rows == typed.num_rows:
            return Rows(sound, pa.table({}))
        bad = typed.filter(faults)
        texts = delivered.take(bad.column("ordinal"))
        columns: dict[str, Any] = {name: texts.column(name).cast(pa.string()) for name in own_columns(texts)}
        return Rows(
            sound, pa.table(columns | {name: bad.column(name) for name in ("event_id", "line", "fault")})
        )

    def _known(self, rows: pa.Table) -> pa.Table:
        """Rows that are all read, with what they are known by."""
        ids: Any
        if self._identity.by == "event_id":
            ids = rows.column("event_id")
        else:
            ids = self._ask(ids_query(rows, self._identity), rows).column("event_id")
        names = [name for name in own_columns(rows) if name != "event_id"]
        known = rows.select([*names, LINE]).rename_columns([*names, "line"])
        return known.append_column("event_id", ids)

    def _ask(self, query: Query, rows: pa.Table) -> pa.Table:
        """Have rows read and told apart; in their order."""
        ordinal = pa.array(range(rows.num_rows), pa.int64())
        self._duckdb.register("incoming", rows.append_column("ordinal", ordinal))
        self._duckdb.execute(query.text, query.bind(self._given))
        if self._identity.by != "dimensions":
            return self._duckdb.execute(_query("rows_known")).to_arrow_table()
        found = self._duckdb.execute(_query("rows_told_apart")).to_arrow_table()
        self._duckdb.execute(_query("seen_add"))
        return found

    def _may_refuse(self, rows: pa.Table) -> bool:
        """Whether some row may have to be refused although every value of it can be read."""
        keys = key_columns(rows)
        if keys and all(rows.column(name).null_count for name in keys):
            return True
        if rows.column(FAULT).null_count < rows.num_rows:
            return True
        if self._settings.credits == "count" or "cost" not in rows.column_names:
            return False
        least: Any = pc.min(rows.column("cost")).as_py()
        return least is not None and least < 0

    def _register(self, column: Any) -> None:
        self._duckdb.register("incoming", pa.table({"value": column.cast(pa.string())}))

    def _worded(self, rows: pa.Table) -> pa.Table:
        """The rows with what words in the place of numbers are worth."""
        for name in (*AMOUNTS, *COUNTS):
            if name not in rows.column_names or not pa.types.is_string(rows.column(name).type):
                continue
            for word, worth in self._settings.words.items():
                column: Any = rows.column(name)
                said = pc.equal(pc.utf8_lower(column), pa.scalar(word.strip().lower()))
                put = pa.scalar(None if worth is None else format(worth, "f"), pa.string())
                place = rows.column_names.index(name)
                rows = rows.set_column(place, name, pc.if_else(pc.fill_null(said, False), put, column))
        return rows

    def _note_points(self, rows: pa.Table) -> None:
        for name in (*AMOUNTS, *COUNTS):
            if name in rows.column_names and _is_number(rows.column(name).type):
                self.reading.marks[name] = "."

    def _note_units(self, rows: pa.Table) -> None:
        for name in TIMES:
            if name not in rows.column_names or pa.types.is_temporal(rows.column(name).type):
                continue
            digits: Any = pc.match_substring_regex(rows.column(name).cast(pa.string()), r"^[0-9.]{9,}$")
            if pc.any(digits).as_py():
                self._register(rows.column(name))
                units = {unit for (unit,) in self._duckdb.execute(_query("units_shown")).fetchall()}
                self.reading.units.setdefault(name, set()).update(units)


def _is_number(kind: pa.DataType) -> bool:
    """Whether values are numbers already: whatever mark texts have, theirs is the point."""
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _has_ordered_days(column: Any) -> bool:
    found: Any = pc.any(pc.match_substring_regex(column, r"^\s*\d{1,2}[/-]\d{1,2}[/-]\d{4}"))
    return bool(found.as_py())


def renamed(batches: Iterator[Rows], names: pa.Table | None) -> Iterator[Rows]:
    """The rows under the ids (`theirs`) that `names` has for their own (`ours`)."""
    for rows in batches:
        yield rows if names is None else Rows(*(_renamed(part, names) for part in rows))


def only(row: str | None, batches: Iterator[Rows]) -> Iterator[Rows]:
    """The row with the id `row` among the rows; all of them where it is None."""
    for rows in batches:
        yield rows if row is None else Rows(*(_with_id(row, part) for part in rows))


def _with_id(row: str, rows: pa.Table) -> pa.Table:
    return rows.filter(pc.equal(rows.column("event_id"), pa.scalar(row))) if rows.num_rows else rows


def _renamed(rows: pa.Table, names: pa.Table) -> pa.Table:
    if not rows.num_rows:
        return rows
    ids: Any = rows.column("event_id")
    known = names.column("theirs").take(pc.index_in(ids, names.column("ours").combine_chunks()))
    return rows.set_column(rows.column_names.index("event_id"), "event_id", pc.coalesce(known, ids))


def value_reader() -> duckdb.DuckDBPyConnection:
    """A cursor on the database of all files, which is made anew where a fatal error has ended it."""
    try:
        cursor = _reader().cursor()
        cursor.execute("select 1")
    except duckdb.Error:  # of whatever kind, on a database without files
        _reader.cache_clear()
        return _reader().cursor()
    return cursor


@cache
def _reader() -> duckdb.DuckDBPyConnection:
    """A database without rows that knows how values are read; each file is read on a cursor of its own."""
    connection = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
    connection.execute(_query("value_macros"))
    return connection


def _query(name: str) -> str:
    return load_query(__package__, name).text
