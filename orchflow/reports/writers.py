"""The file formats of exports: each takes record batches one at a time and holds no more than one of them."""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, TextIO, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from orchflow.errors import OrchflowError, UsageError

FORMULA = r"^[=+\-@\t\r]"
"""How a text begins that a spreadsheet would take for a formula."""
EXCEL_ROWS = 1_048_575
EXCEL_TEXT = 32_767


class Writer(ABC):
    """Writes one file: made with the schema, given batches, closed."""

    batch_rows: ClassVar[int] = 100_000

    @abstractmethod
    def __init__(self, path: Path, name: str, schema: pa.Schema) -> None: ...

    @abstractmethod
    def write(self, batch: pa.RecordBatch) -> None:
        """Add the rows of `batch`."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file. Not called when writing failed."""

    @abstractmethod
    def abandon(self) -> None:
        """Let go of the unfinished file."""


class CsvWriter(Writer):
    """UTF-8 with a heading. A text that a spreadsheet would take for a formula gets an apostrophe before it."""

    def __init__(self, path: Path, name: str, schema: pa.Schema) -> None:
        self._file = path.open("wb")
        self._writer = pyarrow.csv.CSVWriter(self._file, schema)

    def write(self, batch: pa.RecordBatch) -> None:
        columns = [_defused(column) if _is_text(column.type) else column for column in batch.columns]
        self._writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=batch.schema))

    def close(self) -> None:
        self._writer.close()
        self._file.close()

    def abandon(self) -> None:
        self._file.close()


class ParquetWriter(Writer):
    """Parquet with zstd; types as they are in the warehouse."""

    def __init__(self, path: Path, name: str, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")

    def write(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(batch)

    def close(self) -> None:
        self._writer.close()

    def abandon(self) -> None:
        self._writer.close()


class JsonWriter(Writer):
    """One JSON array with one object per line. Decimals are numbers with all their digits, times ISO 8601 in UTC."""

    batch_rows = 20_000

    def __init__(self, path: Path, name: str, schema: pa.Schema) -> None:
        self._file: TextIO = path.open("w", encoding="utf-8", newline="\n")
        self._keys = [f"{json.dumps(column)}: " for column in schema.names]
        self._separator = "["

    def write(self, batch: pa.RecordBatch) -> None:
        columns = [
            [key + _json(value) for value in column.to_pylist()]
            for key, column in zip(self._keys, batch.columns, strict=True)
        ]
        for cells in zip(*columns, strict=True):
            self._file.write(f"{self._separator}\n{{{', '.join(cells)}}}")
            self._separator = ","

    def close(self) -> None:
        self._file.write("[]\n" if self._separator == "[" else "\n]\n")
        self._file.close()

    def abandon(self) -> None:
        self._file.close()


class ExcelWriter(Writer):
    """One sheet, written row by row. Text stays text; a decimal that Excel cannot hold exactly is written as text.

    Excel has no time zones: times are UTC, as the heading's note says.
    """

    batch_rows = 20_000

    def __init__(self, path: Path, name: str, schema: pa.Schema) -> None:
        self._book = xlsxwriter.Workbook(
            str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._sheet = self._book.add_worksheet(name[:31])
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        bold = self._book.add_format({"bold": True})
        self._sheet.freeze_panes(1, 0)
        for place, field in enumerate(schema):
            self._sheet.set_column(place, place, 24 if pa.types.is_timestamp(field.type) else 16)
            self._sheet.write_string(0, place, field.name, bold)
        self._rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        if self._rows + batch.num_rows > EXCEL_ROWS:
            raise UsageError(
                f"An Excel sheet holds at most {EXCEL_ROWS:,} rows and there are more",
                "Narrow the days with --from and --to, or write .csv or .parquet.",
            )
        columns = [column.to_pylist() for column in batch.columns]
        for cells in zip(*columns, strict=True):
            self._rows += 1
            for place, value in enumerate(cells):
                self._cell(place, value)

    def _cell(self, place: int, value: Any) -> None:
        match value:
            case None:
                return
            case bool():
                self._sheet.write_boolean(self._rows, place, value)
            case datetime():
                bare = value.astimezone(UTC).replace(tzinfo=None)
                self._sheet.write_datetime(self._rows, place, bare, self._moment)
            case date():
                self._sheet.write_datetime(self._rows, place, value, self._day)
            case Decimal() | int() | float() if _survives_as_float(value):
                self._sheet.write_number(self._rows, place, float(value))
            case _:
                self._sheet.write_string(self._rows, place, str(value)[:EXCEL_TEXT])

    def close(self) -> None:
        try:
            self._book.close()
        except FileCreateError as error:
            raise OSError(*error.args[0].args) from error

    def abandon(self) -> None:
        # only closing lets go of the file in which rows wait, so the unfinished book is written once more
        with suppress(OSError):
            self.close()


FORMATS: dict[str, type[Writer]] = {
    ".csv": CsvWriter,
    ".xlsx": ExcelWriter,
    ".parquet": ParquetWriter,
    ".json": JsonWriter,
}


def write_file(
    out: Path, writer: type[Writer], name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]
) -> int:
    """Write `batches` to `out` and return how many rows they had. Nothing is left behind when that fails."""
    unfinished = out.with_name(f".{out.name}.{os.getpid()}.part")
    rows = 0
    try:
        opened = writer(unfinished, name, schema)
        try:
            for batch in batches:
                opened.write(batch)
                rows += batch.num_rows
            opened.close()
        except BaseException:
            opened.abandon()
            raise
        unfinished.replace(out)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OrchflowError(
            f"{out} could not be written: {reason}", "Choose a folder with room to write."
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)
    return rows


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _defused(column: pa.Array[Any]) -> pa.Array[Any]:
    dangerous = pc.match_substring_regex(column, FORMULA)
    if not pc.any(dangerous).as_py():
        return column
    marked = pc.binary_join_element_wise(pa.scalar("'", column.type), column, pa.scalar("", column.type))
    return cast("pa.Array[Any]", pc.if_else(dangerous, marked, column))


def _json(value: Any) -> str:
    match value:
        case Decimal():
            return format(value, "f")
        case datetime():
            return f'"{value.astimezone(UTC).isoformat().removesuffix("+00:00")}Z"'
        case date():
            return f'"{value.isoformat()}"'
        case _:
            return json.dumps(value, ensure_ascii=False)


def _survives_as_float(value: Decimal | float | int) -> bool:
    return Decimal(repr(float(value))) == value
