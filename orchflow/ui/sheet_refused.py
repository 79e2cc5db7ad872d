"""What cannot be saved of a sheet: alike refusals as one line, to be put right, or let go, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from orchflow.alike import alike, why
from orchflow.format import number, plain, quantity
from orchflow.ui.field_input import field_input
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.menus import closing_button, menu
from orchflow.ui.sheet_stage import NEW, Refusal, SheetRow
from orchflow.ui.sheet_state import SheetState, fill, forget, settle

MOST = 20


def refused(
    state: SheetState, refusals: Sequence[Refusal], columns: Mapping[str, GridColumn], *, key: str
) -> None:
    """Each reason with its rows and what can be done about it."""
    groups = alike(refusals, _reason)
    with st.container(border=True, key=f"{key}-refused", gap="small"):
        st.markdown(
            f":red[:material/error:] **{number(len(refusals))} not taken** – correct it in the grid, or let it go"
        )
        for place, group in enumerate(groups[:MOST]):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(_said(group), width="stretch")
                column = columns.get(group[0].column)
                if len(group) > 1 and column is not None and column.editable:
                    _fill_all(state, group, column, key=f"{key}-refused-{place}", of=key)
                st.button(
                    "Let go" if len(group) == 1 else "Let all go", key=f"{key}-let-go-{place}", type="tertiary",
                    on_click=let_go, args=(key, group),
                )  # fmt: skip
        if len(groups) > MOST:
            rest = sum(map(len, groups[MOST:]))
            st.caption(
                f"and {quantity(rest, 'more refusal')} for {quantity(len(groups) - MOST, 'other reason')}"
            )


def _said(group: Sequence[Refusal]) -> str:
    first = group[0]
    who = plain(first.title) if len(group) == 1 else f"**{number(len(group))} rows** ({plain(first.title)} …)"
    return f"{who}, **{plain(first.label)}**: {plain(why(group, _reason))}"


def _reason(refusal: Refusal) -> tuple[str, str]:
    return refusal.column, refusal.reason


def _fill_all(state: SheetState, group: Sequence[Refusal], column: GridColumn, *, key: str, of: str) -> None:
    with menu("Fill it for all", key=key, type="tertiary") as opened:
        if not opened:
            return
        value = field_input(replace(column, nothing="Empty"), None, key=f"{key}-value")
        closing_button(
            f"Fill in {quantity(len(group), 'row')}", type="primary", key=f"{key}-now", width="stretch",
            on_click=fill_all, args=(of, group, value),
        )  # fmt: skip


def fill_all(key: str, group: Sequence[Refusal], value: object) -> None:
    """Write one value where these refusals are."""
    state = settle(key)
    rows = [
        SheetRow(refusal.key, 0, {}) if refusal.key.startswith(NEW) else state.stage.bases[refusal.key]
        for refusal in group
        if refusal.key.startswith(NEW) or refusal.key in state.stage.bases
    ]
    fill(key, rows, {group[0].column: value})


def let_go(key: str, group: Sequence[Refusal]) -> None:
    """Forget what was refused; of a new row that lacks a value, the row."""
    state = settle(key)
    for refusal in group:
        lacking = refusal.column not in state.stage.added.get(refusal.key, {refusal.column: None})
        forget(state, refusal.key, None if lacking else refusal.column)
