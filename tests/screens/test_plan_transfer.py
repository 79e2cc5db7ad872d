"""The import of a plan asks what the file does not say."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def test_the_letters_of_a_file_are_asked_for_when_it_does_not_say_them() -> None:
    def page() -> None:
        from typing import Any, cast

        import streamlit as st

        from orchflow.screens.plan.plan_transfer import _options

        nobody = cast("Any", None)
        for encoding in ("utf-8", "cp1251"):
            data = "level,key,name,project\ntask,T1,Задача,1\n".encode(encoding)
            st.text(str(_options(nobody, nobody, data, "plan.csv")))

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    (letters,) = app.selectbox
    letters.select("cp1251").run()
    assert [text.value for text in app.text] == ["{'encoding': None}", "{'encoding': 'cp1251'}"]
