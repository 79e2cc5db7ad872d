"""What a figure card says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.ui.cards import change


@dataclass(frozen=True)
class Figure:
    value: Any
    previous: Any
    unit: str = "count"
    key: str = "k"
    label: str = "Runs"
    target: Any = None
    direction: str = "up"
    spark: tuple[float, ...] = ()
    as_of: datetime | None = None
    computed_at: datetime | None = None
    definition: str = "Runs that ended."
    sql: str = "select 1"
    missing: str | None = None


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (Figure(106, 100), "+6.0 %"),
        (Figure(0.72, 0.68, "percent"), "+4.0 pp"),
        (Figure(11, 14, "days"), "-3 days"),
        (Figure(5, 5), 0),
        (Figure(0, 0), 0),
        (Figure(5, 0), "+5"),
        (Figure(5, None), None),
        (Figure(None, 5), None),
    ],
)
def test_a_change_is_written_in_the_figures_own_terms(figure: Figure, said: Any) -> None:
    assert change(figure, "USD") == said


def row_of_cards(count: int, direction: str) -> None:
    from zoneinfo import ZoneInfo

    from orchflow.ui.cards import figure_row
    from tests.ui.test_cards import Figure

    figures = [
        Figure(110, 100, key=str(n), label=f"Figure {n}", target=120, direction=direction, spark=(1.0, 2.0))
        for n in range(count)
    ]
    figure_row(figures, currency="USD", zone=ZoneInfo("UTC"), compared_with="the same days of October")


@pytest.mark.parametrize("count", range(1, 8))
def test_every_figure_has_a_card(count: int) -> None:
    shown = AppTest.from_function(row_of_cards, args=(count, "up")).run(timeout=20)

    assert not shown.exception
    assert [metric.label for metric in shown.metric] == [f"Figure {n}" for n in range(count)]


def test_a_card_says_what_it_compares_with_and_the_target() -> None:
    shown = AppTest.from_function(row_of_cards, args=(2, "up")).run(timeout=20)

    assert shown.metric[0].delta == "+10.0 %"
    assert shown.caption[0].value == "vs the same days of October · target 120"


@pytest.mark.parametrize(("direction", "colour"), [("up", "GREEN"), ("down", "RED"), ("none", "GRAY")])
def test_good_or_bad_follows_the_figures_direction(direction: str, colour: str) -> None:
    shown = AppTest.from_function(row_of_cards, args=(2, direction)).run(timeout=20)

    proto = shown.metric[0].proto
    assert proto.MetricColor.Name(proto.color) == colour


def test_the_definition_and_the_query_are_at_hand_when_asked_for() -> None:
    shown = AppTest.from_function(row_of_cards, args=(2, "up")).run(timeout=20)
    assert not shown.code

    shown.session_state["figures-how"] = True
    shown.run()

    assert [code.value for code in shown.code] == ["select 1", "select 1"]
