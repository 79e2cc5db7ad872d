"""Opens files of rows by their form: CSV, JSON lines or Parquet. Amounts never become floats on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchflow.errors import SourceError
from orchflow.ingest.sources.csv_file import CsvFile
from orchflow.ingest.sources.json_lines import JsonLinesFile
from orchflow.ingest.sources.opened import FAULT, LINE, OpenFile, WholeRows, whole

ROWS = 50_000


@contextmanager
def open_file(path: Path, wanted: Collection[str] = (), encoding: str | None = None) -> Iterator[OpenFile]:
    """Open `path` by its suffix (.csv, .tsv, .jsonl, .ndjson, .parquet; text may be .gz); SourceError when it is bad.

    `wanted` are names of columns by which its heading is found, `encoding` how its letters are written where known.
    """
    suffix = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    form = _FORMS.get(suffix.lower())
    if suffix.lower() in _SPREADSHEETS:
        raise SourceError(
            f"{path} is a spreadsheet, which keeps fifteen digits of an amount and no zone of a time",
            "Have it written as CSV or Parquet by who tells it, or save the sheet as CSV.",
        )
    if form is None:
        raise SourceError(
            f"{path} is none of CSV, JSON lines and Parquet, going by its name",
            "Name it .csv, .tsv, .jsonl or .parquet (CSV and JSON lines may end in .gz).",
        )
    with closing(form(path, wanted, encoding)) as opened:
        yield opened


def _holds_texts(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _holds_texts(kind.value_type)
    return any(
        is_text(kind)
        for is_text in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_binary_view,
        )
    )


def _plain(table: pa.Table) -> pa.Table:
    for place, field in enumerate(table.schema):
        if _holds_texts(field.type) and not pa.types.is_string(field.type):
            with suppress(pa.ArrowInvalid):  # bytes that are no text stay bytes
                table = table.set_column(place, field.name, table.column(place).cast(pa.string()))
    return table


class _ParquetFile(WholeRows):
    """Parquet; the values keep their types, texts in whatever form become plain ones."""

    what = "a whole Parquet file"
    point = True

    def __init__(self, path: Path, _wanted: Collection[str], _encoding: str | None) -> None:
        self._path = path
        self.notes: list[str] = []
        with whole(path, self.what):
            self._file = pq.ParquetFile(path)
        self.columns: Sequence[str] = self._file.schema_arrow.names

    @property
    def commas(self) -> bool:
        """Whether it has texts at all."""
        return any(_holds_texts(field.type) for field in self._file.schema_arrow)

    def close(self) -> None:
        """Close it."""
        self._file.close()

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield the rows; see `OpenFile`."""
        row = 1
        with whole(self._path, self.what):
            for batch in self._file.iter_batches(batch_size=ROWS, columns=list(columns)):
                table = _plain(pa.Table.from_batches([batch]))
                lines = pa.array(range(row, row + table.num_rows), pa.int64())
                row += table.num_rows
                table = table.append_column(LINE, lines)
                yield table.append_column(FAULT, pa.nulls(table.num_rows, pa.string()))


_SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
_FORMS: Mapping[str, Callable[[Path, Collection[str], str | None], OpenFile]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), CsvFile),
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), JsonLinesFile),
    **dict.fromkeys((".parquet", ".pq"), _ParquetFile),
}
