"""A callback is carried out whole, whatever the browser asks for meanwhile."""

from __future__ import annotations

import pytest
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.testing.v1 import AppTest

from orchflow.web import whole_callbacks


@pytest.fixture(params=[True, False], ids=["ours", "the framework's"])
def whole(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(SafeSessionState, "on_script_will_rerun", SafeSessionState.on_script_will_rerun)
    if request.param:
        whole_callbacks.install()
        whole_callbacks.install()
    return bool(request.param)


def screen() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    def act() -> None:
        context = get_script_run_ctx()
        assert context is not None
        assert context.script_requests is not None
        context.script_requests.request_rerun(RerunData(page_script_hash=context.page_script_hash))
        st.session_state["begun"] = True
        st.session_state["ended"] = True

    st.button("Act", on_click=act)
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1


def test_what_is_pressed_is_done_and_then_the_other_run_begins(whole: bool) -> None:
    shown = AppTest.from_function(screen).run()

    shown = shown.button[0].click().run()

    assert ("ended" in shown.session_state) == whole
    assert shown.session_state["runs"] >= 2
