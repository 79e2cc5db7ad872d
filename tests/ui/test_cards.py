"""What the strip of figures says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from orchflow.ui.cards import strip, style
from orchflow.ui.figure_words import change, judged

UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Figure:
    value: Any
    previous: Any
    unit: str = "count"
    key: str = "k"
    label: str = "Runs"
    target: Any = None
    aimed_at: str = "target"
    direction: str = "up"
    spark: tuple[float, ...] = ()
    as_of: datetime | None = None
    computed_at: datetime | None = None
    definition: str = "Runs that ended."
    sql: str = "select 1"
    missing: str | None = None
    note: str = "vs the same days of October"
    left_out: str = ""
    besides: str = ""
    opens: str = ""

    @property
    def now(self) -> Any:
        return self.value


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (Figure(106, 100), "+6.0 %"),
        (Figure(94, 100), "−6.0 %"),
        (Figure(0.72, 0.68, "percent"), "+4.0 pp"),
        (Figure(11, 14, "days"), "−3 days"),
        (Figure(5, 5), "±0.0 %"),
        (Figure(0, 0), "±0.0 %"),
        (Figure(5, 0), "+5"),
        (Figure(5, None), None),
        (Figure(None, 5), None),
    ],
)
def test_a_change_is_written_in_the_figures_own_terms(figure: Figure, said: Any) -> None:
    assert change(figure, "USD") == said


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (Figure(110, 100), ("+10.0 %", "good")),
        (Figure(110, 100, direction="down"), ("+10.0 %", "bad")),
        (Figure(110, 100, direction="none"), ("+10.0 %", "plain")),
        (Figure(100, 100), ("±0.0 %", "plain")),
        (Figure(10, None, "days", target=14, direction="down"), ("4 d early", "good")),
        (Figure(60, None, "days", target=56, direction="down"), ("4 d late", "bad")),
        (Figure(14, None, "days", target=14, direction="down"), ("on the day", "good")),
        (Figure(0.03, None, "percent", target=0.02, direction="down"), ("off target", "bad")),
        (Figure(0.9, None, "percent", target=0.8), ("within target", "good")),
        (Figure(5, None), ("", "plain")),
    ],
)
def test_good_or_bad_follows_the_figures_direction(figure: Figure, said: Any) -> None:
    assert judged(figure, "USD") == said


@pytest.mark.parametrize("count", range(1, 9))
def test_every_figure_is_a_button_that_opens_its_definition(count: int) -> None:
    figures = [Figure(110, 100, key=str(n), label=f"Figure {n}") for n in range(count)]
    text = strip(figures, "USD", UTC, "row")
    for n in range(count):
        assert f'popovertarget="row-{n}"' in text
        assert f'popover class="of-panel" id="row-{n}"' in text
    assert "<a " not in text
    opened = strip([Figure(110, 100, opens='figure?figure=runs&agent="x"')], "USD", UTC)
    assert 'href="./figure?figure=runs&amp;agent=&quot;x&quot;"' in opened
    assert "<style>" not in text  # sent once, apart from the figures


def test_a_figure_says_what_it_compares_with_and_its_target() -> None:
    text = strip([Figure(110, 100, target=120, spark=(1.0, 2.0))], "USD", UTC)
    assert '<span class="of-note">vs the same days of October</span>' in text
    assert "<small>target 120</small>" in text
    assert "polyline" in text
    assert 'class="of-bar"' in text


def test_what_is_missing_is_said_in_its_place() -> None:
    without = Figure(None, None, "days", target=14, missing="No run ended in this period")
    text = strip([without, Figure(1, None, key="other", note="of 15 in use")], "USD", UTC)
    value, other = re.findall(r'<span class="of-value.*?</button>', text)
    assert "<b>No run ended in this period</b>" in value
    assert "<small>target 14 d</small>" in value  # the mark of the target, and no bar
    assert "<i" not in value
    assert "<small>no target</small>" in other
    assert "of 15 in use" in other


@pytest.mark.parametrize(
    ("figure", "tone"),
    [
        (Figure(110, 100, spark=(1.0, 2.0)), "good"),
        (Figure(110, 100, direction="down", spark=(1.0, 2.0)), "bad"),
        (Figure(90, 100, direction="down", spark=(2.0, 1.0)), "good"),
        (Figure(110, 100, direction="none", spark=(1.0, 2.0)), "plain"),
        (Figure(110, None, spark=(1.0, 2.0)), "plain"),
    ],
)
def test_a_trend_has_the_colour_of_the_judgement_and_not_of_its_slope(figure: Figure, tone: str) -> None:
    assert f'<i class="of-spark of-{tone}"' in strip([figure], "USD", UTC)


@pytest.mark.parametrize("target", [0, 0.0])
def test_a_target_of_nothing_is_a_target(target: float) -> None:
    text = strip([Figure(0, None, target=target, direction="down")], "USD", UTC)
    assert "target 0" in text
    assert "within target" in text


def test_all_that_a_cell_has_no_room_for_is_told_where_one_looks_closer() -> None:
    why = "Runs are known only since 3 Nov 2026, and usage since the day before it"
    text = strip([Figure(None, None, missing=why, note="vs the 28 days before")], "USD", UTC)
    cell, panel = text.split("</section>")
    assert f'title="{why} · vs the 28 days before"' in cell
    assert f"<p>{why}</p><p>vs the 28 days before</p>" in panel


def test_all_values_of_a_strip_are_written_in_letters_of_one_size_by_the_fullest_cell() -> None:
    plain, full = Figure(10, None, "days"), Figure(Decimal(12345678), Decimal(11345678), "money", key="full")
    needs = [
        re.findall(r"--long:([0-9.]+)", strip(figures, "JPY", UTC)) for figures in ([plain], [plain, full])
    ]
    [[alone], [together]] = needs
    assert float(alone) < float(together) < 8


def test_no_word_of_a_figure_becomes_markup() -> None:
    bad = "<img src=x onerror=alert(1)>\"'"
    text = strip([Figure(1, 2, label=bad, definition=bad, sql=bad, note=bad)], "USD", UTC)
    assert "<img" not in text


def test_colours_of_both_modes_come_from_the_theme() -> None:
    assert "light-dark(#15803D, #4ADE80)" in style()
    assert set(re.findall(r"var\(--(\w+)", style())) == {"beside", "long"}  # which each cell says of itself


def test_without_a_target_in_the_row_no_place_is_kept_for_bars() -> None:
    text = strip([Figure(1, 2), Figure(3, 4, key="other")], "USD", UTC)
    assert "of-aim" not in text
    assert "no target" not in text


def test_amounts_that_are_in_no_sum_are_told_at_the_figure() -> None:
    text = strip(
        [Figure(5, None, "money", left_out="Not converted: 3.00 GBP, 1 row; add a rate")], "EUR", UTC
    )
    assert "€5.00" in text
    assert "Not converted: 3.00 GBP, 1 row; add a rate" in text


def test_a_small_amount_is_told_exactly_where_one_looks_closer() -> None:
    for amount, shown, exactly in (
        ("0.00003", "&lt; $0.0001", "$0.00003"),
        ("14.97651418586", "$14.98", "$14.97651418586"),
        ("18420.5", "$18,420", "$18,420.50"),
    ):
        text = strip([Figure(Decimal(amount), None, "money")], "USD", UTC)
        assert shown in text
        assert f"exactly {exactly}" in text
    assert "exactly" not in strip(
        [Figure(Decimal("1.50"), None, "money"), Figure(None, None, "money")], "USD", UTC
    )


def test_the_units_in_a_duration_are_written_small() -> None:
    text = strip([Figure(Decimal(109_000), Decimal(98_000), "ms", direction="down")], "USD", UTC)
    assert "<b>1<small> min</small> 49<small> s</small></b>" in text


def test_what_is_not_in_a_figure_is_said_on_it_and_in_its_panel() -> None:
    html = strip([Figure(5, None, "money", besides="Development time is not in it")], "EUR", UTC)
    assert 'title="Development time is not in it · vs the same days of October"' in html
    assert '<sup aria-hidden="true">*</sup><i class="of-unseen">, not all of it is in it</i></b>' in html
    assert '<span class="of-note">vs the same days of October</span>' in html
    assert "<p>Development time is not in it</p>" in html
