"""Read text files as tables, whatever encoding and separator they came with."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from orchflow.planning.exchange.records import unreadable
from orchflow.planning.exchange.spreadsheet import MOST_COLUMNS, MOST_ROWS, read_sheet

MOST_BYTES: Final = 100_000_000
GUESSED: Final = "cp1252"
"""The encoding of a text that does not say its own and is not UTF-8."""
SEPARATORS: Final = (",", ";", "\t", "|")

EXCEL: Final = b"PK\x03\x04"
"""How an Excel file begins."""

csv.field_size_limit(MOST_BYTES)  # a field of megabytes is refused by its own rule, at its own row


@dataclass(frozen=True)
class Table:
    """A heading and rows below it, each with its number as a spreadsheet shows it.

    Rows without any content are left out; short ones are filled up. `encoding` is empty for Excel.
    """

    heading: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]
    encoding: str = ""
    overlong: tuple[int, ...] = ()
    """Rows with more cells than the heading: most likely a separator within a text without quotes."""

    @property
    def excel(self) -> bool:
        """Whether the cells are typed."""
        return not self.encoding

    def labels(self, fields: Sequence[str | None]) -> dict[str, str]:
        """Field → the first column that holds it; `fields` says of each column what it holds (None: nothing)."""
        return {
            field: column for field, column in zip(fields[::-1], self.heading[::-1], strict=True) if field
        }

    def cells(self, fields: Sequence[str | None]) -> Iterator[tuple[int, dict[str, list[Any]]]]:
        """The number of each row, and field → its cells that hold something."""
        for number, row in self.rows:
            cells: dict[str, list[Any]] = {field: [] for field in fields if field}
            for field, cell in zip(fields, row, strict=True):
                if field and _content(cell):
                    cells[field].append(cell)
            yield number, cells

    def first_cells(self, fields: Sequence[str | None]) -> Iterator[tuple[int, dict[str, Any]]]:
        """The same with one cell for each field: the first that holds something, else None."""
        for number, cells in self.cells(fields):
            yield number, {field: some[0] if some else None for field, some in cells.items()}


def read_table(
    data: bytes, filename: str, known: Callable[[str], bool], encoding: str | None = None
) -> Table:
    """The table of a CSV or Excel file; `known` says of a column's name whether it means something here.

    UsageError when the file cannot be read as a table at all.
    """
    refuse_too_large(len(data), filename)
    if data[:4] == EXCEL:
        return _table(read_sheet(data, filename), filename)
    if data[:8] == bytes.fromhex("d0cf11e0a1b11ae1"):
        raise unreadable(
            filename, "it is an old or protected Excel file", "Save it as .xlsx without a password."
        )
    text, encoding = decoded(data, filename, encoding)
    separator = _separator(text, known)
    try:
        reader = csv.reader(io.StringIO(_without_hint(text), newline=""), delimiter=separator)
        cells = []
        for row in reader:
            cells.append(row)
            if len(cells) > MOST_ROWS:
                raise unreadable(
                    filename, f"it has more than {MOST_ROWS:,} rows", "Split it into several files."
                )
    except csv.Error as error:
        raise unreadable(
            filename, f"row {len(cells) + 1}: {error}", "Save it again as CSV (UTF-8)."
        ) from None
    return _table(cells, filename, encoding)


def refuse_too_large(size: int, filename: str) -> None:
    """UsageError for a file of more bytes than a plan can have."""
    if size > MOST_BYTES:
        raise unreadable(filename, f"it has {size / 1e6:,.0f} MB", "Split it into several files.")


def decoded(data: bytes, filename: str, encoding: str | None = None) -> tuple[str, str]:
    """The text of a file and its encoding: the one that is said, or by its mark, else UTF-8 if it is that, else GUESSED."""
    encodings = ["utf-8", GUESSED]
    if encoding:
        encodings = [encoding]
    elif data.startswith(codecs.BOM_UTF8):
        encodings = ["utf-8-sig"]
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\x00" in data[:1_000]:
        even, odd = data[:1_000:2].count(0), data[1:1_000:2].count(0)
        encodings = ["utf-16-le" if odd > even else "utf-16-be"]
    for candidate in encodings:
        try:
            text = data.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\x00" not in text[:1_000]:
            return text, candidate
    tried = encoding or "UTF-8, UTF-16 or Windows-1252"
    raise unreadable(filename, f"it is not text in {tried}", "Save it as CSV (UTF-8) or .xlsx.")


def _without_hint(text: str) -> str:
    """Without the line `sep=;` by which some programs tell Excel their separator."""
    first, _, rest = text.partition("\n")
    return rest if len(first.strip()) == 5 and first.lower().startswith("sep=") else text


def _separator(text: str, known: Callable[[str], bool]) -> str:
    first = text.partition("\n")[0].strip("\r")
    if len(first) == 5 and first.lower().startswith("sep=") and first[4] in SEPARATORS:
        return first[4]

    def score(separator: str) -> tuple[int, int]:
        try:
            heading = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        except csv.Error:
            return 0, 0
        return sum(known(name) for name in heading), len(heading)

    return max(SEPARATORS, key=score)


def _table(cells: list[list[Any]], filename: str, encoding: str = "") -> Table:
    filled = [
        (number, row) for number, row in enumerate(cells, start=1) if any(_content(cell) for cell in row)
    ]
    if not filled:
        raise unreadable(filename, "it is empty", "Choose a file with a heading and rows below it.")
    heading = [str(cell).strip() if cell is not None else "" for cell in filled[0][1]]
    while heading and not heading[-1]:
        heading.pop()
    if len(heading) > MOST_COLUMNS:
        raise unreadable(filename, f"it has {len(heading):,} columns", f"At most {MOST_COLUMNS} are read.")
    width = len(heading)
    rows = tuple((number, tuple((*row, *([None] * width))[:width])) for number, row in filled[1:])
    overlong = tuple(number for number, row in filled[1:] if any(_content(cell) for cell in row[width:]))
    return Table(tuple(heading), rows, encoding, overlong)


def _content(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))
