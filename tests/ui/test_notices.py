"""What became of the last act is told, and can be taken back until it has been."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def last_act() -> None:
    import streamlit as st

    from orchflow.ui import notices

    def undo(request: str) -> str:
        if st.session_state.get("fails"):
            raise st.session_state["fails"]
        return f"Taken back {request}"

    notices.show_notice()
    notices.undo_button(undo)


def pressed(fails: Exception | None) -> AppTest:
    app = AppTest.from_function(last_act)
    app.session_state["orchflow.undo"] = ("r1", "Deleted 1 task")
    app.session_state["fails"] = fails
    app.run()
    return app.button[0].click().run()


def test_what_was_taken_back_cannot_be_taken_back_again() -> None:
    app = pressed(None)

    assert [toast.value for toast in app.toast] == ["Taken back r1"]
    assert not app.button


@pytest.mark.parametrize("busy", [True, False])
def test_an_undo_that_was_not_tried_can_be_tried_again(busy: bool) -> None:
    from orchflow.errors import Forbidden, Unavailable

    app = pressed((Unavailable if busy else Forbidden)("Not now", "Try again."))

    assert r"Not undone\: Not now" in app.error[0].value
    assert bool(app.button) is busy


def left_once() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    from orchflow.ui import notices

    context = get_script_run_ctx()
    assert context is not None
    assert context.script_requests is not None
    notices.begin()
    if st.session_state.get("runs", 0) == 0:
        notices.done("Saved")
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    notices.show_notice()
    if st.session_state["runs"] == 1:
        context.script_requests.request_rerun(RerunData(page_script_hash=context.page_script_hash))
    st.text("the rest")
    notices.show_left()


def test_what_a_run_that_was_left_has_said_is_said_by_the_next_one() -> None:
    app = AppTest.from_function(left_once).run()
    assert ([toast.value for toast in app.toast], app.session_state["runs"]) == (["Saved"], 2)

    assert [toast.value for toast in app.run().toast] == []
