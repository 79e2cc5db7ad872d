"""How a value of each kind is read, wherever it comes from: a grid, a file, the API. Refused says why not."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeAlias

from orchflow.people.names import plain

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2200, 12, 31)
LONGEST_LABEL, MOST_LABELS = 60, 30


class Refused(ValueError):
    """A value that its field cannot hold; the text says why."""


@dataclass(frozen=True)
class Field:
    """A field that may be edited: how its values are read, and whether it may be empty."""

    read: Callable[[Any], Any]
    required: bool = False
    empty: Any = None

    def value(self, given: Any) -> Any:
        """`given` as it is stored; Refused with the reason."""
        if given is None or (isinstance(given, str) and not given.strip()) or given == []:
            if self.required:
                raise Refused("must not be empty")
            return list(self.empty) if isinstance(self.empty, list) else self.empty
        return self.read(given)


Fields: TypeAlias = dict[str, Field]


def line(longest: int, *, required: bool = False, empty: str | None = None) -> Field:
    """One line of text."""

    def read(given: Any) -> str:
        if not isinstance(given, str):
            raise Refused(f"must be text, not {given!r}")
        text = " ".join(plain(given).split())
        return _within(text, longest)

    return Field(read, required, empty)


def text(longest: int, *, required: bool = False, empty: str | None = "") -> Field:
    """Text of any number of lines, kept as it was written."""

    def read(given: Any) -> str:
        if not isinstance(given, str):
            raise Refused("must be text")
        _within(given, longest)  # before anything else looks at it: it may be megabytes
        kept = unicodedata.normalize("NFC", given.replace("\r\n", "\n"))
        return "".join(c for c in kept if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).rstrip()

    return Field(read, required, empty)


def _within(given: str, longest: int) -> str:
    if len(given) > longest:
        raise Refused(f"has {len(given):,} characters; at most {longest:,} fit")
    return given


def amount(
    lowest: str | None, highest: str, places: int, *, required: bool = False, empty: Decimal | None = None
) -> Field:
    """A decimal number with at most `places` decimals; finer ones are refused rather than rounded."""
    least, most = Decimal(lowest) if lowest is not None else -Decimal(highest), Decimal(highest)

    def read(given: Any) -> Decimal:
        number = _decimal(given)
        if not least <= number <= most:
            raise Refused(f"must be from {least:f} to {most:f}, not {given}")
        rounded = round(number, places)
        if abs(rounded - number) > Decimal("1e-9"):
            raise Refused(f"has more than {places} decimals: {given}")
        return rounded

    return Field(read, required, empty)


def _decimal(given: Any) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | float | str | Decimal):
        raise Refused(f"is not a number: {given!r}")
    try:
        number = Decimal(str(given).strip())
    except InvalidOperation:
        raise Refused(f"is not a number: {given!r}") from None
    if not number.is_finite():
        raise Refused(f"is not a number: {given}")
    return number


def whole(lowest: int, highest: int, *, required: bool = False, empty: int | None = None) -> Field:
    """A whole number."""

    def read(given: Any) -> int:
        number = _decimal(given)
        if number != number.to_integral_value():
            raise Refused(f"is not a whole number: {given}")
        if not lowest <= number <= highest:
            raise Refused(f"must be from {lowest} to {highest}, not {given}")
        return int(number)

    return Field(read, required, empty)


def place() -> Field:
    """Where a row stands among others: any finite number."""

    def read(given: Any) -> float:
        if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
            raise Refused(f"is not a number: {given!r}")
        return float(given)

    return Field(read, required=True)


def day() -> Field:
    """A calendar day: a date, or text like 2026-11-22."""

    def read(given: Any) -> date:
        if isinstance(given, datetime):
            given = given.date()
        elif isinstance(given, str):
            try:
                given = date.fromisoformat(given.strip())
            except ValueError:
                raise Refused(f"is not a date: {given[:40]!r} (write it like 2026-11-22)") from None
        if not isinstance(given, date):
            raise Refused(f"is not a date: {given!r} (write it like 2026-11-22)")
        if not FIRST_DAY <= given <= LAST_DAY:
            raise Refused(f"must be between {FIRST_DAY} and {LAST_DAY}, not {given}")
        return given

    return Field(read)


def choice(kind: type[StrEnum], *, empty: StrEnum | None = None) -> Field:
    """One of the values of `kind`."""

    def read(given: Any) -> StrEnum:
        try:
            return kind(given.strip() if isinstance(given, str) else given)
        except ValueError:
            raise Refused(f"{str(given)[:60]!r} is not one of {', '.join(kind)}") from None

    return Field(read, required=empty is None, empty=empty)


def flag() -> Field:
    """Yes or no."""

    def read(given: Any) -> bool:
        if not isinstance(given, bool):
            raise Refused(f"is neither yes nor no: {given!r}")
        return given

    return Field(read, empty=False)


def reference(*, required: bool = False) -> Field:
    """The number of a row."""

    def read(given: Any) -> int:
        if isinstance(given, bool) or not isinstance(given, int) or not 0 < given < 2**63:
            raise Refused(f"is not the number of a row: {given!r}")
        return given

    return Field(read, required)


def labels() -> Field:
    """A list of short words (or one text with commas): blanks and repetitions dropped, order kept."""

    def read(given: Any) -> list[str]:
        parts = given.split(",") if isinstance(given, str) else given
        if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
            raise Refused("must be a list of words")
        kept = list(dict.fromkeys(word for part in parts if (word := " ".join(plain(part).split()))))
        if len(kept) > MOST_LABELS:
            raise Refused(f"has {len(kept)} labels; at most {MOST_LABELS} fit")
        for word in kept:
            if len(word) > LONGEST_LABEL:
                raise Refused(f"the label {word[:20]!r}… is longer than {LONGEST_LABEL} characters")
            if "," in word:
                raise Refused(f"the label {word!r} must not hold a comma")
        return kept

    return Field(read, empty=[])
