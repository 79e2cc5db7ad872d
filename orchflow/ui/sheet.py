"""A sheet: thousands of rows to edit in place, to fill and to paste into; edits wait, are shown, and then saved.

Edits survive every rerun, any change of filter or page, a visit to another screen, and (as a draft) a reload. Nothing
is written before Save; what is refused says why at its row; what another person changed is never overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.ui.drafts import Drafts
from orchflow.ui.grid_columns import column_config, frame_of
from orchflow.ui.grid_values import GridColumn, plain_column
from orchflow.ui.sheet_paste import Moved, Pasted, listen, paste
from orchflow.ui.sheet_stage import CHOSEN, SheetRow, overlay
from orchflow.ui.sheet_state import SheetState, editor_key, keep_draft, look, settle, state_of

OPEN = "_open"
ROW_HEIGHT, HEADER, MOST_ROWS = 35, 33, 12
OPEN_ICON = ":material/chevron_right:"


def sheet(
    rows: Sequence[SheetRow], columns: Mapping[str, GridColumn], *, key: str, view: str, alt: str,
    may_edit: bool, may_add: bool, on_open: Callable[[SheetRow], None] | None = None,
    on_act: Callable[[str, Sequence[SheetRow]], None] | None = None, open_help: str = "Open", drafts: Drafts | None = None,
    may_tick: bool = True,
) -> SheetState:  # fmt: skip
    """Draw the editor and return the sheet's state, in which `current` is everything that waits.

    `rows` are read anew by the caller in every run; `view` names what they are a selection of (filters, order, page),
    and when it changes the editor starts anew without losing anything. `on_open` gets the row whose arrow was clicked;
    `on_act` up, down, in or out (Alt+Shift and an arrow key) and the ticked rows, else those with the selected cells.
    """
    state = state_of(key)
    _prepare(state, key, rows, columns, view)
    frame = _frame(state, columns, ticks=may_edit and may_tick, opens=on_open is not None)
    locked = [name for name, column in columns.items() if not column.editable]
    with st.container(key=f"{key}-frame", gap=None):
        st.data_editor(
            frame, key=editor_key(key, state), hide_index=True, num_rows="add" if may_add else "fixed",
            column_config=_config(frame, columns, key, open_help, on_open), alt=alt, placeholder="", disabled=locked if may_edit else True,
            height=HEADER + ROW_HEIGHT * min(max(len(frame) + may_add, 3), MOST_ROWS),
            row_height=ROW_HEIGHT,
        )  # fmt: skip
        if may_edit:
            listen(
                f"{key}-frame", key=f"{key}-paste", on_paste=_pasted(key, columns, may_add),
                on_act=None if on_act is None else _acted(key, on_act),
            )  # fmt: skip
    look(key)
    keep_draft(state, drafts)
    return state


def _frame(state: SheetState, columns: Mapping[str, GridColumn], *, ticks: bool, opens: bool) -> pd.DataFrame:
    """The cells as the editor is given them; the same table until rows or columns change."""
    if state.drawn is None or state.drawn[0] != columns:
        ticked = {CHOSEN: plain_column("", "flag", width=36)} if ticks else {}
        frame = frame_of(state.cells, {**ticked, **columns})
        if opens:
            frame.insert(len(ticked), OPEN, [OPEN_ICON if row.version else None for row in state.shown])
        state.drawn = (columns, frame)
    return state.drawn[1]


def _config(
    frame: pd.DataFrame, columns: Mapping[str, GridColumn], key: str, open_help: str, on_open: Callable[[SheetRow], None] | None
) -> dict[str, Any]:  # fmt: skip
    """How each column of `frame` is shown."""
    beside = {
        CHOSEN: st.column_config.CheckboxColumn(
            "", help="Tick rows to change, move or delete them together", width=36, pinned=True
        ),
        OPEN: st.column_config.ButtonColumn(
            "", type="tertiary", key=f"{key}-open", width=40, help=open_help, pinned=True,
            on_click=_opened, args=(key, on_open),
        ),
    }  # fmt: skip
    return {name: beside.get(name) or column_config(columns[name]) for name in map(str, frame.columns)}


def chosen_rows(state: SheetState) -> list[SheetRow]:
    """The ticked rows among those shown, in their order."""
    return [row for row in state.shown if row.key in state.current.chosen]


def choose_all(key: str, on: bool) -> None:
    """Tick every row shown, or none."""
    state = settle(key)
    state.stage.chosen = {row.key for row in state.shown} if on else set()


def _prepare(
    state: SheetState, key: str, rows: Sequence[SheetRow], columns: Mapping[str, GridColumn], view: str
) -> None:
    """Decide what the editor is given. While it holds edits that must stay as it was: they are known by position."""
    held = st.session_state.get(editor_key(key, state))
    if state.rows is not None and (held is None or state.view != view):
        settle(key)
        state.stage.chosen &= {row.key for row in rows} | set(state.stage.added)
    if state.rows is not None and _holds(held):
        return
    state.view = view
    if state.rows is not None and state.rows == list(rows):
        return
    state.rows = list(rows)
    plain = not (state.stage.waiting or state.stage.chosen)
    if plain and state.untouched is rows and state.drawn is not None and state.drawn[0] == columns:
        return
    state.shown, state.cells = overlay(rows, state.stage, columns)
    state.drawn, state.untouched = None, rows if plain else None


def _holds(held: Any) -> bool:
    return bool(held) and any(held.get(part) for part in ("edited_rows", "added_rows"))


def _pasted(key: str, columns: Mapping[str, GridColumn], may_add: bool) -> Callable[[Pasted], None]:
    def take(pasted: Pasted) -> None:
        stored = [row for row in state_of(key).shown if row.version]
        state = settle(key)
        shown, _ = overlay(stored, state.stage, columns)
        state.stage.lost = []
        paste(state.stage, pasted, shown, columns, may_add=may_add)

    return take


def _acted(key: str, on_act: Callable[[str, Sequence[SheetRow]], None]) -> Callable[[Moved], None]:
    def act(moved: Moved) -> None:
        state = settle(key)
        selected = state.shown[moved.row : moved.row + max(moved.rows, 1)]
        on_act(moved.act, chosen_rows(state) or [row for row in selected if row.version])

    return act


def _opened(key: str, on_open: Callable[[SheetRow], None] | None) -> None:
    click = st.session_state.get(f"{key}-open")
    shown = state_of(key).shown
    if on_open and click is not None and 0 <= click.row < len(shown) and shown[click.row].version:
        on_open(shown[click.row])
