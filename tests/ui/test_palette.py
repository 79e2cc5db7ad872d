"""The colours of charts can be told apart, by the colour-blind too, and stand for the same thing everywhere."""

from __future__ import annotations

import tomllib
from itertools import combinations
from typing import Any

import pandas as pd
import pytest
from coloraide import Color

from orchflow.paths import app_root
from orchflow.ui import palette
from orchflow.ui.charts import bars_ranked, stacked_bars

APART, APART_TO_THE_COLOUR_BLIND, MARK = 15, 9, 3
BLINDNESS = [(kind, model) for kind in ("deutan", "protan") for model in ("brettel", "vienot", "machado")]


@pytest.fixture(scope="module", params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> dict[str, Any]:
    settings = tomllib.loads((app_root() / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    mode: dict[str, Any] = settings["theme"][request.param]
    return mode


@pytest.fixture(scope="module")
def series(theme: dict[str, Any]) -> list[Color]:
    """The colours of series, and the grey of what is left over."""
    return [Color(colour) for colour in theme["chartCategoricalColors"][: len(palette.SERIES) + 1]]


def apart(one: Color, other: Color) -> float:
    """CIEDE2000: 1 is what an eye just sees."""
    return float(one.delta_e(other, method="2000"))


def test_no_two_colours_look_alike(series: list[Color]) -> None:
    assert min(apart(*pair) for pair in combinations(series, 2)) >= APART


@pytest.mark.parametrize(("kind", "model"), BLINDNESS)
def test_nor_do_they_to_those_who_cannot_tell_red_from_green(
    series: list[Color], kind: str, model: str
) -> None:
    seen = [colour.filter(kind, method=model) for colour in series]
    assert min(apart(*pair) for pair in combinations(seen, 2)) >= APART_TO_THE_COLOUR_BLIND


def test_a_mark_stands_out_from_the_page(theme: dict[str, Any], series: list[Color]) -> None:
    page = Color(theme["backgroundColor"])
    assert min(colour.contrast(page, method="wcag21") for colour in series) >= MARK


def test_no_two_series_of_a_chart_are_alike_and_what_is_left_over_is_grey() -> None:
    names = [f"agent {number}" for number in range(len(palette.SERIES))]
    colours = palette.colours_for("agent", [*names, "All others"])
    assert len({colours[name] for name in names}) == len(names)
    assert colours["All others"] == palette.SLATE
    assert palette.SLATE not in {colours[name] for name in names}


def test_two_providers_that_wish_for_one_colour_have_two() -> None:
    colours = palette.colours_for("provider", ["bedrock", "aws", "mistral"])
    assert len(set(colours.values())) == 3


def test_what_is_used_most_has_its_colour_in_every_chart() -> None:
    prominent = [f"model {number}" for number in range(len(palette.SERIES))]
    alone = {name: palette.colours_for("model", [name], prominent)[name] for name in prominent}
    beside = palette.colours_for("model", ["a new one", *reversed(prominent[2:])], prominent)
    assert {name: beside[name] for name in prominent[2:]} == {name: alone[name] for name in prominent[2:]}
    assert beside["a new one"] not in {beside[name] for name in prominent[2:]}


def test_all_others_and_what_belongs_to_nobody_are_told_apart_by_their_hatching() -> None:
    frame = pd.DataFrame(
        {"day": [1, 1, 1, 1], "agent": ["All others", "Small groups", "Unattributed", "Ada"], "cost": [9.0, 8.0, 7.0, 1.0]}
    )  # fmt: skip
    bars = stacked_bars(frame, "day", "cost", "agent", title="Cost", unit="money")["data"]
    assert [bar["name"] for bar in bars] == ["Ada", "All others", "Small groups", "Unattributed"]
    assert [bar["marker"]["color"] == palette.SLATE for bar in bars] == [False, True, True, True]
    assert [bar["marker"]["pattern"]["shape"] for bar in bars] == ["", "", ".", "/"]

    ranked = bars_ranked(frame, "agent", "cost", title="Cost", unit="money", kind="agent")["data"][0]
    assert ranked["marker"]["color"].count(palette.SLATE) == 3
    assert ranked["marker"]["pattern"]["shape"] == ["", ".", "/", ""]


@pytest.mark.parametrize("state", ["ready", "in_progress", "in_review", "blocked", "done"])
def test_each_state_of_work_has_a_colour_of_its_own(state: str) -> None:
    states = palette.FIXED["state"]
    assert [name for name, colour in states.items() if colour == states[state]] == [state]
