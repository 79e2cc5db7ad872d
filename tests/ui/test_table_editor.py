"""A small table to write in: a row keeps what it holds beside its columns, a new one has only what was written."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def two_columns_of_a_board() -> None:
    import streamlit as st

    from orchflow.ui.grid_values import plain_column
    from orchflow.ui.table_editor import table_editor

    columns = {
        "name": plain_column("Name", editable=True),
        "limit": plain_column("At most", "number", editable=True),
    }
    rows = [{"id": 5, "name": "Ready", "limit": None}, {"id": 6, "name": "Done", "limit": 2}]
    st.session_state["written"] = table_editor(rows, columns, key="lines", may_add=True)


def test_rows_come_back_as_they_are_written() -> None:
    shown = AppTest.from_function(two_columns_of_a_board).run(timeout=20)

    assert not shown.exception
    assert shown.session_state["written"] == [
        {"id": 5, "name": "Ready", "limit": None},
        {"id": 6, "name": "Done", "limit": 2},
    ]
