"""Reads CSV, JSON lines and Parquet in pieces of some ten thousand rows, without turning amounts into floats."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import IO, ClassVar, Literal, Protocol, cast

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


class OpenFile(Protocol):
    """An open file of rows."""

    columns: Sequence[str]

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield the rows, only these columns, in order. SourceError when the file turns out to be damaged."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


@contextmanager
def open_file(path: Path) -> Iterator[OpenFile]:
    """Open `path` by its suffix (.csv, .tsv, .jsonl, .ndjson, .parquet; text may be .gz); SourceError when it is bad."""
    suffix = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    form = _FORMS.get(suffix.lower())
    if form is None:
        raise SourceError(
            f"{path} is none of CSV, JSON lines and Parquet, going by its name",
            "Name it .csv, .tsv, .jsonl or .parquet (CSV and JSON lines may end in .gz).",
        )
    try:
        opened = form(path)
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror or error}", "Check the file and its permissions."
        ) from None
    with closing(opened):
        yield opened


class _File:
    """A file in the form `what`."""

    what: ClassVar[str]
    _stream: IO[bytes]

    def __init__(self, path: Path) -> None:
        self._path = path

    def close(self) -> None:
        self._stream.close()

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Say of a file that cannot be read to its end what is wrong with it."""
        try:
            yield
        except (pa.ArrowException, UnicodeDecodeError, EOFError, OSError) as error:
            said = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
            raise SourceError(
                f"{self._path} is not {self.what}: {said}",
                "It was probably copied only in part or saved otherwise: write it again and run again. Nothing was lost.",
            ) from None


class _Csv(_File):
    """CSV with a header line; the delimiter is the one the header uses most. Every value stays text.

    An apostrophe that keeps a text from being a spreadsheet's formula is no part of it.
    """

    what = "CSV in UTF-8"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with _text(path) as lines, self._whole():
            header = lines.readline()
        self._delimiter = max(DELIMITERS, key=header.count)
        self.columns: Sequence[str] = next(csv.reader([header], delimiter=self._delimiter), [])
        self._stream = _bytes(path)

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        if not self.columns:
            return
        short: list[int] = []

        def uneven(row: pa_csv.InvalidRow) -> Literal["skip"]:
            short.append(row.actual_columns)
            return "skip"

        reading = pa_csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False)
        parsing = pa_csv.ParseOptions(
            delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=uneven
        )
        converting = pa_csv.ConvertOptions(
            include_columns=list(columns),
            column_types=dict.fromkeys(self.columns, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        )
        with self._whole():
            for batch in pa_csv.open_csv(self._stream, reading, parsing, converting):
                if batch.num_rows:
                    texts = pa.Table.from_batches([batch])
                    plain = [unescape_column(column) for column in texts.columns]
                    yield pa.Table.from_arrays(plain, names=texts.column_names)
                if short:
                    yield _unreadable(columns, [f"{self._path.name}: a row with {n} values" for n in short])
                    short.clear()
        if short:
            yield _unreadable(columns, [f"{self._path.name}: a row with {n} values" for n in short])


class _JsonLines(_File):
    """One JSON object a line; the columns are those of its first thousand lines. Numbers stay as they are written."""

    what = "JSON lines in UTF-8"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        names: dict[str, None] = {}
        with _text(path) as lines, self._whole():
            for line, _ in zip(lines, range(HEADER_LINES), strict=False):
                names.update(dict.fromkeys(_object(line) or ()))
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
        with self._whole(), io.TextIOWrapper(self._stream, encoding="utf-8-sig") as lines:
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
        if rows:
            yield _strings(columns, rows)
        if unreadable:
            yield _unreadable(columns, unreadable)


class _Parquet(_File):
    """Parquet; the values keep their types."""

    what = "a whole Parquet file"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._stream = path.open("rb")
        try:
            with self._whole():
                self._file = pq.ParquetFile(self._stream)
        except SourceError:
            self.close()
            raise
        self.columns: Sequence[str] = self._file.schema_arrow.names

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        with self._whole():
            for batch in self._file.iter_batches(batch_size=ROWS, columns=list(columns)):
                yield pa.Table.from_batches([batch])


_FORMS: Mapping[str, Callable[[Path], OpenFile]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), _Csv),
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), _JsonLines),
    **dict.fromkeys((".parquet", ".pq"), _Parquet),
}


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
