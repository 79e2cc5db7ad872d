"""Reads the values of a file's rows, a chunk at a time: times, amounts and counts, each by what its column shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchflow.config import UsageFileSettings, WorkspaceSettings
from orchflow.ingest.sources.identity import Identity
from orchflow.ingest.sources.opened import FAULT, LINE, OpenFile
from orchflow.warehouse.sql import Query, load_query

TIMES = ("occurred_at", "recorded_at")
AMOUNTS = ("cost",)
COUNTS = (
    "calls", "input_tokens", "cached_input_tokens", "cache_write_input_tokens", "output_tokens", "duration_ms",
)  # fmt: skip
KEY = "key "
"""What the columns of a declared key are called within a chunk, with their number."""


class Rows(NamedTuple):
    """`sound` rows with typed values, and those that cannot be kept as the texts they came as, with `fault`.

    Both have `event_id` and `line`.
    """

    sound: pa.Table
    faulty: pa.Table


@dataclass
class Reading:
    """What was found about a file's columns: the decimal mark of each number, the units of its times."""

    marks: dict[str, str] = field(default_factory=dict)
    units: dict[str, set[str]] = field(default_factory=dict)

    def notes(self) -> list[str]:
        """In words, where it is not what one would expect."""
        notes = [f"{name} is read with a decimal comma" for name, mark in self.marks.items() if mark == ","]
        notes += [
            f"{name} does not show its decimal mark (set decimal)"
            for name, mark in self.marks.items()
            if mark == "?"
        ]
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
        self._duckdb = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
        self._duckdb.execute(f"set timezone = '{settings.timezone or 'UTC'}'")
        for query in ("value_macros", "seen_create"):
            self._duckdb.execute(_query(query))

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
                self._register(table.column(theirs))
                shown[name].update(self._duckdb.execute(_query("marks_shown")).fetchall())
        everywhere = {mark for marks in shown.values() for mark, _ in marks if mark}
        for name, marks in shown.items():
            own = {mark for mark, _ in marks if mark} or everywhere
            unsure = any(mark is None and (comma or not opened.point) for mark, comma in marks)
            self.reading.marks[name] = own.pop() if len(own) == 1 else "?" if own or unsure else "."

    def read(self, rows: pa.Table) -> Rows:
        """Read a chunk: our columns, those of a declared key as KEY and their number, LINE and FAULT."""
        self._note_units(rows)
        self._duckdb.register("incoming", self._worded(rows))
        query = Query.of("rows_read", self._reading_query(rows))
        self._duckdb.execute(query.text, query.bind(self._given))
        alike = self._identity.by == "dimensions"
        found = self._duckdb.execute(_query("rows_told_apart" if alike else "rows_known"))
        typed = found.to_arrow_table()
        if alike:
            self._duckdb.execute(_query("seen_add"))
        faults = pc.is_valid(typed.column("fault"))
        sound = typed.filter(pc.invert(faults)).drop_columns(["fault", "ordinal"])
        if sound.num_rows == typed.num_rows:
            return Rows(sound, pa.table({}))
        bad = typed.filter(faults)
        texts = rows.take(bad.column("ordinal"))
        names = [
            name for name in texts.column_names if name not in (LINE, FAULT) and not name.startswith(KEY)
        ]
        columns: dict[str, Any] = {name: texts.column(name).cast(pa.string()) for name in names}
        return Rows(
            sound, pa.table(columns | {name: bad.column(name) for name in ("event_id", "line", "fault")})
        )

    def _register(self, column: Any) -> None:
        self._duckdb.register("incoming", pa.table({"value": column.cast(pa.string())}))

    def _worded(self, rows: pa.Table) -> pa.Table:
        """The rows with what words in the place of numbers are worth, and the number of each row."""
        for name in (*AMOUNTS, *COUNTS):
            if name not in rows.column_names or not pa.types.is_string(rows.column(name).type):
                continue
            for word, worth in self._settings.words.items():
                column: Any = rows.column(name)
                said = pc.equal(
                    pc.utf8_lower(pc.utf8_trim_whitespace(column)), pa.scalar(word.strip().lower())
                )
                put = pa.scalar(None if worth is None else format(worth, "f"), pa.string())
                place = rows.column_names.index(name)
                rows = rows.set_column(place, name, pc.if_else(pc.fill_null(said, False), put, column))
        return rows.append_column("ordinal", pa.array(range(rows.num_rows), pa.int64()))

    def _note_units(self, rows: pa.Table) -> None:
        for name in TIMES:
            if name in rows.column_names and not pa.types.is_temporal(rows.column(name).type):
                self._register(rows.column(name))
                units = {unit for (unit,) in self._duckdb.execute(_query("units_shown")).fetchall()}
                self.reading.units.setdefault(name, set()).update(units)

    def _reading_query(self, rows: pa.Table) -> str:
        names = [name for name in rows.column_names if name not in (LINE, FAULT)]
        texts, values, faults = [], ["null"], ["line_fault"]
        for name in names:
            kind = rows.column(name).type
            text = f"""nullif(trim("{name}"::varchar, ' \t\r\n\u00a0'), '')"""
            if name in TIMES:
                texts.append(f"{name if pa.types.is_temporal(kind) else text} as {name}_raw")
                values.append(f"{_time(name, kind)} as {name}")
                faults.append(
                    f"case when {name}_raw is not null and {name} is null then '{name} is not a time' end"
                )
            elif name in (*AMOUNTS, *COUNTS):
                function, what = (
                    ("amount_of", "an amount") if name in AMOUNTS else ("count_of", "a whole number")
                )
                mark = self.reading.marks.get(name, ".")
                texts.append(f"case when not no_value({text}) then {text} end as {name}_raw")
                own = "coalesce(upper(currency), $money)" if "currency" in names else "$money"
                fits = f"fits_sign({name}_raw, {own})" if name in AMOUNTS else "true"
                values.append(f"case when {fits} then {function}({name}_raw, '{mark}') end as {name}")
                reason = f"number_reason('{name}', '{what}', {name}_raw, '{mark}', '{self._settings.name}')"
                faults.append(f"case when {name}_raw is not null and {name} is null then {reason} end")
            else:
                texts.append(f'{text} as "{name}"')
        if self._settings.credits == "refuse" and "cost" in names:
            faults.append(
                f"case when cost < 0 then 'cost is negative; sources.{self._settings.name}.credits refuses it' end"
            )
        return _query("rows_read").format(
            texts=", ".join(texts),
            values=", ".join(values),
            faults=", ".join(faults),
            names=", ".join(f'"{name}"' for name in names if not name.startswith(KEY) and name != "event_id"),
            known_by=self._known_by(),
        )

    def _known_by(self) -> str:
        if self._identity.by == "event_id":
            return "event_id"
        if self._identity.by == "key":
            parts = [f'"{KEY}{number}"' for number in range(len(self._identity.columns))]
        else:
            parts = [_canonical(name) for name in self._identity.columns]
        joined = ", ".join(f"coalesce({part}, chr(0))" for part in parts)
        prefix = "key" if self._identity.by == "key" else "like"
        needed = "occurred_at is not null" if prefix == "like" else "true"
        return f"case when {needed} then '{prefix}-' || md5(concat_ws(chr(31), $scope, {joined})) end"


def _canonical(name: str) -> str:
    """One form of what may be written in several, so that it is the same row."""
    match name:
        case "occurred_at":
            return "epoch_us(occurred_at)::varchar"
        case "route" | "status" | "is_local":
            return f"lower({name})"
        case "currency":
            return "upper(currency)"
    return f"nfc_normalize({name})"


def _time(name: str, kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return f"{name}_raw::timestamptz"  # one without a zone is in that of the connection
    if pa.types.is_date(kind):
        return f"{name}_raw::timestamp at time zone $day_zone"
    return f"instant_of({name}_raw, $day_zone)"


def _query(name: str) -> str:
    return load_query(__package__, name).text
