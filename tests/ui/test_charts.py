"""The charts of figures: what the browser is told to draw."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from orchflow.ui import palette
from orchflow.ui.chart_events import ChartEvent, in_words, marks_of, with_marks
from orchflow.ui.chart_style import finish, new_figure
from orchflow.ui.charts import Target, bars_ranked, lines, stacked_bars

COSTS = pd.DataFrame(
    {
        "day": [date(2026, 11, 1), date(2026, 11, 1), date(2026, 11, 2)],
        "cost": [1.0, 2.5, 4.0],
        "provider": ["small", "large & <b>", "large & <b>"],
    }
)


@pytest.mark.parametrize(
    "figure",
    [
        stacked_bars(COSTS, "day", "cost", "provider", title="Cost", unit="money"),
        stacked_bars(COSTS.iloc[:0], "day", "cost", "provider", title="Cost", unit="money"),
        lines(COSTS, "day", "cost", title="Cost", unit="money", target=Target(3, "budget")),
        lines(COSTS, "day", "cost", "provider", title="Cost", unit="seconds"),
        bars_ranked(COSTS, "provider", "cost", title="Cost", unit="count"),
        bars_ranked(COSTS.iloc[:0], "provider", "cost", title="Cost", unit="percent"),
    ],
)
def test_plotly_knows_every_word_of_it(figure: dict[str, Any]) -> None:
    assert go.Figure(figure).to_plotly_json()["layout"]["meta"]["title"] == "Cost"


@pytest.mark.parametrize(
    "figure",
    [
        stacked_bars(COSTS, "day", "cost", "provider", title="Cost", unit="money"),
        lines(COSTS, "day", "cost", title="Cost", unit="money", target=Target(3, "budget")),
        bars_ranked(COSTS, "provider", "cost", title="Cost", unit="count"),
        finish(new_figure("Cost", "count"), COSTS["day"]).to_plotly_json(),
    ],
)
def test_what_is_written_on_it_is_as_dark_as_other_text(figure: dict[str, Any]) -> None:
    layout = figure["layout"]
    written = [
        layout["font"], layout["hoverlabel"]["font"], layout["xaxis"]["tickfont"], layout["yaxis"]["tickfont"],
    ]  # fmt: skip
    assert [font["color"] for font in [*written, layout["modebar"]]] == [palette.INK] * 5


def test_the_largest_series_is_at_the_bottom_and_a_name_is_no_markup() -> None:
    figure = stacked_bars(COSTS, "day", "cost", "provider", title="Cost", unit="money")
    assert [bars["name"] for bars in figure["data"]] == ["large &amp; &lt;b&gt;", "small"]
    assert figure["data"][0]["x"] == ["2026-11-01", "2026-11-02"]
    assert figure["data"][0]["customdata"] == ["large & <b>"] * 2
    assert figure["layout"]["xaxis"]["type"] == "date"


def test_a_credit_is_drawn_below_0() -> None:
    frame = pd.DataFrame({"day": [date(2026, 11, 1)] * 2, "agent": ["a", "b"], "cost": [4.0, -2.0]})
    assert (
        stacked_bars(frame, "day", "cost", "agent", title="Cost", unit="money")["layout"]["barmode"]
        == "relative"
    )
    least, most = bars_ranked(frame, "agent", "cost", title="Cost", unit="money")["layout"]["xaxis"]["range"]
    assert least < -2
    assert most == 4  # the words of the longest bar stand in the margin


def test_a_missing_value_is_a_gap_in_a_line() -> None:
    frame = pd.DataFrame({"day": [date(2026, 11, 1), date(2026, 11, 2)], "rate": [0.5, None]})
    figure = lines(frame, "day", "rate", title="Rate", unit="percent", target=Target(0.1, "target"))
    assert figure["data"][0]["y"] == [50, None]
    assert figure["data"][0]["hovertext"] == ["50 %", ""]
    assert figure["layout"]["yaxis"]["ticksuffix"] == " %"
    assert figure["layout"]["shapes"][0]["y0"] == 10
    assert figure["layout"]["annotations"][0]["text"] == "target"


def test_what_is_beyond_the_limit_is_one_bar_for_amounts_and_left_out_for_shares() -> None:
    frame = pd.DataFrame({"agent": list("abcd"), "value": [1.0, 4.0, None, 2.0]})
    amounts = bars_ranked(frame, "agent", "value", title="Cost", unit="money", limit=1)["data"][0]
    assert (amounts["customdata"], amounts["x"]) == (["b", "2 others"], [4.0, 3.0])
    shares = bars_ranked(frame, "agent", "value", title="Rate", unit="percent", limit=1)["data"][0]
    assert shares["customdata"] == ["b"]


def test_amounts_have_the_coins_that_tables_show_of_them() -> None:
    frame = pd.DataFrame({"day": [date(2026, 11, 1)] * 2, "cost": [0.00003, 1234.5], "kind": ["a", "b"]})
    stacked = stacked_bars(frame, "day", "cost", "kind", title="Cost", unit="money", currency="EUR")
    ranked = bars_ranked(frame, "kind", "cost", title="Cost", unit="money", currency="EUR")
    assert [bars["hovertext"] for bars in stacked["data"]] == [["€1,234.50"], ["&lt; €0.01"]]
    assert ranked["data"][0]["text"] == ["€1,234.50", "&lt; €0.01"]
    assert stacked["layout"]["yaxis"]["tickprefix"] == "€"


def test_names_that_are_the_same_once_they_are_cut_stay_two_bars() -> None:
    names = ["Customer support assistant Europe", "Customer support assistant America", "Ada", "Ada"]
    frame = pd.DataFrame({"agent": names, "value": [4.0, 3.0, 2.0, 1.0]})
    figure = bars_ranked(frame, "agent", "value", title="Cost", unit="money")

    assert len(set(figure["data"][0]["y"])) == 4
    assert figure["layout"]["yaxis"]["ticktext"][2:] == ["Ada", "Ada"]


def test_what_a_mark_says_of_itself_is_no_markup_and_no_template() -> None:
    frame = pd.DataFrame({"agent": ["<b>%{x}</b>"], "value": [4.0]})
    (bars,) = bars_ranked(frame, "agent", "value", title="Cost", unit="money")["data"]
    (stack,) = stacked_bars(frame, "value", "value", "agent", title="Cost", unit="money")["data"]

    assert bars["customdata"] == ["&lt;b&gt;%&#123;x}&lt;/b&gt;"]
    assert "%{x}" not in stack["hovertemplate"]


@pytest.mark.parametrize(
    ("counts", "steps"),
    [([1, 0], {"tickformat": ",d", "dtick": 1}), ([40, 3], {"tickformat": ",d"}), ([25_000, 3], {"tickformat": "~s"}), ([], {})],
)  # fmt: skip
def test_an_axis_of_counts_has_whole_steps(counts: list[int], steps: dict[str, Any]) -> None:
    frame = pd.DataFrame(
        {"day": range(len(counts)), "runs": pd.Series(counts, dtype="int64"), "status": "done"}
    )
    for figure in (
        stacked_bars(frame, "day", "runs", "status", title="Runs", unit="count"),
        lines(frame, "day", "runs", title="Runs", unit="count"),
    ):
        axis = figure["layout"]["yaxis"]
        assert steps.items() <= axis.items()
        assert ("dtick" in axis) == ("dtick" in steps)


def test_words_that_people_write_are_no_markup_on_a_chart() -> None:
    days = pd.DataFrame({"day": pd.date_range("2026-11-01", periods=10).date, "cost": [1.0] * 10})
    budget = lines(days, "day", "cost", title="Cost", unit="money", target=Target(3, "<b>Ours</b> {x}"))
    assert budget["layout"]["annotations"][0]["text"] == "&lt;b&gt;Ours&lt;/b&gt; &#123;x}"
    told = [
        ChartEvent(date(2026, 11, 1), "<i>Launch</i>"),
        ChartEvent(date(2026, 11, 9), "Prices of the largest provider rose"),
        ChartEvent(date(2026, 11, 9), "Talk"),
        ChartEvent(date(2026, 12, 1), "Not on this chart"),
    ]
    marks = marks_of(budget, told)
    layout = with_marks(budget, marks)["layout"]
    assert [(mark["text"], mark["hovertext"]) for mark in layout["annotations"][1:]] == [
        ("<b>A</b>", "1 Nov 2026: &lt;i&gt;Launch&lt;/i&gt;"), ("<b>B</b>", "9 Nov 2026: Prices of the largest provider rose, Talk"),
    ]  # fmt: skip
    assert len(layout["shapes"]) == 1 + 2
    assert in_words(marks).endswith("9 Nov 2026 Prices of the largest provider rose, Talk")


def test_letters_of_days_that_are_close_stand_above_one_another() -> None:
    """Ten events of a month on a phone: two letters of one row are two days apart."""
    days = pd.DataFrame({"day": pd.date_range("2026-11-01", periods=30).date, "cost": [1.0] * 30})
    figure = lines(days, "day", "cost", title="Cost", unit="money")
    marks = marks_of(figure, [ChartEvent(date(2026, 11, 10 + place), "x") for place in range(10)])
    by_row = [[mark.day.day for mark in marks if mark.row == row] for row in range(3)]
    assert len(marks) == 10
    assert all(later - earlier >= 2 for row in by_row for earlier, later in pairwise(row))
    assert with_marks(figure, marks)["layout"]["margin"]["t"] > figure["layout"]["margin"]["t"]
    assert with_marks(figure, ()) is figure
