"""Tables: what is selected in one belongs to the rows it was selected in."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def list_of_tasks() -> None:
    import pandas as pd
    import streamlit as st

    from orchflow.ui.table import show_frame

    rows = pd.DataFrame({"id": st.session_state["ids"], "title": st.session_state.get("titles", "same")})
    chosen = show_frame(
        rows, key="tasks", columns={}, alt="Tasks", on_select="rerun", many=True, known_by="id"
    )
    st.text(",".join(str(rows["id"].iloc[place]) for place in chosen))


def shown(**state: object) -> AppTest:
    app = AppTest.from_function(list_of_tasks)
    app.session_state["ids"] = [1, 2, 3]
    for name, value in state.items():
        app.session_state[name] = value
    return app.run()


SELECTED = {"selection": {"rows": [2], "columns": [], "cells": []}}


def test_a_selection_stays_while_the_rows_do() -> None:
    app = shown(tasks=SELECTED)
    app.session_state["titles"] = "renamed"

    assert app.run().text[0].value == "3"


def test_a_row_that_was_not_selected_is_not_selected_in_the_place_of_another() -> None:
    app = shown(tasks=SELECTED)
    assert app.text[0].value == "3"
    app.session_state["ids"] = [7, 8, 9]

    assert app.run().text[0].value == ""


def test_a_list_that_got_shorter_has_no_row_selected_beyond_its_end() -> None:
    app = shown(tasks=SELECTED)
    app.session_state["ids"] = [1]

    assert not app.run().exception
    assert app.text[0].value == ""
