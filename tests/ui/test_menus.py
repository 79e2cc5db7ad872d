"""A menu closes after the act behind it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def screen() -> None:
    import streamlit as st

    from orchflow.ui.menus import close, menu

    behind = menu("Remove", key="remove")
    if behind.open:
        with behind:
            if st.button("Remove it"):
                close("remove")
                st.rerun()
            st.button("Look at it")


def test_it_is_drawn_when_open_and_shut_after_its_act() -> None:
    shown = AppTest.from_function(screen).run()
    assert not shown.button
    shown.session_state["remove"] = True
    shown.run()
    shown.button[1].click().run()
    assert len(shown.button) == 2
    shown.button[0].click().run()
    assert not shown.exception
    assert not shown.button
