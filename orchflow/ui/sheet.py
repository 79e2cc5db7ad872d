"""A sheet: thousands of rows to edit in place, to fill and to paste into; edits wait, are shown, and then saved.

Edits survive every rerun, any change of filter or page, a visit to another screen, and (as a draft) a reload. Nothing
is written before Save; what is refused says why at its row; what another person changed is never overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.ui.drafts import Drafts
from orchflow.ui.grid_columns import column_config, places_shown
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.sheet_draft import keep_draft
from orchflow.ui.sheet_heard import CHOSEN, NOTHING
from orchflow.ui.sheet_paste import Pasted, paste
from orchflow.ui.sheet_round import FEWEST, OPEN, prepare
from orchflow.ui.sheet_stage import SheetRow
from orchflow.ui.sheet_state import (
    SheetState,
    editor_key,
    in_sight,
    listen,
    look,
    rows_in,
    settle,
    state_of,
)
from orchflow.ui.sheet_watch import Moved, watch

ROW_HEIGHT, TALL, HEADER, MOST_ROWS = 35, 58, 33, 12
"""Pixels of a row, of one that is tall enough for words to wrap, and of the headings; and so many rows are in sight."""


def sheet(
    rows: Sequence[SheetRow], columns: Mapping[str, GridColumn], *, key: str, view: str, alt: str,
    may_edit: bool, may_add: bool, on_open: Callable[[SheetRow], None] | None = None,
    on_act: Callable[[str, Sequence[SheetRow]], None] | None = None, open_help: str = "Open", drafts: Drafts | None = None,
    may_tick: bool = True, whole: bool = False, search: str = "", order: str = "", said: str = "",
    tall: bool = False, usual: Mapping[str, Any] = NOTHING,
) -> SheetState:  # fmt: skip
    """Draw the editor and return the sheet's state, in which `stage` is everything that waits.

    `rows` are read anew by the caller in every run; `view` names what they are a selection of (filters, order, page),
    and when it changes the editor starts anew without losing anything. `on_open` gets the row whose arrow was clicked;
    `on_act` up, down, in or out (Alt+Shift and an arrow key) and the ticked rows, else those with the selected cells.
    `whole`: the sheet takes the height that the screen has left for it. `search` and `order` are the keys of a field and
    a menu of the screen that the grid's own search and headings lead to, `said` is what is read out to those who do not
    see it. In `tall` rows long words wrap. `usual` is what a new row is stored with where nothing else is written. The first of the rows that a paste or a save has made is brought into sight.
    """
    state, high = look(key), TALL if tall else ROW_HEIGHT
    drawn = prepare(
        state,
        rows,
        columns,
        view=view,
        may_add=may_add,
        ticks=may_edit and may_tick,
        opens=on_open is not None,
        usual=usual,
    )
    unseen = max(len(state.spare) - FEWEST, 0) if tall else 0
    locked = [name for name, column in columns.items() if not (may_edit and column.editable)]
    with st.container(key=f"{key}-frame", gap=None):
        st.data_editor(
            drawn.frame, key=editor_key(key, state.round), hide_index=True, num_rows="fixed",
            column_config=_config(drawn.frame, columns, key, state, open_help, on_open), alt=alt, placeholder="",
            disabled=locked, height="stretch" if whole else _height(len(drawn.rows) - unseen, high), row_height=high,
            on_change=listen, args=(key, state.round),
        )  # fmt: skip
        watch(
            f"{key}-frame", key=f"{key}-watch", on_paste=_pasted(key, columns, may_add) if may_edit else None,
            on_act=None if on_act is None or not may_edit else _acted(key, on_act), on_idle=partial(_idle, key),
            on_lost=partial(_lost, key), rows=[row.key for row in drawn.rows], round=state.round, behind=state.behind,
            search=search, order=order, said=said, at=_place(state), turn=state.turn, high=high,
        )  # fmt: skip
    keep_draft(state, drafts)
    return state


def _idle(key: str) -> None:
    settle(key)


def _lost(key: str, typed: str) -> None:
    settle(key).stage.lost = [
        f"“{typed}” was typed into a row that is no longer there: choose one and type it again."
    ]


def _height(rows: int, high: int) -> int:
    return HEADER + high * min(max(rows, 3), MOST_ROWS)


def _place(state: SheetState) -> int:
    """The position of the first row that is to be in sight; -1 for none."""
    return next((at for at, shown in enumerate(state.shown) if shown.key in state.sought), -1)


def _config(
    frame: pd.DataFrame, columns: Mapping[str, GridColumn], key: str, state: SheetState, open_help: str,
    on_open: Callable[[SheetRow], None] | None,
) -> dict[str, Any]:  # fmt: skip
    """How each column of `frame` is shown, with what is written in it."""
    number = state.round
    beside = {
        CHOSEN: st.column_config.CheckboxColumn(
            "✓", help="Tick rows to change, move or delete them together", width=42, pinned=True
        ),
        OPEN: st.column_config.ButtonColumn(
            "Open", type="tertiary", key=f"{key}-open-{number}", width=52, help=open_help, pinned=True,
            on_click=_opened, args=(key, number, on_open),
        ),
    }  # fmt: skip
    return {
        name: beside.get(name)
        or column_config(columns[name], _places(columns[name], frame[name], name, state))
        for name in map(str, frame.columns)
    }


def _places(column: GridColumn, cells: pd.Series[Any], name: str, state: SheetState) -> int:
    if not column.field.shown:
        return 0
    typed = [value for (_, at), value in state.seen.items() if at == name and isinstance(value, int | float)]
    return places_shown(column, [*cells.unique(), *typed])


def chosen_rows(state: SheetState) -> list[SheetRow]:
    """The ticked rows, in their order: those shown, then those on other pages."""
    stage = state.stage
    shown = [
        row for row in state.shown if row.key in stage.chosen and (row.version or row.key in stage.added)
    ]
    return shown + state.beyond


def tick(key: str, rows: Collection[str]) -> None:
    """Tick these rows, and no others."""
    settle(key).stage.chosen = {*rows}


def _pasted(key: str, columns: Mapping[str, GridColumn], may_add: bool) -> Callable[[Pasted], None]:
    def take(pasted: Pasted) -> None:
        state = settle(key)
        state.stage.lost, before = [], {*state.stage.added}
        paste(state.stage, pasted, rows_in(state, pasted.round), columns, may_add=may_add)
        in_sight(state, state.stage.added.keys() - before)

    return take


def _acted(key: str, on_act: Callable[[str, Sequence[SheetRow]], None]) -> Callable[[Moved], None]:
    def act(moved: Moved) -> None:
        state = settle(key)
        selected = rows_in(state, moved.round)[moved.row : moved.row + max(moved.rows, 1)]
        on_act(moved.act, chosen_rows(state) or [row for row in selected if row.version])

    return act


def _opened(key: str, number: int, on_open: Callable[[SheetRow], None] | None) -> None:
    click = st.session_state.get(f"{key}-open-{number}")
    shown = rows_in(state_of(key), number)
    if on_open and click is not None and 0 <= click.row < len(shown) and shown[click.row].version:
        on_open(shown[click.row])
