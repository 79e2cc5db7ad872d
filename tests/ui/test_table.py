"""Tables of figures: what is not 0 is never shown as 0, and what a column's heading is in a file."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from orchflow.ui.table import Column
from orchflow.ui.table_column import (
    LEAST_WIDTH,
    MOST_PINNED,
    MOST_WIDTH,
    column_config,
    content_width,
    titled,
    written_out,
)


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        (Column("Cost", "money", currency="USD"), "dollar"),
        (Column("Cost", "money", currency="USD", digits=4), "$%,.4f"),
        (Column("Cost", "money", currency="JPY"), "¥%,.0f"),
        (Column("Cost", "money", currency="CHF"), "CHF %,.2f"),
        (Column("Share", "percent"), "%.1f %%"),
        (Column("Age", "days"), "%,.0f d"),
    ],
)
def test_the_browser_writes_numbers_with_their_unit(column: Column, shown: str) -> None:
    assert column_config(column)["type_config"]["format"] == shown


@pytest.mark.parametrize(
    ("values", "column", "texts"),
    [
        ([Decimal("1.5"), None, 0], Column("Cost", "money"), None),
        ([0.006, 1200], Column("Cost", "money"), None),
        (
            [0.00003, -0.00003, 1200.5, 0.0, None],
            Column("Cost", "money"),
            ["< $0.01", "> −$0.01", "$1,200.50", "$0.00", None],
        ),
        ([-5.72, 1200], Column("Change", "money"), ["−$5.72", "$1,200.00"]),
        ([0.4, 1000], Column("Cost", "money", currency="JPY"), ["< ¥1", "¥1,000"]),
        ([0.00003, 1], Column("Cost", "money", digits=4), ["< $0.0001", "$1.0000"]),
        ([0.02, 50], Column("Share", "percent"), ["< 0.1 %", "50 %"]),
        ([12.9, 0.34], Column("Error rate", "percent"), ["13 %", "0.3 %"]),
        ([12.9, 3], Column("Done", "percent", digits=0), None),
        ([109.4, 27.8, None], Column("P95", "seconds"), ["1 min 49 s", "27.8 s", None]),
        ([109_400, 850, 0], Column("P95", "ms"), ["1 min 49 s", "850 ms", "0 ms"]),
        ([0.3, 7], Column("Age", "days"), ["< 1 d", "7 d"]),
        (["0.3"], Column("Name"), None),
    ],
)
def test_what_the_browser_would_write_otherwise_comes_as_text(
    values: list[Any], column: Column, texts: list[str | None] | None
) -> None:
    assert written_out(values, column) == texts


def costs() -> None:
    import pandas as pd

    from orchflow.ui.table import Column, sheet, show_frame

    columns = {
        "agent": Column("Agent"),
        "cost": Column("Cost", "money", help="Of the period"),
        "share": Column("Share", "percent"),
    }
    rows = pd.DataFrame({"agent": ["a", None], "cost": [0.00003, 1200.5], "share": [0.25, 0.75]})
    show_frame(rows, key="plain", columns=columns, alt="Costs")
    show_frame(sheet(rows, columns), key="cached", columns=columns, alt="Costs")


def test_a_table_keeps_its_numbers_beside_what_is_shown_of_them() -> None:
    app = AppTest.from_function(costs).run()
    for table in app.dataframe:
        assert table.value["cost"].tolist() == [0.00003, 1200.5]
        told = convert_arrow_bytes_to_pandas_df(table.proto.arrow_data.styler.display_values)
        assert told["cost"].tolist() == ["< $0.01", "$1,200.50"]
        assert told["agent"].isna().tolist() == [False, True]
        assert '"help": "Of the period. A double click shows every digit"' in table.proto.columns
    assert not app.exception


def test_a_table_too_large_for_texts_shows_its_numbers() -> None:
    with pd.option_context("styler.render.max_elements", 5):
        app = AppTest.from_function(costs).run()
    assert not app.exception
    assert [table.value["cost"].tolist() for table in app.dataframe] == [[0.00003, 1200.5]] * 2


def test_the_heading_of_money_in_a_file_names_its_currency() -> None:
    assert [titled(Column("Cost", kind, currency="EUR")) for kind in ("money", "count")] == [
        "Cost (EUR)",
        "Cost",
    ]  # type: ignore[arg-type]


def names() -> None:
    import pandas as pd
    import streamlit as st

    from orchflow.ui.table import Column, show_frame

    long = st.session_state.get("long", False)
    rows = pd.DataFrame({"name": ["claude-opus-4-5-20251101" if long else "xai"], "cost": [1.0]})
    show_frame(rows, key="names", columns={"name": Column("Name", pinned=True)}, alt="Names")


def test_a_column_of_names_is_as_wide_as_those_it_has_now() -> None:
    app = AppTest.from_function(names).run()
    narrow = json.loads(app.dataframe[0].proto.columns)["name"]["width"]
    app.session_state["long"] = True
    app.run()
    assert (narrow, json.loads(app.dataframe[0].proto.columns)["name"]["width"]) == (LEAST_WIDTH, 181)


@pytest.mark.parametrize(
    ("column", "text", "width"),
    [
        (Column("Why", width="content"), "a sentence of many words " * 9, MOST_WIDTH),
        (Column("Agent", pinned=True), "a sentence of many words " * 9, MOST_PINNED),
        (Column("Why"), "a sentence of many words", None),
        (Column("Task", width="medium", pinned=True), "a sentence of many words", None),
        (Column("Runs", "count", pinned=True), "12", None),
        (Column("A heading that is longer", width="content"), "x", 156),
    ],
)
def test_who_is_as_wide_as_what_it_holds(column: Column, text: str, width: int | None) -> None:
    assert content_width(pd.Series([text, None]), column) == width


def runs() -> None:
    import pandas as pd

    from orchflow.ui.table import Column, show_frame

    columns = {
        "read": Column("Read", "count"),
        "gone": Column("Gone", "count", if_any=True),
        "error": Column("Error", if_any=True),
        "rejected": Column("Rejected", "count", if_any=True),
    }
    rows = pd.DataFrame({"read": [0, 0], "gone": [0, None], "error": ["", None], "rejected": [0, 2]})
    show_frame(rows, key="runs", columns=columns, alt="Runs")


def test_a_column_that_is_shown_if_any_is_left_out_while_it_says_nothing() -> None:
    app = AppTest.from_function(runs).run()
    assert list(app.dataframe[0].value) == ["read", "rejected"]
