"""Which rows the browser's grid is given, and when it has to begin anew. No streamlit here.

The grid keeps what is written in it by position until that was sent. It goes on, with its place and its selection, as long
as it has the same rows and columns: only values come new then, and it lets go of what it held that is shown now anyway.
With other rows it begins anew: after an act elsewhere, for which the page lets nothing be written in it (`sheet_assets/`);
never in a run that the grid itself asked for, as somebody is writing then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from orchflow.ui.grid_columns import frame_of
from orchflow.ui.grid_values import GridColumn, plain_column
from orchflow.ui.sheet_heard import CHOSEN, NOTHING, agrees, overlay
from orchflow.ui.sheet_stage import SheetRow
from orchflow.ui.sheet_state import Drawn, SheetState, renew

OPEN = "_open"
OPEN_ICON = ":material/chevron_right:"
SPARE, FEWEST = 5, 2
"""How many empty rows stand below the others to be written in, and when there are too few of them."""


def prepare(
    state: SheetState, rows: Sequence[SheetRow], columns: Mapping[str, GridColumn], *, view: str, may_add: bool,
    ticks: bool, opens: bool, usual: Mapping[str, Any] = NOTHING,
) -> Drawn:  # fmt: skip
    """What the browser's grid is given now; `view` names what `rows` are a selection of, `usual` is what a new row has."""
    heard, acted, state.heard, state.acted = state.heard, state.acted, False, False
    place = (view, ticks, opens)
    same = state.mark[:3] == place and list(state.drawn.columns) == list(columns)
    if heard and same and not acted:
        state.behind = _few(state, may_add=may_add) or _others(state, rows)
        return state.drawn
    state.behind = False
    _spare(state, may_add=may_add)
    mark = (*place, state.stage.turn, frozenset(state.stage.chosen), tuple(state.spare))
    unchanged = state.mark == mark and state.drawn.columns == columns
    if unchanged and (state.read is rows or list(state.read) == list(rows)):
        return state.drawn
    shown, cells = overlay(rows, state.stage, columns, state.spare, usual)
    drawn = Drawn(shown, cells, columns, _frame(shown, cells, columns, ticks=ticks, opens=opens))
    moved = [row.key for row in shown] != [row.key for row in state.drawn.rows]
    if moved or not same or not agrees(state.stage, state.seen, shown, columns):
        renew(state)
    state.drawn, state.mark, state.read = drawn, mark, rows
    return drawn


def _few(state: SheetState, *, may_add: bool) -> bool:
    return may_add and sum(key not in state.stage.added for key in state.spare) < FEWEST


def _others(state: SheetState, rows: Sequence[SheetRow]) -> bool:
    """Whether the stored rows are not as the grid has them."""
    return rows is not state.read and list(rows) != list(state.read)


def _spare(state: SheetState, *, may_add: bool) -> None:
    """Keep empty rows to write in; those that were written in are new rows, and others come in their place."""
    if not may_add:
        state.spare = []
    elif _few(state, may_add=may_add):
        left = [key for key in state.spare if key not in state.stage.added]
        state.spare = [*left, *(state.stage.reserve() for _ in range(SPARE - len(left)))]


def _frame(
    shown: Sequence[SheetRow], cells: Sequence[Mapping[str, Any]], columns: Mapping[str, GridColumn], *, ticks: bool, opens: bool
) -> pd.DataFrame:  # fmt: skip
    ticked = {CHOSEN: plain_column("", "flag", width=36)} if ticks else {}
    frame = frame_of(cells, {**ticked, **columns})
    if opens:
        frame.insert(len(ticked), OPEN, [OPEN_ICON if row.version else None for row in shown])
    return frame
