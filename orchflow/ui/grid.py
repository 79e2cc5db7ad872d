"""The editable grid: changes wait, are shown, checked and saved; what another person changed is never overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pandas as pd
import streamlit as st

from orchflow.errors import ConflictError, FieldConflict, Invalid, OrchflowError, Problem
from orchflow.store.acts import ActRepeated
from orchflow.ui import acts
from orchflow.ui.format import plain
from orchflow.ui.grid_columns import column_config, diff_line, frame_of
from orchflow.ui.grid_edits import Change, GridColumn, GridRow, Staged, read_edits

__all__ = ["Change", "GridColumn", "GridRow", "editable_grid"]

TALL = 560

Validate: TypeAlias = Callable[[Change], Sequence[Problem]]
Save: TypeAlias = Callable[[Change], str | None]


@dataclass
class _State:
    """What a grid remembers between reruns: rows as given to the editor, and how the last save went."""

    round: int = 0
    rows: list[GridRow] | None = None
    saved: int = 0
    notes: list[str] = field(default_factory=list)
    failed: list[tuple[Change, str]] = field(default_factory=list)
    conflicts: list[tuple[Change, list[FieldConflict]]] = field(default_factory=list)


def editable_grid(
    rows: Sequence[GridRow], columns: Mapping[str, GridColumn], *, key: str, save: Save,
    validate: Validate | None = None, allow_add: bool = False, alt: str = "", disabled: bool = False,
    height: int | None = None,
) -> None:  # fmt: skip
    """Draw the grid and everything around saving.

    `rows` are read anew by the caller in every run. `save` writes one change in one transaction; it raises Invalid,
    ConflictError or another OrchflowError to refuse, and may return a note for the reader. `validate` names problems
    before anything is written. With `allow_add` rows can be added (and pasted below the last one).
    """
    state: _State = st.session_state.setdefault(f"{key}-grid", _State())
    _outcome(state, key)
    _conflicts(state, rows, columns, key, save)
    editor_key = f"{key}-editor-{state.round}"
    pending = st.session_state.get(editor_key)
    if state.rows is None or not _has_edits(pending):
        state.rows = list(rows)
    given = state.rows
    st.data_editor(
        frame_of([row.values for row in given], columns), key=editor_key, hide_index=True, num_rows="add" if allow_add else "fixed",
        column_config={name: column_config(column) for name, column in columns.items()}, alt=alt or None, placeholder="–",
        disabled=True if disabled else [name for name, column in columns.items() if not column.editable],
        height=height or (TALL if len(given) > 12 else "auto"),
    )  # fmt: skip
    if disabled:
        return
    staged = read_edits(st.session_state.get(editor_key) or {}, given, columns)
    if validate is not None:
        staged = Staged(staged.changes, [*staged.problems, *(p for c in staged.changes for p in validate(c))])
    if staged.changes or staged.problems:
        _review(staged, state, columns, key, save)


def _review(staged: Staged, state: _State, columns: Mapping[str, GridColumn], key: str, save: Save) -> None:
    """Below the grid what would be written and what cannot be; at the window's foot, always in sight, the two ways on."""
    many = "" if staged.count == 1 else "s"
    for found in staged.problems:
        where = f"{plain(found.row)}, " if found.row else ""
        st.error(f"{where}{plain(found.field)}: {plain(found.message)}", icon=":material/error:")
    if staged.changes:
        with st.container(border=True, key=f"{key}-review"):
            st.table(
                _diff(staged.changes, columns), border="horizontal", hide_index=True, alt="Unsaved changes"
            )
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key=f"{key}-save-bar"):
        st.markdown(
            f"**{staged.count} unsaved change{many}**" if staged.changes else "**Nothing can be saved yet**"
        )
        if staged.problems:
            wrong = len(staged.problems)
            st.markdown(f":red[{wrong} value{'' if wrong == 1 else 's'} to correct]", width="content")
        blocked = bool(staged.problems) or not staged.changes
        label = f"Save {staged.count} change{many}"
        if acts.button(label, type="primary", disabled=blocked, key=f"{key}-save", icon=":material/save:"):
            _save(staged.changes, state, save)
            st.rerun()
        if st.button("Discard", key=f"{key}-discard"):
            _reset(state)
            st.rerun()


def _save(changes: Sequence[Change], state: _State, save: Save) -> None:
    """Write each change by itself, so that one that is refused does not hold back the others."""
    _reset(state)
    for change in changes:
        try:
            note = save(change)
        except ActRepeated:
            state.saved += 1
        except ConflictError as error:
            state.conflicts.append((change, error.conflicts))
        except Invalid as error:
            state.failed.append((change, "; ".join(f"{p.field}: {p.message}" for p in error.problems)))
        except OrchflowError as error:
            state.failed.append((change, f"{error} {error.hint}".strip()))
        else:
            state.saved += 1
            if note:
                state.notes.append(note)


def _outcome(state: _State, key: str) -> None:
    """How the last save went; shown until it is dismissed or something else is saved."""
    if not (state.saved or state.notes or state.failed):
        return
    if state.saved:
        st.success(
            f"Saved {state.saved} row{'' if state.saved == 1 else 's'}.", icon=":material/check_circle:"
        )
    for note in state.notes:
        st.info(note, icon=":material/info:")
    for change, reason in state.failed:
        st.error(f"Not saved – {plain(change.title or 'row')}: {plain(reason)}", icon=":material/error:")
    if (state.notes or state.failed) and st.button("Understood", key=f"{key}-understood", type="tertiary"):
        state.saved, state.notes, state.failed = 0, [], []
        st.rerun()


def _conflicts(
    state: _State, rows: Sequence[GridRow], columns: Mapping[str, GridColumn], key: str, save: Save
) -> None:
    """For each field that two people changed: where both began, what is stored, what was wanted; choose and save."""
    for number, (change, fields) in enumerate(list(state.conflicts)):
        with st.form(f"{key}-conflict-{number}"):
            st.markdown(
                f":material/call_split: **{plain(change.title)} was changed by someone else in the meantime**"
            )
            st.caption("Nothing of yours was written for this row. Choose what to keep for each field.")
            kept: dict[str, Any] = dict(change.values)
            for conflict in fields:
                column = columns.get(conflict.field) or GridColumn(conflict.field)
                options = {
                    "theirs": f"Stored now: **{plain(column.shown(conflict.theirs))}**",
                    "mine": f"Yours: **{plain(column.shown(conflict.mine))}**",
                }
                choice = st.radio(
                    f"{column.label} (it was {plain(column.shown(conflict.base))})", list(options),
                    format_func=options.__getitem__, key=f"{key}-conflict-{number}-{conflict.field}",
                )  # fmt: skip
                if choice == "theirs":
                    kept.pop(conflict.field, None)
            if acts.submit("Save my choice", key=f"{key}-conflict-{number}-save", type="primary"):
                state.conflicts.remove((change, fields))
                current = next((row for row in rows if row.id == change.row_id), None)
                remaining = state.conflicts
                if kept and current is not None:
                    _save([Change(current.id, current.version, kept, {}, change.title)], state, save)
                    state.conflicts = remaining + state.conflicts
                st.rerun()


def _reset(state: _State) -> None:
    state.round += 1
    state.rows = None
    state.saved = 0
    state.notes, state.failed, state.conflicts = [], [], []


def _has_edits(editor: Any) -> bool:
    return bool(editor) and any(editor.get(part) for part in ("edited_rows", "added_rows", "deleted_rows"))


def _diff(changes: Sequence[Change], columns: Mapping[str, GridColumn]) -> pd.DataFrame:
    lines = []
    for change in changes:
        for name, value in change.values.items():
            column = columns[name]
            limit = column.kind == "number" and value in (column.minimum, column.maximum)
            new = change.row_id is None
            note = " (the limit)" if limit else ""
            lines.append(diff_line(change.title, column, change.before.get(name), value, new=new, note=note))
    return pd.DataFrame(lines)
