"""Values as the screen writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from orchflow.ui import format as fmt


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("18420.35"), "$18,420"),
        (Decimal("12.5"), "$12.50"),
        (Decimal("0.00421"), "$0.0042"),
        (0, "$0"),
        (Decimal("-5"), "−$5.00"),
        (None, "–"),
    ],
)
def test_money_has_as_many_digits_as_its_size_needs(value: Any, written: str) -> None:
    assert fmt.money(value, "USD") == written


def test_a_currency_without_a_symbol_is_written_by_its_code() -> None:
    assert fmt.money(Decimal("1200"), "CHF") == "CHF 1,200"


@pytest.mark.parametrize(
    ("share", "written"), [(0.018, "1.8 %"), (0.72, "72 %"), (0, "0 %"), (-0.05, "−5.0 %"), (None, "–")]
)
def test_a_share_is_written_in_percent(share: Any, written: str) -> None:
    assert fmt.percent(share) == written


@pytest.mark.parametrize(
    ("milliseconds", "written"),
    [
        (850, "850 ms"),
        (1200, "1.2 s"),
        (125_000, "2 min 5 s"),
        (3_780_000, "1 h 3 min"),
        (180_000_000, "2 d 2 h"),
    ],
)
def test_a_duration_uses_its_two_largest_units(milliseconds: int, written: str) -> None:
    assert fmt.duration(milliseconds) == written


def test_a_moment_is_written_in_the_workspaces_zone() -> None:
    assert (
        fmt.moment(datetime(2026, 11, 22, 8, 41, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
        == "22 Nov 2026, 09:41"
    )


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        (date(2026, 11, 1), date(2026, 11, 21), "1–21 Nov 2026"),
        (date(2026, 10, 25), date(2026, 11, 21), "25 Oct – 21 Nov 2026"),
        (date(2025, 12, 20), date(2026, 1, 3), "20 Dec 2025 – 3 Jan 2026"),
        (date(2026, 11, 1), date(2026, 11, 1), "1 Nov 2026"),
    ],
)
def test_a_period_repeats_nothing(start: date, end: date, written: str) -> None:
    assert fmt.period(start, end) == written


def test_large_counts_can_be_compact() -> None:
    assert [fmt.number(n, compact=True) for n in (950, 12_340, 4_560_000)] == ["950", "12.3 k", "4.6 M"]


def test_text_from_outside_is_neither_link_nor_image_nor_formula() -> None:
    assert fmt.plain("![x](http://evil) $a$ :red[b]") == r"\!\[x\]\(http\://evil\) \$a\$ \:red\[b\]"
