"""One reading of one file in FOCUS: which version it is, its lines, and how they had to be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchflow.config.sources import FocusFileSettings
from orchflow.errors import SourceError
from orchflow.focus_columns import CATEGORIES, COLUMNS, plain_name, version_of
from orchflow.format import quantity
from orchflow.ingest.sources.opened import OpenFile
from orchflow.ingest.sources.row_values import Rows
from orchflow.ingest.sources.rows_told import rows_told
from orchflow.ingest.sources.usage_columns import listed
from orchflow.warehouse.sql import load_query

TYPED = (
    "billed", "effective", "listed", "contracted", "charge_start", "charge_end", "billing_start", "billing_end",
)  # fmt: skip
"""What is counted with, beside the texts."""
OURS = "x_Orchflow"
OTHER, VERSION = "x_OrchflowOther", "x_OrchflowVersion"
"""Columns of the dataset of lines, which is a file in FOCUS as well: the other columns, and which version the line had."""
_LOOKS = {
    "written_out": "amounts written like $10,100.00 or (3.00) are read as numbers",
    "without_zone": "times without a zone are read as UTC",
}


class FocusReading:
    """The lines of a file; close it after the file. SourceError when its columns are those of no version that is read."""

    def __init__(self, file: Path, opened: OpenFile, settings: FocusFileSettings) -> None:
        self.file = file
        self._opened = opened
        if not opened.columns:
            raise SourceError(
                f"{file} is empty", "Write it again, or take it away; it is tried again with the next run."
            )
        self.version = version_of(file, opened.columns)
        twice = [name for name, times in Counter(filter(None, opened.columns)).items() if times > 1]
        if twice:
            raise SourceError(
                f"{file} has more than one column {twice[0]!r}", "Give each column its own name."
            )
        self.own = [name for name in opened.columns if name in COLUMNS]
        self.others = [
            name for name in opened.columns if name and name not in COLUMNS and not name.startswith(OURS)
        ]
        self._ours = [name for name in (OTHER, VERSION) if name in opened.columns]
        self._agent = f'$."{settings.agent_tag}"'
        self._seen: Counter[str] = Counter()
        self._duckdb = _reader().cursor()
        self._duckdb.execute("set timezone = 'UTC'")

    def close(self) -> None:
        """Forget the lines."""
        self._duckdb.close()

    def described(self) -> str:
        """What the file is, in words."""
        others = f", and {listed(self.others)}" if self.others else ""
        return f"FOCUS {self.version} with {len(self.own)} of its columns{others}"

    def notes(self) -> list[str]:
        """How the lines read so far had to be read, where that is not as the specification has it."""
        looks = [
            f"{words} ({quantity(self._seen[name], 'row')})"
            for name, words in _LOOKS.items()
            if self._seen[name]
        ]
        return [*self._opened.notes, *looks]

    def rows(self) -> Iterator[Rows]:
        """Yield the lines in chunks, in order; both parts have the texts under our names, `line`, `version` and `agent`."""
        for table in self._opened.tables([*self.own, *self.others, *self._ours]):
            table = rows_told(table)
            if table.num_rows:
                yield self._read(table)

    def _read(self, rows: pa.Table) -> Rows:
        ordinal = pa.array(range(rows.num_rows), pa.int64())
        self._duckdb.register("incoming", rows.append_column("ordinal", ordinal))
        query = load_query(__package__, "focus_lines_read").text.format(
            texts=", ".join(
                f"{_text(name, rows.schema.field(name).type)} as {plain_name(name)}" for name in self.own
            ),
            extra=self._extra(rows),
            agent=self._agent_of(),
            version=f"coalesce({VERSION}, $version)" if VERSION in self._ours else "$version",
        )
        given: dict[str, Any] = {"categories": list(CATEGORIES), "version": self.version}
        given |= {"agent": self._agent} if "$agent" in query else {}
        read = self._duckdb.execute(query, given).to_arrow_table()
        faulty = pc.is_valid(read.column("fault"))
        sound = read.filter(pc.invert(faulty))
        for name in _LOOKS:
            self._seen[name] += pc.sum(sound.column(name)).as_py() or 0
        bad = read.filter(faulty).drop_columns([*TYPED, *_LOOKS])
        return Rows(sound.drop_columns(["fault", *_LOOKS]), bad if bad.num_rows else pa.table({}))

    def _extra(self, rows: pa.Table) -> str:
        """Columns that are not of the specification, as JSON without those that are empty."""
        if OTHER in self._ours:
            return f"case when json_valid({OTHER}) then {OTHER} end"
        if not self.others:
            return "null::varchar"
        pairs = ", ".join(
            f"{_string(name)}, {_text(name, rows.schema.field(name).type)}" for name in self.others
        )
        return f"nullif(json_merge_patch('{{}}', json_object({pairs}))::varchar, '{{}}')"

    def _agent_of(self) -> str:
        tagged = "case when json_valid(tags) then nullif(trim(json_extract_string(tags, $agent)), '') end"
        named = "nullif(trim(x_agent), '')" if "x_agent" in self.others else "null::varchar"
        return f"coalesce({tagged}, {named})" if "Tags" in self.own else named


def _text(name: str, kind: pa.DataType) -> str:
    """The text of a column's values, as a file of text would have it."""
    column = '"' + name.replace('"', '""') + '"'
    if pa.types.is_string(kind):
        return column
    if pa.types.is_timestamp(kind):
        mark = "Z" if kind.tz else ""
        utc = f"{column} at time zone 'UTC'" if kind.tz else column
        return f"replace(strftime({utc}, '%Y-%m-%dT%H:%M:%S.%f'), '.000000', '') || '{mark}'"
    if pa.types.is_nested(kind):
        return f"to_json({column})::varchar"
    if pa.types.is_floating(kind):
        return f"case when not isnan({column}) then {column}::varchar end"
    return f"{column}::varchar"


def _string(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@cache
def _reader() -> duckdb.DuckDBPyConnection:
    """A database without rows that knows how values are read; each file is read on a cursor of its own."""
    connection = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
    for name in ("value_macros", "focus_macros"):
        connection.execute(load_query(__package__, name).text)
    return connection
