"""Values as the screen writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from orchflow import format as fmt


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


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (fmt.money(Decimal("0.00003"), "USD"), "< $0.0001"),
        (fmt.money(Decimal("0.00003"), "USD", digits=2), "< $0.01"),
        (fmt.money(Decimal("-0.00003"), "EUR", digits=2), "> −€0.01"),
        (fmt.money(Decimal("0.4"), "JPY", digits=0), "< ¥1"),
        (fmt.exact_money(Decimal("0.00003"), "USD"), "$0.00003"),
        (fmt.exact_money(Decimal("12.500000000000"), "CHF"), "CHF 12.50"),
        (
            fmt.exact_money(Decimal("-12345678901234.123456789012345678"), "USD"),
            "−$12,345,678,901,234.123456789012345678",
        ),
        (fmt.percent(0.0004), "< 0.1 %"),
        (fmt.percent(-0.0004), "> −0.1 %"),
        (fmt.percent(0.004, digits=0), "< 1 %"),
        (fmt.number(0.2), "< 1"),
        (fmt.count(Decimal("0.04")), "< 0.1"),
        (fmt.duration(0.3), "< 1 ms"),
        (fmt.days(0.04), "< 0.1 days"),
        (fmt.days(0), "0 days"),
        (fmt.signed(0.02), "+< 0.1"),
        (fmt.precise(Decimal("0.0000312345678"), "money", "USD"), "< $0.01"),
        (fmt.precise(Decimal("0.2052"), "money", "USD"), "$0.21"),
        (fmt.precise(Decimal("1234.5678"), "money", "USD"), "$1,234.57"),
        (fmt.precise(0.00004, "percent", "USD"), "0.0040 %"),
        (fmt.precise(0.00000001, "percent", "USD"), "0.0000010 %"),
        (fmt.precise(0, "percent", "USD"), "0 %"),
    ],
)
def test_what_is_not_nothing_is_never_written_as_nothing(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (fmt.percent(0.997), "> 99 %"),
        (fmt.percent(Decimal(299) / 300, digits=0), "> 99 %"),
        (fmt.percent(0.99996, digits=1), "> 99.9 %"),
        (fmt.percent(0.994, digits=0), "99 %"),
        (fmt.percent(1), "100 %"),
        (fmt.percent(1.002), "100 %"),
    ],
)
def test_what_is_not_the_whole_is_never_written_as_the_whole(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize(("amount", "written"), [("1000", "¥1,000"), ("12.5", "¥12"), ("0.42", "¥0.4200")])
def test_money_has_no_smaller_coins_than_its_currency(amount: str, written: str) -> None:
    assert fmt.money(Decimal(amount), "JPY") == written


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
    assert fmt.plain("![x](http://evil) $a$ :red[b]") == r"\!\[x\]\(http\::small[]//evil\) \$a\$ \:red\[b\]"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Title\n===", "Title\n\\=\\=\\="),
        ("AT&amp;T", r"AT\&amp;T"),
        ("a\n\n    b\n\tc\n  d", "a\n\nb\nc\n  d"),
        ("ana@example.org", r"ana@:small[]example\.org"),
        ("a @ 2, a@", "a @ 2, a@"),
        ("see WWW.evil.com", r"see WWW:small[]\.evil\.com"),
    ],
)
def test_text_from_outside_is_neither_heading_nor_sign_nor_code_nor_address(text: str, safe: str) -> None:
    assert fmt.plain(text) == safe


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1_204, "1,204 rows")]
)
def test_a_quantity_of_one_has_no_plural(count: int, words: str) -> None:
    assert fmt.quantity(count, "row") == words
