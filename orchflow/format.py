"""How values are written for people: one form for money, shares, durations, counts and moments, on every door.

What is not nothing is never written as nothing: what is too small for the digits shown is less than the last of them. And a
share that is not the whole is never written as the whole.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from orchflow.currencies import places, sign

Number: TypeAlias = Decimal | float

NOTHING = "–"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$:~&=])")
_ADDRESS = re.compile(r"(?:@|https?\\:)(?=\S)|www(?=\\\.)", re.IGNORECASE)
_APART = ":small[]"
"""Nothing to see; by it what the browser would take for the address of a page or a mailbox falls into two texts."""
_INDENT = re.compile(r"^(?: {4}| {0,3}\t)[ \t]*", re.MULTILINE)


def money(value: Number | None, currency: str, *, digits: int | None = None) -> str:
    """`$18,420`, `€12.50`, `$0.0042`, `< $0.0001`: two digits below a hundred, four below one; `digits` fixes them."""
    if value is None:
        return NOTHING
    amount = abs(Decimal(str(value)))
    if digits is None:
        digits = 0 if amount >= 100 or amount == 0 else min(places(currency), 2) if amount >= 1 else 4
    return _written(value, digits, sign(currency))


def exact_money(value: Number | None, currency: str) -> str:
    """Every digit of an amount, but no fewer than its smallest coin has: `$0.00003`, `€12.50`."""
    if value is None:
        return NOTHING
    amount = Decimal(str(value)).normalize()
    return _written(amount, max(places(currency), -int(amount.as_tuple().exponent)), sign(currency))


def percent(value: Number | None, *, digits: int | None = None) -> str:
    """A share of one as `1.8 %`; whole percents from ten upwards unless `digits` says otherwise."""
    if value is None:
        return NOTHING
    share = Decimal(str(value)) * 100
    if digits is None:
        digits = 0 if abs(share) >= 10 or share == 0 else 1
    text = _written(share, digits)
    if share < 100 and text == _written(Decimal(100), digits):
        text = f"> {_written(100 - Decimal(1).scaleb(-digits), digits)}"
    return f"{text} %"


def number(value: Number | None, *, digits: int = 0, compact: bool = False) -> str:
    """`12,345`; compact writes `12.3 k`, `4.6 M`, `1.2 bn`."""
    if value is None:
        return NOTHING
    if compact:
        for size, unit in ((1_000_000_000, "bn"), (1_000_000, "M"), (1_000, "k")):
            if abs(float(value)) >= size:
                scaled = float(value) / size
                return f"{_written(scaled, 0 if abs(scaled) >= 100 else 1)} {unit}"
    return _written(value, digits)


def count(value: Number | None) -> str:
    """A count, or an average of counts: `12,345`, `2.5`, `1.2 M`."""
    whole = value is None or value == round(value)
    return number(value, digits=0 if whole else 1, compact=value is not None and abs(float(value)) >= 100_000)


def signed(value: Number, *, digits: int = 1) -> str:
    """How far something moved: `+1.5`, `−0.2`, `±0.0`, `+< 0.1`."""
    mark = "+" if value > 0 else "−" if value < 0 else "±"
    return mark + _written(value if value > 0 else -value, digits)


def duration(milliseconds: Number | None) -> str:
    """`850 ms`, `1.2 s`, `2 min 5 s`, `1 h 3 min`, `4 d 2 h`."""
    if milliseconds is None:
        return NOTHING
    total = float(milliseconds)
    if total < 1000:
        return f"{_written(total, 0)} ms"
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


def quantity(count: int, noun: str) -> str:
    """`1 row`, `1,204 rows`, `2 dependencies`, `3 active people`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {_PLURAL.sub(_plural, noun, count=1)}"


_PLURAL = re.compile(r"person$|(?<![aeiou])y$|$")


def _plural(ending: re.Match[str]) -> str:
    return {"person": "people", "y": "ies"}.get(ending[0], "s")


def hours(value: Number) -> str:
    """`1 hour`, `40 hours`, `12.5 hours`."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{text} hour" if text == "1" else f"{text} hours"


def days(value: Number | None) -> str:
    """`11 days`, `1 day`, `4.5 days`, `< 0.1 days`."""
    if value is None:
        return NOTHING
    rounded = round(float(value), 1)
    text = _written(value, 0 if rounded == int(rounded) and rounded else 1) if value else "0"
    return f"{text} day" if rounded == 1 else f"{text} days"


def value(amount: Number | None, unit: str, currency: str) -> str:
    """A value in its unit: money, percent, days, ms, a ratio or a count."""
    match unit:
        case "money":
            return money(amount, currency)
        case "percent":
            return percent(amount)
        case "days":
            return days(amount)
        case "ms":
            return duration(amount)
        case "ratio":
            return number(amount, digits=2)
        case "seconds":
            return duration(None if amount is None else float(amount) * 1000)
        case _:
            return count(amount)


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
    """`text` safe inside Streamlit's Markdown: shown as written, never as an image, heading, code, formula, icon or link."""
    return _plain(str(text))


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return _ADDRESS.sub(rf"\g<0>{_APART}", _MARKDOWN.sub(r"\\\1", _INDENT.sub("", text)))


def precise(amount: Number | None, unit: str, currency: str) -> str:
    """The same for who looks closer: the coins of every amount, as tables have them, and of small shares the digits they need."""
    if amount is None or unit not in ("money", "percent"):
        return value(amount, unit, currency)
    if unit == "money":
        return money(amount, currency, digits=places(currency))
    size = abs(Decimal(str(amount)))
    return percent(
        amount, digits=None if size >= Decimal("0.001") or not size else max(4, -1 - size.adjusted())
    )


def _written(value: Number, digits: int, before: str = "") -> str:
    """A number with so many decimals, `before` it a currency's sign."""
    size = abs(value)
    text = f"{size:,.{digits}f}"
    if value and not any(digit in text for digit in "123456789"):
        least = f"{before}{Decimal(1).scaleb(-digits):f}"
        return f"< {least}" if value > 0 else f"> −{least}"
    return f"{'−' if value < 0 else ''}{before}{text}"
