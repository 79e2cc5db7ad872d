"""Saving what was staged, and choosing where two people changed the same."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from orchflow.errors import ConflictError, FieldConflict, Forbidden, Invalid, Problem
from orchflow.ui.grid import _save, _State
from orchflow.ui.grid_edits import Change

ADA = Change(1, 3, {"name": "Adele"}, {"name": "Ada"}, "Ada")
MARK = Change(2, 1, {"name": "Marc"}, {"name": "Mark"}, "Mark")


def test_one_refused_row_does_not_hold_back_the_others() -> None:
    written: list[Any] = []

    def save(change: Change) -> str | None:
        if change is ADA:
            raise Invalid([Problem(1, "name", "is taken")])
        written.append(change)
        return "Marc has a new password"

    state = _State()
    _save([ADA, MARK], state, save)

    assert written == [MARK]
    assert (state.saved, state.notes) == (1, ["Marc has a new password"])
    assert state.failed == [(ADA, "name: is taken")]


def test_a_refusal_keeps_its_reason_and_what_to_do() -> None:
    def save(change: Change) -> None:
        raise Forbidden("You may not", "Ask someone.")

    state = _State()
    _save([ADA], state, save)

    assert state.failed == [(ADA, "You may not Ask someone.")]


def test_a_conflict_waits_for_a_choice() -> None:
    conflict = FieldConflict("name", "Ada", "Adah", "Adele")

    def save(change: Change) -> None:
        raise ConflictError([conflict])

    state = _State()
    _save([ADA], state, save)

    assert state.conflicts == [(ADA, [conflict])]
    assert state.saved == 0


def grid_with_a_conflict() -> None:
    import streamlit as st

    from orchflow.errors import FieldConflict
    from orchflow.ui.grid import GridColumn, GridRow, _State, editable_grid
    from orchflow.ui.grid_edits import Change

    written = st.session_state.setdefault("written", [])
    if "people-grid" not in st.session_state:
        change = Change(1, 3, {"name": "Adele", "city": "Rome"}, {"name": "Ada"}, "Ada")
        conflict = FieldConflict("name", "Ada", "Adah", "Adele")
        st.session_state["people-grid"] = _State(conflicts=[(change, [conflict])])
    editable_grid(
        [GridRow(1, 4, {"name": "Adah", "city": "Bern"}, "Ada")],
        {"name": GridColumn("Name"), "city": GridColumn("City")},
        key="people",
        save=lambda change: written.append((change.row_id, change.base_version, dict(change.values))),
    )


def test_a_conflict_shows_base_theirs_and_mine() -> None:
    shown = AppTest.from_function(grid_with_a_conflict).run(timeout=20)

    assert not shown.exception
    assert shown.radio[0].label == "Name (it was Ada)"
    assert shown.radio[0].options == ["Stored now: **Adah**", "Yours: **Adele**"]


def test_keeping_theirs_still_writes_the_fields_nobody_else_changed() -> None:
    shown = AppTest.from_function(grid_with_a_conflict).run(timeout=20)
    shown.button[0].click().run()

    assert shown.session_state["written"] == [(1, 4, {"city": "Rome"})]


def test_keeping_mine_is_written_over_the_version_that_was_shown() -> None:
    shown = AppTest.from_function(grid_with_a_conflict).run(timeout=20)
    shown.radio[0].set_value("mine")
    shown.button[0].click().run()

    assert shown.session_state["written"] == [(1, 4, {"name": "Adele", "city": "Rome"})]
