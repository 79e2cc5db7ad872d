"""What became of the last act is told, and can be taken back until it has been."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.ui.notices import LASTING


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


def said_once() -> None:
    import streamlit as st

    from orchflow.ui import notices

    notices.begin()
    if "runs" not in st.session_state:
        notices.done("Saved")
    st.session_state["runs"] = 1
    notices.show_notice()
    st.text("the rest")
    notices.show_left()


def test_a_notice_outlasts_the_runs_that_follow_at_once_and_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    app = AppTest.from_function(said_once).run(timeout=30)

    assert [toast.value for toast in app.toast] == ["Saved"]
    now += LASTING
    assert [toast.value for toast in app.run(timeout=30).toast] == ["Saved"]
    now += 0.1
    assert [toast.value for toast in app.run(timeout=30).toast] == []
