"""A screen is drawn at the root of the page, wherever the thread drew before."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def screen() -> None:
    import streamlit as st
    from streamlit.delta_generator_singletons import context_dg_stack

    from orchflow.screens import runs

    part = st.container(border=True)
    context_dg_stack.set((*context_dg_stack.get(), part))  # as it is after a part was drawn by itself
    st.write("of the part")
    runs.draw_at_root()
    st.write("of the screen")


def test_what_follows_does_not_stand_in_the_part_that_was_drawn_last() -> None:
    shown = AppTest.from_function(screen).run()

    part, of_the_screen = shown.main.children.values()
    assert [text.value for text in part.markdown] == ["of the part"]
    assert getattr(of_the_screen, "value", None) == "of the screen"
