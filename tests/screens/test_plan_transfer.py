"""The dialog that imports a plan."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from orchflow.planning.exchange.mappings import TARGETS
from orchflow.screens.plan.plan_transfer import chosen_fields
from orchflow.store.field import in_words


def test_a_column_goes_to_the_field_that_was_chosen_in_words() -> None:
    lines = [{"column": name, "field": in_words(name)} for name in TARGETS]
    assert chosen_fields([*lines, {"column": "Remark", "field": None}]) == {name: name for name in TARGETS}


def test_the_letters_of_a_table_or_of_json_are_those_chosen_and_at_first_the_guess() -> None:
    def page() -> None:
        from typing import Any, cast
        from unittest.mock import patch

        import streamlit as st

        from orchflow.screens.plan import plan_transfer

        nobody = cast("Any", None)
        for name, form in (
            ("plan.csv", "level,key,name,project\ntask,T1,{},1\n"),
            ("plan.json", '[{{"name": "{}"}}]'),
        ):
            for encoding in ("utf-8", "cp1251"):
                data = form.format("Задача").encode(encoding)
                with patch.object(plan_transfer, "_into", return_value=None):
                    options = plan_transfer._options(nobody, nobody, data, name) or {}
                st.text(str(options.get("encoding", "not read")))

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    assert [text.value for text in app.text] == ["None", "cp1251"] * 2
    table, records = app.selectbox
    table.select("koi8-r")
    records.select("cp1252").run()
    assert [text.value for text in app.text] == ["None", "koi8-r", "None", "cp1252"]
