"""Paste into a sheet: the clipboard's text becomes waiting edits, cell by cell, and nothing of it is lost in silence.

The browser's grid drops what does not fit without a word, and cannot paste at all on a page without HTTPS. So the page
listens itself (`paste_assets/paste.js`) and hands over the text and where it was pasted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from orchflow.ui.grid_values import GridColumn
from orchflow.ui.own_component import own_component
from orchflow.ui.sheet_stage import NEW, SheetRow, Stage

LARGEST = 2_000_000
MOST_ROWS = 2_000


@dataclass(frozen=True)
class Pasted:
    """Text pasted with the cell in the sheet's `row` (from 0) under the heading `label` selected.

    `rows` and `labels` are the whole selection: one value pasted on many cells fills them.
    """

    text: str
    row: int
    label: str
    rows: int = 1
    labels: tuple[str, ...] = ()


def listen(
    sheet: str,
    *,
    key: str,
    on_paste: Callable[[Pasted], None],
    on_act: Callable[[str, int, int], None] | None,
) -> None:
    """Call `on_paste`, before the script runs, with what is pasted into the grid in the container `sheet`.

    Alt+Shift with an arrow key calls `on_act` with up, down, in or out, the first selected row and how many there are.
    """

    def pasted() -> None:
        found = _pasted(st.session_state[key].pasted)
        if found is not None:
            on_paste(found)

    def acted() -> None:
        sent = st.session_state[key].acted
        if on_act is not None and isinstance(sent, dict) and sent.get("act") in ("up", "down", "in", "out"):
            row, rows = sent.get("row"), sent.get("rows")
            if isinstance(row, int) and isinstance(rows, int) and row >= 0:
                on_act(sent["act"], row, min(max(rows, 1), MOST_ROWS))

    data = {"sheet": sheet, "acts": on_act is not None}
    own_component("paste")(key=key, data=data, on_pasted_change=pasted, on_acted_change=acted)


def cells_of(text: str) -> list[list[str]]:
    """The cells of text from a spreadsheet: tabs between them, lines as rows, quotes around what holds either."""
    rows: list[list[str]] = []
    row: list[str] = []
    cell: list[str] = []
    quoted = False
    text = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    at = 0
    while at < len(text):
        letter = text[at]
        if quoted:
            if letter == '"' and text[at + 1 : at + 2] == '"':
                cell.append('"')
                at += 1
            elif letter == '"':
                quoted = False
            else:
                cell.append(letter)
        elif letter == '"' and not cell and _closes(text, at):
            quoted = True
        elif letter == "\t":
            row.append("".join(cell))
            cell = []
        elif letter == "\n":
            rows.append([*row, "".join(cell)])
            row, cell = [], []
        else:
            cell.append(letter)
        at += 1
    return [*rows, [*row, "".join(cell)]]


def paste(
    stage: Stage, pasted: Pasted, shown: Sequence[SheetRow], columns: Mapping[str, GridColumn], *, may_add: bool
) -> None:  # fmt: skip
    """Let the pasted cells wait in `stage`. What falls outside, and cells that cannot be changed, are told in `lost`.

    Rows past the last one are new rows where they may be added.
    """
    if len(pasted.text) > LARGEST:
        stage.lost.append(
            f"The clipboard holds more than {LARGEST:,} characters; import it as a file instead."
        )
        return
    order = list(columns)
    start = next((at for at, name in enumerate(order) if columns[name].heading == pasted.label), None)
    if start is None:
        stage.lost.append(
            f"Nothing was pasted: {pasted.label or 'the selected cell'} is not a column of this sheet."
        )
        return
    table = cells_of(pasted.text)
    if len(table) > MOST_ROWS:
        stage.lost.append(
            f"{len(table):,} rows were pasted; at most {MOST_ROWS:,} fit at once. Import a file instead."
        )
        return
    if len(table) == 1 and len(table[0]) == 1:
        table = [table[0] * max(len(pasted.labels), 1)] * max(pasted.rows, 1)
    for down, line in enumerate(table):
        place = pasted.row + down
        if not any(cell.strip() for cell in line) and place >= len(shown):
            continue
        if place >= len(shown) and not may_add:
            stage.lost.append(
                f"{len(table) - down} pasted rows lie below the last row; you may not add rows."
            )
            return
        row = shown[place] if place < len(shown) else None
        key = row.key if row is not None else stage.add()
        _line(stage, row, key, order[start : start + len(line)], line, columns)


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
            stage.put(stage.bases.get(key, row), name, text)
    if len(line) > len(names) and any(text.strip() for text in line[len(names) :]):
        stage.lost.append(
            f"{where}: {len(line) - len(names)} cells lie right of the last column and were left out."
        )


def _closes(text: str, at: int) -> bool:
    """Whether the quote at `at` has a partner that ends its cell; else it is a quote that somebody wrote."""
    end = at + 1
    while (end := text.find('"', end)) != -1:
        if text[end + 1 : end + 2] == '"':
            end += 2
            continue
        return text[end + 1 : end + 2] in ("", "\t", "\n")
    return False


def _pasted(sent: Any) -> Pasted | None:
    """What the browser sent; None for anything that is not a paste."""
    if not isinstance(sent, dict):
        return None
    text, row, label = sent.get("text"), sent.get("row"), sent.get("label")
    rows, labels = sent.get("rows", 1), sent.get("labels", [])
    if not (isinstance(text, str) and isinstance(row, int) and isinstance(label, str) and row >= 0):
        return None
    many = min(rows, MOST_ROWS) if isinstance(rows, int) else 1
    wide = tuple(str(part) for part in labels[:100]) if isinstance(labels, list) else ()
    return Pasted(text, row, label, many, wide)
