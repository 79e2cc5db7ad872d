"""Read text files as tables, whatever encoding and separator they came with."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from orchflow.planning.exchange.encodings import EXCEL, OLD_EXCEL, Text, decoded
from orchflow.planning.exchange.heading import filled, heading_at
from orchflow.planning.exchange.records import unreadable
from orchflow.planning.exchange.spreadsheet import MOST_COLUMNS, MOST_ROWS, read_sheet

MOST_BYTES: Final = 100_000_000
SEPARATORS: Final = (",", ";", "\t", "|")

_LOOKED_AT: Final = 1_000_000

csv.field_size_limit(MOST_BYTES)  # a field of megabytes is refused by its own rule, at its own row


@dataclass(frozen=True)
class Table:
    """A heading and rows below it, each with its number as a spreadsheet shows it.

    Rows without any content are left out; short ones are filled up. `text` is None for Excel, `above` are the rows
    before the heading.
    """

    heading: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]
    text: Text | None = None
    above: tuple[int, ...] = ()
    overlong: tuple[int, ...] = ()
    """Rows with more cells than the heading: most likely a separator within a text without quotes."""
    epoch: datetime | None = None
    """From when on a spreadsheet counts its days."""
    others: tuple[str, ...] = ()
    """The other sheets of the file."""
    top: int = 1
    """The row of the heading."""
    again: tuple[int, ...] = ()
    """Rows that are the heading once more, and the titles above these."""

    @property
    def excel(self) -> bool:
        """Whether the cells are typed."""
        return self.text is None

    def labels(self, fields: Sequence[str | None]) -> dict[str, str]:
        """Field → the first column that holds it; `fields` says of each column what it holds (None: nothing)."""
        return {
            field: column for field, column in zip(fields[::-1], self.heading[::-1], strict=True) if field
        }

    def unread(
        self, fields: Sequence[str | None], several: Callable[[str], bool] = lambda _: False
    ) -> list[str]:
        """The columns of which some row holds something that is not read: they have no field, or a field that an earlier
        column has, unless it takes `several`."""
        full = []
        for place, field in enumerate(fields):
            before = [at for at in range(place) if field and fields[at] == field]
            if field and (not before or several(field)):
                continue
            if any(
                filled(row[place]) and _more(row[place], [row[at] for at in before]) for _, row in self.rows
            ):
                full.append(place)
        return list(dict.fromkeys(self.heading[place] or f"column {place + 1}" for place in full))

    def namesakes(self, fields: Sequence[str | None]) -> Iterator[tuple[str, str]]:
        """Columns that hold the same field as an earlier one whose name differs at most in its capitals, and that one."""
        first: dict[tuple[str, str], str] = {}
        for column, field in zip(self.heading, fields, strict=True):
            if field and (before := first.setdefault((column.casefold(), field), column)) is not column:
                yield column, before

    def cells(self, fields: Sequence[str | None]) -> Iterator[tuple[int, dict[str, list[Any]]]]:
        """The number of each row, and field → its cells that hold something."""
        for number, row in self.rows:
            cells: dict[str, list[Any]] = {field: [] for field in fields if field}
            for field, cell in zip(fields, row, strict=True):
                if field and filled(cell):
                    cells[field].append(cell)
            yield number, cells

    def first_cells(self, fields: Sequence[str | None]) -> Iterator[tuple[int, dict[str, Any]]]:
        """The same with one cell for each field: the first that holds something, else None."""
        for number, cells in self.cells(fields):
            yield number, {field: some[0] if some else None for field, some in cells.items()}


def _more(cell: Any, before: Sequence[Any]) -> bool:
    """Whether a cell says something else than the first filled one of those before it."""
    first = next((each for each in before if filled(each)), None)
    return not before or (first is not None and first != cell)


def read_table(
    data: bytes, filename: str, known: Callable[[str], bool], encoding: str | None = None
) -> Table:
    """The table of a CSV or Excel file; `known` says of a column's name whether it means something here.

    UsageError when the file cannot be read as a table at all.
    """
    refuse_too_large(len(data), filename)
    if data.startswith(EXCEL):
        sheet = read_sheet(data, filename, known)
        return replace(_table(sheet.cells, filename, known), epoch=sheet.epoch, others=sheet.others)
    if data.startswith(OLD_EXCEL):
        raise unreadable(
            filename, "it is an old or protected Excel file", "Save it as .xlsx without a password."
        )
    return table_in(decoded(data, filename, encoding), filename, known)


def table_in(text: Text, filename: str, known: Callable[[str], bool]) -> Table:
    """The same of a text."""
    reader = csv.reader(
        io.StringIO(_without_hint(text.content), newline=""), delimiter=_separator(text.content, known)
    )
    cells = []
    try:
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
    return _table(cells, filename, known, text)


def refuse_too_large(size: int, filename: str) -> None:
    """UsageError for a file of more bytes than a plan can have."""
    if size > MOST_BYTES:
        raise unreadable(filename, f"it has {size / 1e6:,.0f} MB", "Split it into several files.")


def _without_hint(text: str) -> str:
    """Without the line `sep=;` by which some programs tell Excel their separator."""
    first, _, rest = text.partition("\n")
    return rest if len(first.strip()) == 5 and first.lower().startswith("sep=") else text


def _separator(text: str, known: Callable[[str], bool]) -> str:
    first = text.partition("\n")[0].strip("\r")
    if len(first) == 5 and first.lower().startswith("sep=") and first[4] in SEPARATORS:
        return first[4]

    def score(separator: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(text[:_LOOKED_AT], newline=""), delimiter=separator)
        try:
            some = list(islice(rows, 40))
        except csv.Error:
            return 0, 0
        place, known_names = heading_at(some, known)
        return known_names, len(some[place]) if some else 0

    return max(SEPARATORS, key=score)


def _table(
    cells: list[list[Any]], filename: str, known: Callable[[str], bool], text: Text | None = None
) -> Table:
    rows = [(number, row) for number, row in enumerate(cells, start=1) if any(filled(cell) for cell in row)]
    if not rows:
        raise unreadable(filename, "it is empty", "Choose a file with a heading and rows below it.")
    place, _ = heading_at([row for _, row in rows], known)
    heading = [str(cell).strip() if cell is not None else "" for cell in rows[place][1]]
    while heading and not heading[-1]:
        heading.pop()
    if len(heading) > MOST_COLUMNS:
        raise unreadable(filename, f"it has {len(heading):,} columns", f"At most {MOST_COLUMNS} are read.")
    width = len(heading)
    again = _again(rows[place:], width)
    below = [row for row in rows[place + 1 :] if row[0] not in again]
    filled_up = tuple((number, tuple((*row, *([None] * width))[:width])) for number, row in below)
    overlong = tuple(number for number, row in below if any(filled(cell) for cell in row[width:]))
    above = tuple(number for number, _ in rows[:place])
    return Table(
        tuple(heading), filled_up, text, above, overlong, top=rows[place][0], again=tuple(sorted(again))
    )


def _again(rows: Sequence[tuple[int, Sequence[Any]]], width: int) -> set[int]:
    """The rows that are the first one, the heading of `width` columns, once more, each with the one above it if that is a
    title of what follows: alone in its row, below an empty one."""
    heading = rows[0][1][:width]
    again = set()
    for place in (place for place in range(1, len(rows)) if rows[place][1][:width] == heading):
        again.add(rows[place][0])
        above, cells = rows[place - 1]
        if width > 1 and place > 1 and above > rows[place - 2][0] + 1 and sum(map(filled, cells)) == 1:
            again.add(above)
    return again
