"""Values of a screen read as their type, whatever stands in the session."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def screen() -> None:
    import streamlit as st

    from orchflow.ui.state import Keys

    keys = Keys("board")
    st.session_state["board.person"] = "7"
    st.session_state["board.opened"] = True
    st.session_state["board.columns"] = ["sprint"]
    st.session_state["board.q"] = None
    st.json(
        [
            keys.texts("person").get(),
            keys.number("opened").get(),
            keys.choice("columns", ("status", "sprint"), "status").get(),
            keys.text("q").get(),
        ]
    )
    turn = keys.count("turn").of(12)
    turn.set(3)
    st.json([turn.name, turn.get(), turn.take(), turn.get()])
    keys.replace(("q", "person"), {"q": "server"})
    st.json(keys.values(("q", "person", "never")))


def test_a_value_of_another_type_reads_as_the_default() -> None:
    shown = AppTest.from_function(screen).run()

    assert not shown.exception
    assert [json.value for json in shown.json] == [
        '[[], null, "status", ""]', '["board.turn-12", 3, 3, 0]', '{"q": "server"}',
    ]  # fmt: skip
