"""What the browser's grid says was written in it, and what it is to show: by position there, by the row's key here.

No streamlit here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any, TypeAlias

from orchflow.store.written import Refused
from orchflow.ui.grid_values import GridColumn, blank, same
from orchflow.ui.sheet_stage import ABSENT, FIRST, NEW, SheetRow, Stage

CHOSEN = "_chosen"
"""The column of ticks: which rows the next action is for. Never an edit."""
NOTHING: Mapping[str, Any] = MappingProxyType({})
Cell: TypeAlias = tuple[int, str]
"""A cell of the browser's grid: the position of its row, from 0, and its column."""


def written(held: Mapping[str, Any] | None) -> dict[Cell, Any]:
    """What the browser's grid says it holds, cell by cell."""
    rows = (held or {}).get("edited_rows", {})
    return {(int(at), column): value for at, cells in rows.items() for column, value in cells.items()}


def hear(
    stage: Stage, now: Mapping[Cell, Any], before: Mapping[Cell, Any], shown: Sequence[SheetRow],
    given: Sequence[Mapping[str, Any]], columns: Mapping[str, GridColumn],
) -> None:  # fmt: skip
    """Let wait what was written since the grid held `before`; `shown` and `given` are its rows and the cells it was given.

    A cell that it holds no more shows again what it was given: that is what was written, if something else waits.
    """
    for cell, value in now.items():
        if cell not in before or before[cell] != value:
            _put(stage, shown, cell, value, columns)
    for cell in before:
        at, column = cell
        if cell in now or at >= len(shown):
            continue
        value = given[at].get(column)
        if not same(shown_in(stage, shown[at], column, columns), value):
            _put(stage, shown, cell, value, columns)


def _put(
    stage: Stage, shown: Sequence[SheetRow], cell: Cell, value: Any, columns: Mapping[str, GridColumn]
) -> None:  # fmt: skip
    at, name = cell
    if at >= len(shown):
        return
    row = shown[at]
    if name == CHOSEN:
        (stage.chosen.add if value else stage.chosen.discard)(row.key)
    elif not row.key.startswith(NEW):
        stands = row.values.get(name)
        stage.put(row, name, stands if same(_read_as(value, name, columns), stands) else value)
    elif row.key in stage.added or not blank(value):
        stage.put_new(row.key, name, value)


def _read_as(value: Any, name: str, columns: Mapping[str, GridColumn]) -> Any:
    """What the column reads of a value; the value itself where it reads nothing."""
    try:
        return columns[name].read(value) if name in columns else value
    except Refused:
        return value


def agrees(
    stage: Stage, held: Mapping[Cell, Any], shown: Sequence[SheetRow], columns: Mapping[str, GridColumn]
) -> bool:
    """Whether every cell that the browser's grid holds shows what waits for it, or else what is stored."""
    return all(
        at < len(shown) and _agrees(stage, value, shown[at], column, columns)
        for (at, column), value in held.items()
    )


def _agrees(stage: Stage, value: Any, row: SheetRow, name: str, columns: Mapping[str, GridColumn]) -> bool:
    if stage.raw(row.key, name) == value:
        return True
    return same(_read_as(value, name, columns), shown_in(stage, row, name, columns))


def shown_in(stage: Stage, row: SheetRow, name: str, columns: Mapping[str, GridColumn]) -> Any:
    """What a cell shows: what waits for it, unless its column cannot show that, else what is stored."""
    if name == CHOSEN:
        return row.key in stage.chosen
    raw = stage.raw(row.key, name)
    if raw is not ABSENT:
        with suppress(Refused):
            return columns[name].read(raw) if name in columns else raw
    return row.shown.get(name, row.values.get(name))


def overlay(
    rows: Sequence[SheetRow], stage: Stage, columns: Mapping[str, GridColumn], spare: Sequence[str] = (),
    usual: Mapping[str, Any] = NOTHING,
) -> tuple[list[SheetRow], list[dict[str, Any]]]:  # fmt: skip
    """The rows to show: the stored ones, then the new ones; and their cells with what waits on top of what is stored.

    `spare` are the keys of new rows in which nothing is written yet, `usual` is what a new row has without a word. A value that its column cannot show (text for a
    number) leaves the cell as it is stored; the list of refusals has it.
    """
    new = sorted({*stage.added, *spare}, key=lambda key: int(key.rsplit("-", 1)[1]))
    above = [SheetRow(key, 0, usual) for key in new if key.startswith(FIRST)]
    below = [SheetRow(key, 0, usual) for key in new if not key.startswith(FIRST)]
    shown = [*above, *rows, *below]
    cells = []
    for row in shown:
        waiting = stage.edits.get(row.key) or stage.added.get(row.key) or ()
        on_top = {name: shown_in(stage, row, name, columns) for name in waiting}
        cells.append({**row.values, **row.shown, **on_top, CHOSEN: row.key in stage.chosen})
    return shown, cells
