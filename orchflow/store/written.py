"""What people and programs write for a day, an instant, a number, yes or no, a choice: one reading for every door.

What could mean two things is refused rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any, Literal, TypeAlias

Order: TypeAlias = Literal["dmy", "mdy"]
"""Which comes first in a day like 03/04/2026."""

DAY_FORM = "write it like 2026-11-22"
SHOWN = 60

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
    re.compile(form + _CLOCK + r"\s*" + _ZONE, re.ASCII)
    for form in (
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}|\d{2})",
        r"(?P<day>\d{1,2})[/ -](?P<word>[A-Za-z]{3})[a-z]*\.?[/ ,-]+(?P<year>\d{4}|\d{2})",
        r"(?P<word>[A-Za-z]{3})[a-z]*\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
    )
)
_SLASHES = re.compile(
    r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<year>\d{4}|\d{2})" + _CLOCK + r"\s*" + _ZONE, re.ASCII
)
_GROUPING = re.compile(r"[\s\u00a0\u202f']")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_YES = frozenset({"yes", "y", "true", "1", "x", "✓", "☑", "ja", "wahr", "oui"})
_NO = frozenset({"no", "n", "false", "0", "nein", "falsch", "non", "☐"})


class Refused(ValueError):
    """A value that its field cannot hold; the text says why."""


def number(written: str) -> Decimal:
    """A number with a point or a comma, with or without groups of thousands; one that could be two is refused."""
    _no_formula(written)
    text = _GROUPING.sub("", written)
    commas, points = text.count(","), text.count(".")
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text):
        raise Refused(f"could be two numbers: {short(written)} (write it with a point)")
    if commas and points:
        mark = max(text.rfind(","), text.rfind("."))
        text = re.sub(r"[.,]", "", text[:mark]) + "." + text[mark + 1 :]
    elif commas > 1 or points > 1:
        text = re.sub(r"[.,]", "", text) if re.fullmatch(r"[+-]?\d{1,3}([.,]\d{3})+", text) else ""
    else:
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        raise Refused(f"is not a number: {short(written)}")
    return Decimal(text)


def flag(written: str) -> bool:
    """Yes or no, in words or signs."""
    word = written.strip().casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise Refused(f"is neither yes nor no: {short(written)}")


def choice(written: str, options: Mapping[str, str], called: Mapping[str, str] | None = None) -> str:
    """The key among `options` (key → name) that is meant, by key or name, however it is capitalised.

    `called`: other words for a key, in lower case.
    """
    word = plain_word(written)
    for key, name in options.items():
        if word in (plain_word(key), plain_word(name)):
            return key
    if called and called.get(word) in options:
        return called[word]
    if len(options) > 12:
        raise Refused(f"{short(written)} is not known here")
    raise Refused(f"{short(written)} is not one of {', '.join(options.values())}")


def plain_word(written: str) -> str:
    """A word as it is compared: no case, one blank for every gap, underscore or hyphen."""
    return " ".join(written.casefold().replace("_", " ").replace("-", " ").replace("’", "'").split())


def day(written: str, order: Order | None = None) -> date:
    """A day; a time of day behind it is left out."""
    return _moment(written, order).date()


def instant(written: Any, order: Order | None = None, zone: tzinfo = UTC) -> datetime:
    """An instant in UTC, of text, day or instant; without a zone of its own it is one of `zone`."""
    if isinstance(written, datetime):
        moment = written
    elif isinstance(written, date):
        moment = datetime.combine(written, time(), zone)
    else:
        moment = _moment(str(written), order)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def slash_order(values: Iterable[Any]) -> Order | None:
    """Which order the days of a column show that can only be read in one way; None when they show none or both."""
    slashes = [
        match for value in values if isinstance(value, str) and (match := _SLASHES.fullmatch(value.strip()))
    ]
    day_first = any(int(match["a"]) > 12 for match in slashes)
    month_first = any(int(match["b"]) > 12 for match in slashes)
    if day_first == month_first:
        return None
    return "dmy" if day_first else "mdy"


def short(written: Any) -> str:
    """A value as a message quotes it."""
    text = written if isinstance(written, str) else str(written)
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")


def _no_formula(written: str) -> None:
    if written.startswith("="):
        raise Refused(f"is a formula: {short(written)} (write its value instead)")


def _moment(written: str, order: Order | None) -> datetime:
    text = " ".join(written.split())
    _no_formula(text)
    match = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    parts: dict[str, str | None]
    if match:
        parts = match.groupdict()
        month = _MONTHS.get((parts.get("word") or "").lower()) or int(parts.get("month") or 0)
        day_ = int(parts["day"] or 0)
    elif slashes := _SLASHES.fullmatch(text):
        parts = slashes.groupdict()
        a, b = int(slashes["a"]), int(slashes["b"])
        shown = order or ("dmy" if a > 12 else "mdy" if b > 12 else None)
        if shown is None and a != b:
            raise Refused(f"could be two days: {short(text)} (write it like {_year(parts)}-{a:02}-{b:02})")
        day_, month = (a, b) if shown == "dmy" else (b, a)
    else:
        raise Refused(f"is not a date: {short(text)} ({DAY_FORM})")
    try:
        return datetime(_year(parts), month, day_, *_clock(parts), tzinfo=_zone(parts.get("zone")))
    except ValueError:
        raise Refused(f"is not a date: {short(text)} ({DAY_FORM})") from None


def _year(parts: Mapping[str, str | None]) -> int:
    year = int(parts["year"] or 0)
    return year + 2000 if len(parts["year"] or "") == 2 else year


def _clock(parts: Mapping[str, str | None]) -> tuple[int, int, int]:
    hour = int(parts.get("hour") or 0)
    if half := (parts.get("half") or "").lower():
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour, int(parts.get("minute") or 0), int(parts.get("second") or 0)


def _zone(written: str | None) -> tzinfo | None:
    if written is None:
        return None
    return datetime.strptime(written.replace("Z", "+0000"), "%z").tzinfo
