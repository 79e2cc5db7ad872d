"""Paste into a sheet: the clipboard's text becomes waiting edits, cell by cell, and nothing of it is lost in silence.

The browser's grid drops what does not fit without a word, and cannot paste at all on a page without HTTPS. So the page
listens itself (`sheet_watch.py`) and hands over the text and where it was pasted. No streamlit here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import zip_longest

from pydantic import NonNegativeInt
from pydantic.dataclasses import dataclass

from orchflow.store.moments import slash_orders
from orchflow.store.written import Refused
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.sheet_stage import NEW, SheetRow, Stage

LARGEST = 2_000_000
MOST_ROWS = 2_000
_CELL = re.compile(r'(?:"((?:[^"]|"")*+)"(?=[\t\n]|\Z)|([^\t\n]*))(\t|\n|\Z)')
"""What stands in quotes that end with the cell, else as it is written; and what ends the cell. A lone quote is a letter."""


@dataclass(frozen=True)
class Pasted:
    """Text pasted with the cell in the sheet's `row` (from 0) under the heading `label` selected.

    `rows` and `labels` are the whole selection: one value pasted on many cells fills them; `round` is the grid's.
    """

    text: str
    row: NonNegativeInt
    label: str
    rows: int = 1
    labels: tuple[str, ...] = ()
    round: int = 0


def cells_of(text: str) -> list[list[str]]:
    """The cells of text from a spreadsheet: tabs between them, lines as rows, quotes around what holds either."""
    rows: list[list[str]] = [[]]
    for cell in _CELL.finditer(text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")):
        quoted, bare, end = cell.groups()
        rows[-1].append(bare if quoted is None else quoted.replace('""', '"'))
        if not end:
            break
        if end == "\n":
            rows.append([])
    return rows


def paste(
    stage: Stage, pasted: Pasted, shown: Sequence[SheetRow], columns: Mapping[str, GridColumn], *, may_add: bool
) -> None:  # fmt: skip
    """Let the pasted cells wait in `stage`. What falls outside, and cells that cannot be changed, are told in `lost`.

    Rows past the last one are new rows where they may be added.
    """
    headings = [column.heading for column in columns.values()]
    if len(pasted.text) > LARGEST:
        lost = f"The clipboard holds more than {LARGEST:,} characters; import it as a file instead."
    elif pasted.label not in headings:
        lost = f"Nothing was pasted: {pasted.label or 'the selected cell'} is not a column of this sheet."
    elif len(table := cells_of(pasted.text)) > MOST_ROWS:
        lost = f"{len(table):,} rows were pasted; at most {MOST_ROWS:,} fit at once. Import a file instead."
    else:
        if len(table) == len(table[0]) == 1:
            table = [table[0] * max(len(pasted.labels), 1)] * min(max(pasted.rows, 1), MOST_ROWS)
        lost = ""
        names = list(columns)[headings.index(pasted.label) :]
        _days(table, names, columns)
        for place, line in enumerate(table, start=pasted.row):
            below = place >= len(shown)
            if below and not any(cell.strip() for cell in line):
                continue
            if below and not may_add:
                left = len(table) + pasted.row - place
                lost = f"{left} pasted rows lie below the last row; you may not add rows."
                break
            row = None if below else shown[place]
            _line(stage, row, stage.add() if row is None else row.key, names[: len(line)], line, columns)
    if lost:
        stage.lost.append(lost)


def _days(table: list[list[str]], names: Sequence[str], columns: Mapping[str, GridColumn]) -> None:
    """Write days with slashes, of which the others of their column tell the order, as what they are."""
    places = [place for place, name in enumerate(names) if columns[name].kind == "day"]
    written = [*zip_longest(*table, fillvalue="")]
    orders = slash_orders({names[place]: written[place] for place in places if place < len(written)})
    for line in table:
        for place in places:
            if place < len(line) and (order := orders.get(names[place])):
                with suppress(Refused):
                    value = columns[names[place]].read(line[place], order)
                    line[place] = "" if value is None else value.isoformat()


def _line(
    stage: Stage, row: SheetRow | None, key: str, names: Sequence[str], line: Sequence[str],
    columns: Mapping[str, GridColumn],
) -> None:  # fmt: skip
    where = row.title if row is not None and row.title else "a new row"
    for name, text in zip(names, line, strict=False):
        column = columns[name]
        if not column.editable:
            if row is None or text.strip() != column.shown(row.values.get(name)):
                stage.lost.append(
                    f"{where}: {column.heading} cannot be changed here; {text[:60]!r} was left out."
                )
        elif row is None or key.startswith(NEW):
            if text.strip():
                stage.put_new(key, name, text)
        else:
            stage.put(row, name, text)
    if len(line) > len(names) and any(text.strip() for text in line[len(names) :]):
        stage.lost.append(
            f"{where}: {len(line) - len(names)} cells lie right of the last column and were left out."
        )
