"""The file formats: each takes record batches one at a time and holds no more than one of them."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, ClassVar

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pyarrow.types as kinds
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from orchflow.encoding import to_text
from orchflow.errors import UsageError
from orchflow.table_files.flatten import flat, flat_schema, is_text
from orchflow.table_files.formulas import escape

EXCEL_ROWS = 1_048_575
EXCEL_TEXT = 32_767
_CUT = " … (an Excel cell holds no more)"
_WIDEST = 60


class Writer(ABC):
    """Writes one file: made with the schema, given batches, closed.

    `name` is the table's, `titles` are headings for people by column; a column without one has its name as words.
    """

    label: ClassVar[str]
    mime: ClassVar[str]
    batch_rows: ClassVar[int] = 100_000
    cut = 0
    """How many texts were cut off, since a cell of the format holds no more."""

    @classmethod  # noqa: B027 - most formats hold whatever comes
    def check_room(cls, rows: int) -> None:
        """UsageError when a file of this format cannot hold so many rows; asked before it is begun."""

    @abstractmethod
    def __init__(self, file: BinaryIO, name: str, schema: pa.Schema, titles: Mapping[str, str]) -> None: ...

    @abstractmethod
    def write(self, batch: pa.RecordBatch) -> None:
        """Add the rows of `batch`."""

    @abstractmethod
    def close(self) -> None:
        """Finish the table. Not called when writing failed."""

    def abandon(self) -> None:  # noqa: B027 - most formats hold nothing but the file
        """Let go of everything but the file, whose content no longer counts."""


class CsvWriter(Writer):
    """UTF-8 with the mark by which Excel knows it, a heading of column names, commas; no text of it is a formula."""

    label, mime = "CSV", "text/csv"

    def __init__(self, file: BinaryIO, name: str, schema: pa.Schema, titles: Mapping[str, str]) -> None:
        file.write(b"\xef\xbb\xbf")
        self._writer = pyarrow.csv.CSVWriter(file, flat_schema(schema))

    def write(self, batch: pa.RecordBatch) -> None:
        batch = flat(batch)
        columns = [escape(column) if is_text(column.type) else column for column in batch.columns]
        self._writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=batch.schema))

    def close(self) -> None:
        self._writer.close()


class ParquetWriter(Writer):
    """Parquet with zstd; columns keep their types."""

    label, mime = "Parquet", "application/vnd.apache.parquet"

    def __init__(self, file: BinaryIO, name: str, schema: pa.Schema, titles: Mapping[str, str]) -> None:
        self._writer = pq.ParquetWriter(file, schema, compression="zstd")

    def write(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(batch)

    def close(self) -> None:
        self._writer.close()

    def abandon(self) -> None:
        self._writer.close()


class JsonWriter(Writer):
    """One JSON array with one object per line. Decimals are numbers with all their digits, times ISO 8601 in UTC."""

    label, mime = "JSON", "application/json"
    batch_rows = 20_000

    def __init__(self, file: BinaryIO, name: str, schema: pa.Schema, titles: Mapping[str, str]) -> None:
        self._file = file
        self._keys = [f"{to_text(column)}: " for column in schema.names]
        self._separator = "["

    def write(self, batch: pa.RecordBatch) -> None:
        columns = [
            [key + _json(value) for value in column.to_pylist()]
            for key, column in zip(self._keys, batch.columns, strict=True)
        ]
        lines = io.StringIO()
        for cells in zip(*columns, strict=True):
            lines.write(f"{self._separator}\n{{{', '.join(cells)}}}")
            self._separator = ","
        self._file.write(lines.getvalue().encode())

    def close(self) -> None:
        self._file.write(b"[]\n" if self._separator == "[" else b"\n]\n")


class _BookFile:
    """The file of a workbook. Once it could not be written it takes whatever comes: an unfinished zip goes on writing
    when it is let go of, where nobody can be told."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._place: int | None = None
        """Where the next byte would stand, once nothing is written any more."""

    def write(self, data: bytes) -> int:
        if self._place is None:
            with self._noted(self._file.tell()):
                return self._file.write(data)
        self._place += len(data)
        return len(data)

    def seek(self, place: int, whence: int = 0) -> int:
        if self._place is None:
            with self._noted(place):
                return self._file.seek(place, whence)
        self._place = place
        return place

    def tell(self) -> int:
        return self._file.tell() if self._place is None else self._place

    def flush(self) -> None:
        if self._place is None:
            with self._noted(self._file.tell()):
                self._file.flush()

    @contextmanager
    def _noted(self, place: int) -> Iterator[None]:
        try:
            yield
        except OSError:
            self._place = place
            raise


class ExcelWriter(Writer):
    """One sheet with typed cells, a frozen heading of titles and a filter, written row by row.

    Text stays text. A decimal that Excel cannot hold exactly is written as text; a text that is too long ends by saying
    so, and a second sheet tells how many do. Excel has no time zones: times are UTC.
    """

    label, mime = "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    batch_rows = 20_000

    @classmethod
    def check_room(cls, rows: int) -> None:
        if rows > EXCEL_ROWS:
            raise UsageError(
                f"An Excel sheet holds at most {EXCEL_ROWS:,} rows and there are {rows:,}",
                "Choose fewer days or values, or take CSV or Parquet.",
            )

    def __init__(self, file: BinaryIO, name: str, schema: pa.Schema, titles: Mapping[str, str]) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(_BookFile(file), options)
        self._sheet = self._book.add_worksheet(name[:31])
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        bold = self._book.add_format({"bold": True})
        self._sheet.freeze_panes(1, 0)
        for place, field in enumerate(schema):
            title = titles.get(field.name) or title_of(field.name)
            self._sheet.set_column(place, place, _width(title, field.type))
            self._sheet.write_string(0, place, title, bold)
        self._columns = len(schema)
        self._rows = 0
        self._closed = False

    def write(self, batch: pa.RecordBatch) -> None:
        self.check_room(self._rows + batch.num_rows)
        columns = [_python_values(column) for column in flat(batch).columns]
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
                bare = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
                self._sheet.write_datetime(self._rows, place, bare, self._moment)
            case date():
                self._sheet.write_datetime(self._rows, place, value, self._day)
            case Decimal() | int() | float() if _survives_as_float(value):
                self._sheet.write_number(self._rows, place, float(value))
            case _:
                text = f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
                if len(text) > EXCEL_TEXT:
                    text = text[: EXCEL_TEXT - len(_CUT)] + _CUT
                    self.cut += 1
                self._sheet.write_string(self._rows, place, text)

    def close(self) -> None:
        self._closed = True
        self._sheet.autofilter(0, 0, max(self._rows, 1), max(self._columns - 1, 0))
        if self.cut:
            self._book.add_worksheet("Notes").write_string(0, 0, cut_off(self.cut))
        try:
            self._book.close()
        except FileCreateError as error:
            raise OSError(*error.args[0].args) from error

    def abandon(self) -> None:
        # only closing lets go of the file in which rows wait, so the unfinished book is written once more
        if not self._closed:
            with suppress(OSError):
                self.close()


def cut_off(texts: int) -> str:
    """That so many texts of an Excel file are not whole."""
    are = "1 text is" if texts == 1 else f"{texts:,} texts are"
    return f"{are} cut off: an Excel cell holds {EXCEL_TEXT:,} characters. CSV, JSON and Parquet have all of them."


def title_of(name: str) -> str:
    """A name of a column or dataset as a heading for people: `estimated_hours` is "Estimated hours"."""
    words = name.replace("_", " ").replace("organization", "organisation").strip()
    return words[:1].upper() + words[1:]


def _python_values(column: pa.Array[Any]) -> list[Any]:
    """The values of a column; instants to the microsecond, which Python's hold."""
    if kinds.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return column.to_pylist()


def _width(title: str, kind: pa.DataType) -> int:
    least = 24 if kinds.is_timestamp(kind) or is_text(kind) else 12
    return min(max(least, len(title) + 4), _WIDEST)


def _json(value: Any) -> str:
    match value:
        case Decimal():
            return format(value, "f")
        case datetime() if value.tzinfo:
            return f'"{value.astimezone(UTC).isoformat().removesuffix("+00:00")}Z"'
    return to_text(value)


def _survives_as_float(value: Decimal | float | int) -> bool:
    return Decimal(repr(float(value))) == value
