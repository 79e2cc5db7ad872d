"""A button's act is stored once, however its click comes again; nothing is stored on a screen without one."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.teams import list_teams
from orchflow.screens.session import SIGNED_IN, SignedIn
from tests.pages.conftest import PATIENCE, Browser


def pressed() -> None:
    """Stores a team at each press, and what became of it; may be interrupted right after, as by a second click."""
    import streamlit as st

    from orchflow.errors import OrchflowError
    from orchflow.people.teams import add_team, list_teams
    from orchflow.screens import session
    from orchflow.ui import acts

    actor, store = session.require(), session.workspace().store
    if acts.button("Add", key="add"):
        name = f"Team {len(list_teams(store, actor))}"
        try:
            st.session_state.told = [
                *st.session_state.get("told", []),
                add_team(store, actor, name=name).name,
            ]
        except OrchflowError as error:
            st.session_state.told = [*st.session_state.told, type(error).__name__]
        if not st.session_state.get("interrupted"):
            st.rerun()


def called_back() -> None:
    """The same through a callback; what is told but not stored is told by the second click too."""
    import streamlit as st

    from orchflow.people.teams import add_team, list_teams
    from orchflow.screens import session
    from orchflow.ui import acts

    actor, store = session.require(), session.workspace().store

    def add() -> None:
        name = f"Team {len(list_teams(store, actor))}"
        team = acts.once(lambda: add_team(store, actor, name=name))
        if not st.session_state.get("interrupted"):
            st.session_state.told = [*st.session_state.get("told", []), team.name]

    acts.button("Add", key="add", on_click=add)


def unkeyed() -> None:
    """Stores something whenever it is drawn."""
    from orchflow.people.teams import add_team
    from orchflow.screens import session

    add_team(session.workspace().store, session.require(), name="Nobody asked for it")


def opened(browser: Browser, script: Callable[[], None]) -> AppTest:
    shown = AppTest.from_function(script, default_timeout=PATIENCE)
    shown.session_state[SIGNED_IN] = SignedIn(browser.person(Role.ADMIN).username, clock.now())
    return shown.run()


def teams(browser: Browser) -> list[str]:
    return [team.name for team in list_teams(browser.ws.store, SYSTEM)]


def test_a_press_that_comes_again_after_an_interruption_is_the_same_act(browser: Browser) -> None:
    shown = opened(browser, pressed)
    shown.session_state["interrupted"] = True
    shown.button(key="add").click().run()
    shown.session_state["interrupted"] = False
    shown.button(key="add").click().run()  # the button that the browser still shows
    assert teams(browser) == ["Team 0"]
    assert shown.session_state["told"] == ["Team 0", "ActRepeated"]
    shown.button(key="add.1").click().run()
    assert teams(browser) == ["Team 0", "Team 1"]


def test_a_click_on_a_button_that_was_drawn_before_does_nothing(browser: Browser) -> None:
    shown = opened(browser, pressed)
    before = shown.button(key="add")
    before.click().run()
    before.click().run()
    assert teams(browser) == ["Team 0"]
    assert shown.session_state["told"] == ["Team 0"]


def test_a_callback_that_comes_again_tells_what_the_first_one_did(browser: Browser) -> None:
    shown = opened(browser, called_back)
    shown.session_state["interrupted"] = True
    before = shown.button(key="add")
    before.click().run()
    assert teams(browser) == ["Team 0"]
    assert [button.key for button in shown.button] == ["add.1"]
    shown.session_state["interrupted"] = False
    shown.button(key="add.1").click().run()
    assert (teams(browser), shown.session_state["told"]) == (["Team 0", "Team 1"], ["Team 1"])


def test_what_is_stored_without_a_button_is_refused(browser: Browser) -> None:
    shown = opened(browser, unkeyed)
    assert len(shown.exception) == 1
    assert teams(browser) == []
