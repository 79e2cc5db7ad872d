"""Reads CSV, JSON lines and Parquet in pieces of some ten thousand rows, without turning amounts into floats."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Protocol, Self, cast

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from orchflow.encoding import to_text
from orchflow.errors import SourceError
from orchflow.table_files.formulas import unescape_column

ROWS = 50_000
BLOCK_BYTES = 8 << 20
HEADER_LINES = 1000
DELIMITERS = ",;\t|"


class OpenFile(AbstractContextManager["OpenFile"], Protocol):
    """An open file of rows."""

    columns: Sequence[str]

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield the rows, only these columns, in order. SourceError when the file turns out to be damaged."""
        ...


def open_file(path: Path) -> OpenFile:
    """Open `path` by its suffix (.csv, .tsv, .jsonl, .ndjson, .parquet; text may be .gz); SourceError when it is bad."""
    suffix = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    try:
        match suffix.lower():
            case ".csv" | ".tsv" | ".txt":
                return _Csv(path)
            case ".jsonl" | ".ndjson" | ".json":
                return _JsonLines(path)
            case ".parquet" | ".pq":
                return _Parquet(path)
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror or error}", "Check the file and its permissions."
        ) from None
    raise SourceError(
        f"{path} is none of CSV, JSON lines and Parquet, going by its name",
        "Name it .csv, .tsv, .jsonl or .parquet (CSV and JSON lines may end in .gz).",
    )


class _Closing:
    """Closes `_stream` at the end of a with block."""

    _stream: IO[bytes]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()


class _Csv(_Closing):
    """CSV with a header line; the delimiter is the one the header uses most. Every value stays text.

    An apostrophe that keeps a text from being a spreadsheet's formula is no part of it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with _text(path) as lines:
            try:
                header = lines.readline()
            except (UnicodeDecodeError, EOFError, OSError) as error:
                raise _damaged(path, "CSV in UTF-8", error) from None
        self._delimiter = max(DELIMITERS, key=header.count)
        self.columns: Sequence[str] = next(csv.reader([header], delimiter=self._delimiter), [])
        self._stream = _bytes(path)

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        short: list[int] = []

        def uneven(row: pa_csv.InvalidRow) -> Literal["skip"]:
            short.append(row.actual_columns)
            return "skip"

        try:
            reader = pa_csv.open_csv(
                self._stream,
                read_options=pa_csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=uneven
                ),
                convert_options=pa_csv.ConvertOptions(
                    include_columns=list(columns),
                    column_types=dict.fromkeys(self.columns, pa.string()),
                    null_values=[""],
                    strings_can_be_null=True,
                ),
            )
            for batch in reader:
                if batch.num_rows:
                    texts = pa.Table.from_batches([batch])
                    plain = [unescape_column(column) for column in texts.columns]
                    yield pa.Table.from_arrays(plain, names=texts.column_names)
                if short:
                    yield _unreadable(columns, [f"{self._path.name}: a row with {n} values" for n in short])
                    short.clear()
        except (pa.ArrowInvalid, UnicodeDecodeError, EOFError, OSError) as error:
            if "Empty CSV" in str(error):
                return
            raise _damaged(self._path, "CSV in UTF-8", error) from None
        if short:
            yield _unreadable(columns, [f"{self._path.name}: a row with {n} values" for n in short])


class _JsonLines(_Closing):
    """One JSON object a line; the columns are those of its first thousand lines. Numbers stay as they are written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        names: dict[str, None] = {}
        with _text(path) as lines:
            try:
                for line, _ in zip(lines, range(HEADER_LINES), strict=False):
                    parsed = _object(line)
                    names.update(dict.fromkeys(parsed or ()))
            except (UnicodeDecodeError, EOFError, OSError) as error:
                raise _damaged(path, "JSON lines in UTF-8", error) from None
        if not names and path.stat().st_size:
            raise SourceError(
                f"{path} is not JSON lines: none of its first lines is a JSON object",
                "Write one object a line, without brackets around them and commas between them.",
            )
        self.columns: Sequence[str] = list(names)
        self._stream = _bytes(path)

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        rows: list[dict[str, str | None]] = []
        unreadable: list[str] = []
        try:
            with io.TextIOWrapper(self._stream, encoding="utf-8-sig") as lines:
                for number, line in enumerate(lines, 1):
                    if not line.strip():
                        continue
                    parsed = _object(line)
                    if parsed is None:
                        unreadable.append(f"{self._path.name}: line {number}")
                    else:
                        rows.append({name: _written(parsed.get(name)) for name in columns})
                    if len(rows) >= ROWS:
                        yield _strings(columns, rows)
                        rows = []
        except (UnicodeDecodeError, EOFError, OSError) as error:
            raise _damaged(self._path, "JSON lines in UTF-8", error) from None
        if rows:
            yield _strings(columns, rows)
        if unreadable:
            yield _unreadable(columns, unreadable)


class _Parquet(_Closing):
    """Parquet; the values keep their types."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = path.open("rb")
        try:
            self._file = pq.ParquetFile(self._stream)
        except (pa.ArrowException, OSError) as error:
            self._stream.close()
            raise _damaged(path, "a whole Parquet file", error) from None
        self.columns: Sequence[str] = self._file.schema_arrow.names

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        try:
            for batch in self._file.iter_batches(batch_size=ROWS, columns=list(columns)):
                yield pa.Table.from_batches([batch])
        except (pa.ArrowException, OSError) as error:
            raise _damaged(self._path, "a whole Parquet file", error) from None


def _damaged(path: Path, what: str, error: Exception) -> SourceError:
    said = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
    return SourceError(
        f"{path} is not {what}: {said}",
        "It was probably copied only in part or saved otherwise: write it again and run again. Nothing was lost.",
    )


def _bytes(path: Path) -> IO[bytes]:
    if path.suffix.lower() == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def _text(path: Path) -> IO[str]:
    return io.TextIOWrapper(_bytes(path), encoding="utf-8-sig", newline="")


def _object(line: str) -> dict[str, object] | None:
    try:
        parsed = json.loads(line, parse_float=Decimal)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _written(value: object) -> str | None:
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case int():
            return str(value)
    return to_text(value)


def _strings(columns: Sequence[str], rows: list[dict[str, str | None]]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in columns})


def _unreadable(columns: Sequence[str], places: list[str]) -> pa.Table:
    """Rows that hold nothing but where they stand, in their first column: loading sets them aside and names the place."""
    empty = {name: pa.nulls(len(places), pa.string()) for name in columns[1:]}
    return pa.table({columns[0]: pa.array(places, pa.string()), **empty})
