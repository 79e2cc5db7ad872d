"""Texts that a spreadsheet must not take for formulas."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchflow.table_files.formulas import escape, unescape, unescape_column


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1-1",
        "-1\n",
        "-",
        "+x",
        "'-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "'=1",
        "@cf/x(1)",
        "@cf",
        "@cf/x\n=1",
    ],
)
def test_a_text_that_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert escape(pa.array([text])).to_pylist() == [f"'{text}"]


@pytest.mark.parametrize(
    "text",
    [
        "@cf/meta/llama-3-8b-instruct",
        "@hf/thebloke/x:7b",
        "claims",
        "1-2",
        "-1",
        "+.5",
        "-1.5e-7",
        "'tis",
        "",
        None,
    ],
)
def test_what_can_be_none_stays_whole(text: str | None) -> None:
    assert escape(pa.array([text], pa.string())).to_pylist() == [text]


@given(st.lists(st.text(st.sampled_from("'=+-@\t\r\n/ax1.")) | st.none()))
def test_taking_the_apostrophe_away_gives_back_what_was_written(texts: list[str | None]) -> None:
    written = escape(pa.array(texts, pa.string()))
    assert [text if text is None else unescape(text) for text in written.to_pylist()] == texts
    assert unescape_column(pa.chunked_array([written])).to_pylist() == texts
