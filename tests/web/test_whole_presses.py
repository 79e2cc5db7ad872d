"""What is pressed is carried out whole, whatever the browser asks for meanwhile."""

from __future__ import annotations

import threading

import pytest
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.testing.v1 import AppTest

from orchflow.web import whole_presses


@pytest.fixture(params=[True, False], ids=["ours", "the framework's"])
def whole(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(SafeSessionState, "on_script_will_rerun", SafeSessionState.on_script_will_rerun)
    for name in ("on_scriptrunner_yield", "_request_rerun_locked"):
        monkeypatch.setattr(ScriptRequests, name, getattr(ScriptRequests, name))
    if request.param:
        whole_presses.install()
        whole_presses.install()
    return bool(request.param)


def ask_from_outside() -> None:
    """Ask for another run as the browser does: in a thread that is not the run's."""
    context = get_script_run_ctx()
    assert context is not None
    assert context.script_requests is not None
    rerun = RerunData(page_script_hash=context.page_script_hash)
    asking = threading.Thread(target=context.script_requests.request_rerun, args=(rerun,))
    asking.start()
    asking.join()


def screen() -> None:
    import streamlit as st

    from tests.web.test_whole_presses import ask_from_outside

    def act(name: str) -> None:
        ask_from_outside()
        st.session_state[f"{name} begun"] = True
        st.write("A word on the way")
        st.session_state[f"{name} ended"] = True

    def go() -> None:
        st.session_state["asked"] = True
        st.rerun()

    st.button("Callback", on_click=act, args=("callback",))
    if st.button("Body"):
        act("body")
    if st.button("Another run", on_click=go):
        st.session_state["drawn"] = st.session_state.get("drawn", 0) + 1
    if st.button("Go on", key="go-on"):
        ask_from_outside()
        st.session_state["said"] = True
        st.rerun()
        st.session_state["never"] = True
    if "asked" not in st.session_state:
        st.session_state["runs"] = st.session_state.get("runs", 0) + 1


@pytest.mark.parametrize(("button", "name"), [(0, "callback"), (1, "body")])
def test_what_is_pressed_is_done_and_then_the_other_run_begins(whole: bool, button: int, name: str) -> None:
    shown = AppTest.from_function(screen).run()

    shown = shown.button[button].click().run()

    assert (f"{name} ended" in shown.session_state) == whole
    assert shown.session_state["runs"] >= 2


def test_a_callback_that_asks_for_another_run_gets_it_at_once(whole: bool) -> None:
    shown = AppTest.from_function(screen).run()

    shown = shown.button[2].click().run()

    assert "asked" in shown.session_state
    assert "drawn" not in shown.session_state


def test_a_run_that_asks_for_another_ends_there(whole: bool) -> None:
    shown = AppTest.from_function(screen).run()

    shown = shown.button(key="go-on").click().run()

    assert ("said" in shown.session_state) == whole
    assert "never" not in shown.session_state
    assert shown.session_state["runs"] >= 2


def test_a_run_without_a_press_gives_way(whole: bool) -> None:
    def screen() -> None:
        import streamlit as st

        from tests.web.test_whole_presses import ask_from_outside

        if st.checkbox("Tick") and "left" not in st.session_state:
            st.session_state["left"] = True
            ask_from_outside()
            st.session_state["stayed"] = True
            st.session_state["stayed"] = True

    shown = AppTest.from_function(screen).run()

    shown = shown.checkbox[0].check().run()

    assert "left" in shown.session_state
    assert "stayed" not in shown.session_state
