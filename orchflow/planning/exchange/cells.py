"""What a cell of a file means: days, instants, numbers, yes and no, as people and programs write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from orchflow.planning.exchange.records import DAYS, FLAGS, INSTANTS, NUMBERS
from orchflow.planning.work.values import Refused

Order: TypeAlias = Literal["dmy", "mdy"]
"""Which comes first in a day like 03/04/2026."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_CLOCK = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?\s*(?P<half>[AaPp][Mm])?)?"
)
_ZONE = r"(?P<zone>Z|[+-]\d{2}:?\d{2})?"
_FORMS = tuple(
    re.compile(form + _CLOCK + r"\s*" + _ZONE)
    for form in (
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
        r"(?P<day>\d{1,2})[/ -](?P<word>[A-Za-z]{3})[a-z]*\.?[/ ,-]+(?P<year>\d{4}|\d{2})",
        r"(?P<word>[A-Za-z]{3})[a-z]*\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
    )
)
_SLASHES = re.compile(r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<year>\d{4}|\d{2})" + _CLOCK + r"\s*" + _ZONE)
_COMMA = re.compile(r"-?\d+,(\d+)")
_TRUE = {"yes", "y", "true", "1", "x", "✓", "ja", "wahr"}
_FALSE = {"no", "n", "false", "0", "nein", "falsch"}


def typed(name: str, given: Any, order: Order | None = None) -> Any:
    """The value of field `name` in a form its rule understands; Refused when it is none."""
    if isinstance(given, str):
        given = given.strip() if name != "description" else given
        if not given.strip():
            return None
    if given is None:
        return None
    if name in DAYS:
        return as_day(given, order)
    if name in INSTANTS:
        return as_instant(given, order)
    if name in NUMBERS:
        return as_number(given)
    if name in FLAGS:
        return as_flag(given)
    return as_text(given) if isinstance(given, int | float | Decimal | datetime | date) else given


def as_text(given: Any) -> str:
    """What a program's typed cell says as text: 2024 rather than 2024.0."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    if isinstance(given, datetime) and given.time() == time():
        return given.date().isoformat()
    return given.isoformat() if isinstance(given, datetime | date) else str(given)


def as_number(given: Any) -> Any:
    """A number with a point; one comma is a decimal comma unless it might part thousands."""
    if not isinstance(given, str):
        return given
    if found := _COMMA.fullmatch(given):
        if len(found[1]) == 3:
            plain = given.replace(",", "")
            raise Refused(f"{given!r} may be {plain} or {given.replace(',', '.')}; write it with a point")
        return given.replace(",", ".")
    return given


def as_flag(given: Any) -> bool:
    """Yes or no, in words or signs."""
    if isinstance(given, bool):
        return given
    word = as_text(given).casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise Refused(f"is neither yes nor no: {str(given)[:40]!r}")


def as_day(given: Any, order: Order | None = None) -> date:
    """A day; a time of day is left out."""
    if isinstance(given, datetime):
        return given.date()
    return given if isinstance(given, date) else _moment(given, order).date()


def as_instant(given: Any, order: Order | None = None, zone: tzinfo = UTC) -> datetime:
    """An instant; without a zone of its own it is one of `zone`."""
    if isinstance(given, datetime):
        moment = given
    elif isinstance(given, date):
        moment = datetime.combine(given, time(), zone)
    else:
        moment = _moment(given, order)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _moment(given: Any, order: Order | None) -> datetime:
    shown = str(given)[:40]
    text = str(given).strip()
    found = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    parts: dict[str, str | None]
    if found:
        parts = found.groupdict()
        month = _MONTHS.get((parts.get("word") or "").lower()) or int(parts.get("month") or 0)
        day = int(parts["day"] or 0)
    elif slashes := _SLASHES.fullmatch(text):
        parts = slashes.groupdict()
        a, b = int(slashes["a"]), int(slashes["b"])
        chosen = order or ("dmy" if a > 12 else "mdy" if b > 12 else None)
        if chosen is None and a != b:
            raise Refused(f"{shown!r} may be read in two ways; write it like 2026-11-22")
        day, month = (a, b) if chosen == "dmy" else (b, a)
    else:
        raise Refused(f"is not a date: {shown!r} (write it like 2026-11-22)")
    year = int(parts["year"] or 0)
    try:
        return datetime(
            year + 2000 if year < 100 else year, month, day, *_clock(parts), tzinfo=_zone(parts.get("zone"))
        )
    except ValueError:
        raise Refused(f"is not a date: {shown!r} (write it like 2026-11-22)") from None


def _clock(parts: dict[str, str | None]) -> tuple[int, int, int]:
    hour = int(parts.get("hour") or 0)
    if half := (parts.get("half") or "").lower():
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour, int(parts.get("minute") or 0), int(parts.get("second") or 0)


def _zone(written: str | None) -> tzinfo | None:
    if written is None:
        return None
    return datetime.strptime(written.replace("Z", "+0000"), "%z").tzinfo


def slash_order(values: Iterable[Any]) -> Order | None:
    """Which order the days of a column show that can only be read in one way; None when they show none or both."""
    found = [
        match for value in values if isinstance(value, str) and (match := _SLASHES.fullmatch(value.strip()))
    ]
    day_first = any(int(match["a"]) > 12 for match in found)
    month_first = any(int(match["b"]) > 12 for match in found)
    if day_first == month_first:
        return None
    return "dmy" if day_first else "mdy"
