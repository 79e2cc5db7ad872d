"""The import of a plan asks what the file does not say."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def test_the_letters_of_a_file_are_asked_for_when_it_does_not_say_them() -> None:
    def page() -> None:
        from typing import Any, cast
        from unittest.mock import patch

        import streamlit as st

        from orchflow.screens.plan.plan_transfer import _options

        nobody = cast("Any", None)
        for name, form in (
            ("plan.csv", "level,key,name,project\ntask,T1,{},1\n"),
            ("plan.json", '[{{"name": "{}"}}]'),
        ):
            for encoding in ("utf-8", "cp1251"):
                data = form.format("Задача").encode(encoding)
                with patch("orchflow.screens.plan.plan_transfer._into", return_value=None):
                    options = _options(nobody, nobody, data, name) or {}
                st.text(str(options["encoding"]))

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    told = ["None", "cp1251"]
    assert [text.value for text in app.text] == told * 2
    table, records = app.selectbox
    table.select("koi8-r")
    records.select("cp1252").run()
    assert [text.value for text in app.text][1::2] == ["koi8-r", "cp1252"]
