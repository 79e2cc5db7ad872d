"""How a value of each kind of field is read: typed, as a program gives it, or as people write it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from orchflow.store import moments, written
from orchflow.store.moments import Order
from orchflow.store.written import Refused, short

if TYPE_CHECKING:
    from orchflow.store.field import Field

LONGEST_WORD, MOST_WORDS = 60, 30
LARGEST_ID, LONGEST_ID = 2**63 - 1, 20


def _line(field: Field, value: Any, order: Order | None) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal | date):
        raise Refused(f"must be text, not {short(value)}")
    return _within(field, " ".join(_printable(as_text(value), "").split()))


def as_text(value: Any) -> str:
    """What a program's typed cell says as text: 2024 rather than 2024.0."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _text(field: Field, value: Any, order: Order | None) -> str:
    if not isinstance(value, str):
        value = _line(field, value, order)
    _within(field, value)  # before anything else looks at it: it may be megabytes
    return _printable(value.replace("\r\n", "\n"), "\n\t").rstrip()


def _printable(text: str, also: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    kept = unicodedata.normalize("NFC", text)
    if not also:
        kept = kept.replace("\n", " ").replace("\t", " ")
    return "".join(c for c in kept if c in also or unicodedata.category(c) not in ("Cc", "Cs"))


def _within(field: Field, text: str) -> str:
    if field.length is not None and len(text) > field.length:
        raise Refused(f"has {len(text):,} characters; at most {field.length:,} fit")
    return text


def _decimal(value: Any) -> Decimal:
    if isinstance(value, str):
        return written.number(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Refused(f"is not a number: {short(value)}")
    number = Decimal(str(value))
    if not number.is_finite():
        raise Refused(f"is not a number: {value}")
    return number


def _number(field: Field, value: Any, order: Order | None) -> Decimal:
    number = _decimal(value)
    _between(field, number, value)
    rounded = round(number, field.places)
    if abs(rounded - number) > Decimal("1e-9"):
        raise Refused(f"has more than {field.places} decimals: {value}")
    return rounded


def _whole(field: Field, value: Any, order: Order | None) -> int:
    number = _decimal(value)
    if number != number.to_integral_value():
        raise Refused(f"is not a whole number: {value}")
    _between(field, number, value)
    return int(number)


def _between(field: Field, number: Decimal, value: Any) -> None:
    low, high = field.least, field.most
    if (low is not None and number < low) or (high is not None and number > high):
        raise Refused(f"must be from {low:f} to {high:f}, not {value}")


def _place(field: Field, value: Any, order: Order | None) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Refused(f"is not a number: {short(value)}")
    return float(value)


def _day(field: Field, value: Any, order: Order | None) -> date:
    return moments.day(value, order)


def _instant(field: Field, value: Any, order: Order | None) -> datetime:
    return moments.instant(value, order)


def _flag(field: Field, value: Any, order: Order | None) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str | int | float):
        return written.flag(as_text(value))
    raise Refused(f"is neither yes nor no: {short(value)}")


def _choice(field: Field, value: Any, order: Order | None) -> StrEnum:
    assert field.choices is not None
    if not isinstance(value, str):
        raise Refused(f"{short(value)} is not one of {', '.join(field.choices)}")
    return field.choices(written.choice(value, {key: key for key in field.options}))


def row_id(named: object) -> int | None:
    """The number of a row that an address or a browser names, as a number or in digits; None for anything else."""
    if isinstance(named, str) and len(named) < LONGEST_ID and named.isascii() and named.isdecimal():
        named = int(named)
    return named if isinstance(named, int) and named is not True and 0 < named <= LARGEST_ID else None


def _reference(field: Field, value: Any, order: Order | None) -> int:
    number = None if isinstance(value, str) else row_id(value)
    if number is None:
        raise Refused(f"is not the number of a row: {short(value)}")
    return number


def _words(field: Field, value: Any, order: Order | None) -> list[str]:
    """Short words (or one text with commas): blanks and repetitions dropped, order kept."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise Refused("must be a list of words")
    words = list(dict.fromkeys(word for part in parts if (word := " ".join(_printable(part, "").split()))))
    if len(words) > MOST_WORDS:
        raise Refused(f"has {len(words)} words; at most {MOST_WORDS} fit")
    for word in words:
        if len(word) > LONGEST_WORD:
            raise Refused(f"{word[:20]!r}… is longer than {LONGEST_WORD} characters")
        if "," in word:
            raise Refused(f"{word!r} must not hold a comma")
    return words


def _other(field: Field, value: Any, order: Order | None) -> Any:
    raise TypeError(f"the field {field.name} does not say how it is read")


READ: dict[str, Callable[[Field, Any, Order | None], Any]] = {
    "line": _line, "text": _text, "number": _number, "whole": _whole, "place": _place, "day": _day,
    "instant": _instant, "flag": _flag, "choice": _choice, "reference": _reference, "words": _words, "other": _other,
}  # fmt: skip
