"""How values are written on the screen: one form for money, shares, durations, counts and moments."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

Number: TypeAlias = Decimal | float

NOTHING = "–"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪", "BRL": "R$"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$:~])")


def money(value: Number | None, currency: str, *, digits: int | None = None) -> str:
    """`$18,420`, `€12.50`, `$0.0042`: two digits below a hundred, four below one; `digits` fixes them."""
    if value is None:
        return NOTHING
    amount = abs(Decimal(value))
    if digits is None:
        digits = 0 if amount >= 100 or amount == 0 else 2 if amount >= 1 else 4
    symbol = SYMBOLS.get(currency, f"{currency} ")
    return f"{_sign(value, digits)}{symbol}{amount:,.{digits}f}"


def percent(value: Number | None, *, digits: int | None = None) -> str:
    """A share of one as `1.8 %`; whole percents from ten upwards unless `digits` says otherwise."""
    if value is None:
        return NOTHING
    share = float(value) * 100
    if digits is None:
        digits = 0 if abs(share) >= 10 or share == 0 else 1
    return f"{_sign(share, digits)}{abs(share):,.{digits}f} %"


def number(value: Number | None, *, digits: int = 0, compact: bool = False) -> str:
    """`12,345`; compact writes `12.3 k`, `4.6 M`, `1.2 bn`."""
    if value is None:
        return NOTHING
    if compact:
        for size, unit in ((1_000_000_000, "bn"), (1_000_000, "M"), (1_000, "k")):
            if abs(float(value)) >= size:
                scaled = float(value) / size
                return f"{_sign(scaled, 1)}{abs(scaled):,.{0 if abs(scaled) >= 100 else 1}f} {unit}"
    return f"{_sign(value, digits)}{abs(value):,.{digits}f}"


def duration(milliseconds: Number | None) -> str:
    """`850 ms`, `1.2 s`, `2 min 5 s`, `1 h 3 min`, `4 d 2 h`."""
    if milliseconds is None:
        return NOTHING
    total = float(milliseconds)
    if total < 1000:
        return f"{total:.0f} ms"
    if total < 60_000:
        return f"{total / 1000:.1f} s"
    seconds = round(total / 1000)
    for size, unit, small, small_unit in (
        (86_400, "d", 3_600, "h"),
        (3_600, "h", 60, "min"),
        (60, "min", 1, "s"),
    ):
        if seconds >= size:
            rest = seconds % size // small
            return f"{seconds // size} {unit} {rest} {small_unit}" if rest else f"{seconds // size} {unit}"
    return f"{seconds} s"


def days(value: Number | None) -> str:
    """`11 days`, `1 day`, `4.5 days`."""
    if value is None:
        return NOTHING
    rounded = round(float(value), 1)
    text = f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.1f}"
    return f"{text} day" if rounded == 1 else f"{text} days"


def moment(value: datetime | None, zone: ZoneInfo) -> str:
    """`22 Nov 2026, 09:41` in the workspace's zone."""
    if value is None:
        return NOTHING
    local = value.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M}"


def day(value: date | None) -> str:
    """`22 Nov 2026`."""
    return NOTHING if value is None else f"{value.day} {value:%b %Y}"


def period(start: date, end: date) -> str:
    """Both days included: `1–21 Nov 2026`, `25 Oct – 21 Nov 2026`, `20 Dec 2025 – 3 Jan 2026`."""
    if start == end:
        return day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day(end)}"
    if start.year == end.year:
        return f"{start.day} {start:%b} – {day(end)}"
    return f"{day(start)} – {day(end)}"


def plain(text: object) -> str:
    """`text` safe inside Streamlit's Markdown: shown as written, never as a link, image, formula or icon."""
    return _MARKDOWN.sub(r"\\\1", str(text))


def _sign(value: Number, digits: int) -> str:
    return "−" if value < 0 and round(abs(float(value)), digits) != 0 else ""
