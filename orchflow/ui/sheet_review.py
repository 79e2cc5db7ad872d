"""Around a sheet: what waits and cannot be saved, how the last save went, conflicts to choose in, drafts to take up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow.alike import alike, why
from orchflow.errors import FieldConflict
from orchflow.format import moment, plain, quantity
from orchflow.ui import acts, notices
from orchflow.ui.drafts import Drafts
from orchflow.ui.grid_values import GridColumn, plain_column
from orchflow.ui.sheet import sheet
from orchflow.ui.sheet_draft import take_up
from orchflow.ui.sheet_heard import NOTHING
from orchflow.ui.sheet_refused import refused
from orchflow.ui.sheet_saving import choose, save
from orchflow.ui.sheet_stage import Refusal, SheetChange, SheetRow, checked
from orchflow.ui.sheet_state import SaveAll, SheetState, discard, forget_outcome, look, place_made

MOST_LINES, MOST_LOST = 60, 8


def full_sheet(
    rows: Sequence[SheetRow], columns: Mapping[str, GridColumn], *, key: str, write: SaveAll, alt: str, may_edit: bool,
    zone: ZoneInfo, drafts: Drafts | None = None, view: str = "", whole: bool = False, given: Collection[str] = (), usual: Mapping[str, Any] = NOTHING,
) -> None:  # fmt: skip
    """A sheet with everything around it, for rows that are only edited and added; see `sheet`.

    `given` are the columns of which a new row has a value where nothing is written, `usual` those of which it has one that is shown.
    """
    state = look(key)
    notices.show_notice()
    place_made(state, (row.key for row in rows))
    above(state, columns, key=key, write=write, drafts=drafts, zone=zone)
    sheet(
        rows, columns, key=key, view=view, alt=alt, may_edit=may_edit, may_add=may_edit, drafts=drafts, may_tick=False,
        whole=whole, usual=usual,
    )  # fmt: skip
    review(state, columns, key=key, write=write, given={*given, *usual})


def above(
    state: SheetState, columns: Mapping[str, GridColumn], *, key: str, write: SaveAll, drafts: Drafts | None, zone: ZoneInfo
) -> None:  # fmt: skip
    """What is said before the rows: edits from elsewhere, how the last save went, conflicts to choose in.

    All of it in one place that is always there: what stands below keeps its own when something is said or closed.
    """
    with st.container(key=f"{key}-above", gap="small"):
        if drafts is not None and not state.stage.waiting:
            draft_offer(columns, drafts, key=key, tab=state.tab, zone=zone)
        outcome(state, key=key)
        conflicts(state, columns, key=key, write=write)


def outcome(state: SheetState, *, key: str) -> None:
    """What else there is to say of the last save or paste; stays until it is closed or something else happens."""
    if state.notes:
        _told("  \n".join(map(plain, state.notes)), st.info, "info", key=f"{key}-close", of=key)
    if state.stage.lost:
        groups = alike(state.stage.lost, _what)
        lost = [plain(_lost(group)) for group in groups[:MOST_LOST]]
        rest = sum(map(len, groups[MOST_LOST:]))
        text = "  \n".join(["**Not all of it was taken.**", *lost, *([f"and {rest} more"] if rest else [])])
        _told(text, st.warning, "content_paste_off", key=f"{key}-lost-ok", of=key)


def _what(lost: str) -> tuple[str, str]:
    where, colon, what = lost.partition(": ")
    return "", what if colon else where


def _lost(group: Sequence[str]) -> str:
    if len(group) == 1:
        return group[0]
    return f"{quantity(len(group), 'row')} ({group[0].partition(': ')[0]} …): {why(group, _what)}"


def _told(text: str, show: Callable[..., object], icon: str, *, key: str, of: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}-place"):
        show(text, icon=f":material/{icon}:")
        st.button(
            "Close", icon=":material/close:", key=key, on_click=forget_outcome, args=(of,), type="tertiary"
        )


def draft_offer(
    columns: Mapping[str, GridColumn], drafts: Drafts, *, key: str, tab: str, zone: ZoneInfo
) -> None:
    """Offer the newest edits that were left unsaved elsewhere; nothing is taken up or dropped unasked."""
    draft = next(iter(drafts.waiting(tab)), None)
    if draft is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True, key=f"{key}-draft"):
        st.markdown(
            f":material/history: Unsaved changes of {quantity(draft.count, 'row')} from {_when(draft.kept_at, zone)} were kept",
            width="content",
        )
        st.button(
            "Go on with them", key=f"{key}-draft-take", on_click=take_up,
            args=(key, draft, columns, drafts),
        )  # fmt: skip
        st.button(
            "Drop them", key=f"{key}-draft-drop", on_click=drafts.drop, args=(draft.tab,), type="tertiary"
        )


def conflicts(state: SheetState, columns: Mapping[str, GridColumn], *, key: str, write: SaveAll) -> None:
    """For each field that two people changed: where both began, what is stored, what was wanted; choose and save."""
    for row_key, conflicted in list(state.conflicts.items()):
        base = state.stage.bases.get(row_key)
        if base is None:
            continue
        with st.form(f"{key}-conflict-{row_key}"):
            st.markdown(
                f":material/call_split: **{plain(conflicted.title or base.title)} was changed by {plain(conflicted.changed_by)} in the meantime**"
            )
            st.caption("Nothing of yours was written for this row. Choose what to keep for each field.")
            for conflict in conflicted.conflicts:
                column = columns.get(conflict.field) or plain_column(conflict.field)
                _choice(column, conflict, _radio(key, row_key, conflict.field))
            names = tuple(conflict.field for conflict in conflicted.conflicts)
            acts.submit(
                "Save my choice",
                key=f"{key}-choice-{row_key}",
                type="primary",
                on_click=_chosen,
                args=(key, row_key, names, columns, write),
            )


def _choice(column: GridColumn, conflict: FieldConflict, key: str) -> None:
    """One field of a conflict; long texts stand above the choice between them."""
    sides = {"theirs": ("Stored now", conflict.theirs), "mine": ("Yours", conflict.mine)}
    if column.field.kind == "text":
        for side, (who, text) in sides.items():
            st.text_area(who, text or "", disabled=True, height=120, key=f"{key}-{side}")
        words, was = {side: who for side, (who, _) in sides.items()}, ""
    else:
        words = {side: f"{who}: **{plain(column.shown(value))}**" for side, (who, value) in sides.items()}
        was = f" (it was {plain(column.shown(conflict.base))})"
    st.radio(f"{column.heading}{was}", list(words), format_func=words.__getitem__, key=key, horizontal=True)


def waiting_changes(
    state: SheetState, columns: Mapping[str, GridColumn], given: Collection[str] = ()
) -> tuple[list[SheetChange], list[Refusal]]:
    """What waits and can be saved, and what cannot: what the store refused first, then what no field takes."""
    changes, refusals = checked(state.stage, columns, given)
    told = [refusal for refused in state.stage.told.values() for refusal in refused]
    return changes, [*told, *refusals]


def review(
    state: SheetState, columns: Mapping[str, GridColumn], *, key: str, write: SaveAll,
    given: Collection[str] = (),
) -> None:  # fmt: skip
    """What waits, as a table of changes; what cannot be saved, with its reason; and the bar with Save and Discard."""
    changes, refusals = waiting_changes(state, columns, given)
    if not (changes or refusals):
        return
    fields = sum(len(change.values) if change.version is not None else 1 for change in changes)
    with st.container(key=f"{key}-review", gap="small"):
        if refusals:
            refused(state, refusals, columns, key=key)
        if changes:
            st.markdown(f"**{quantity(fields, 'unsaved change')}**")
            st.table(_diff(changes, columns), border="horizontal", hide_index=True, alt="Unsaved changes")
    with (
        st.bottom,
        st.container(
            horizontal=True, vertical_alignment="center", key=f"{key}-bar", horizontal_alignment="distribute"
        ),
    ):
        waits = [f"**{quantity(fields, 'unsaved change')}**"] if changes else []
        said = [f":red[{len(refusals):,} not taken, see below the grid]"] if refusals else []
        st.markdown(" · ".join(waits + said), width="content")
        with st.container(horizontal=True, width="content"):
            st.button(
                "Discard", key=f"{key}-discard", on_click=discard, args=(key,), icon=":material/delete_sweep:"
            )
            if changes:
                acts.button(
                    f"Save {quantity(fields, 'change')}", type="primary", key=f"{key}-save", icon=":material/save:",
                    on_click=save, args=(key, columns, write, given), shortcut="Ctrl+S",
                )  # fmt: skip


def _diff(changes: Sequence[SheetChange], columns: Mapping[str, GridColumn]) -> pd.DataFrame:
    lines = [
        {
            "Row": plain(change.title),
            "Field": columns[name].heading,
            "Before": "new"
            if change.version is None
            else plain(columns[name].shown(change.before.get(name))),
            "After": plain(columns[name].shown(value)),
        }
        for change in changes
        for name, value in change.values.items()
    ]
    if len(lines) > MOST_LINES:
        rest = len(lines) - MOST_LINES
        lines = [*lines[:MOST_LINES], {"Row": f"and {rest} more", "Field": "", "Before": "", "After": ""}]
    return pd.DataFrame(lines)


def _chosen(
    key: str, row: str, names: Sequence[str], columns: Mapping[str, GridColumn], write: SaveAll
) -> None:
    mine = [name for name in names if st.session_state.get(_radio(key, row, name)) == "mine"]
    choose(key, row, mine, columns, write)


def _radio(key: str, row: str, name: str) -> str:
    return f"{key}-conflict-{row}-{name}"


def _when(at: datetime, zone: ZoneInfo) -> str:
    minutes = int((clock.now() - at).total_seconds() // 60)
    if minutes < 1:
        return "a moment ago"
    return f"{minutes} min ago" if minutes < 60 else moment(at, zone)
