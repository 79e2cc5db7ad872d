"""Fields: what a column of a table may hold, said once, beside the column.

A column declares its field with `info=field(…)` (`store.columns`); kind, length, decimals, choices and the table it points to follow
from the column's own type. Whatever reads, checks, shows, imports or exports a value asks `fields_of` its table.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Mapper, registry

from orchflow.errors import Problem
from orchflow.store import written
from orchflow.store.columns import UtcDateTime
from orchflow.store.tables import KEPT_BY_THE_STORE, Tracked
from orchflow.store.written import Order, Refused, short

Kind: TypeAlias = Literal[
    "line",
    "text",
    "number",
    "whole",
    "place",
    "day",
    "instant",
    "flag",
    "choice",
    "reference",
    "words",
    "other",
]
Door: TypeAlias = Literal["api", "grid", "file", "dataset"]
OnDelete: TypeAlias = Literal["with", "release", "refuse"]

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2200, 12, 31)
LONGEST_TEXT = 200_000
LONGEST_WORD, MOST_WORDS = 60, 30
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a table.

    `label` is what people call it, `file` what files call it, `about` explains it. `least` and `most` bound numbers,
    `places` their decimals, `length` characters. Without a value a field holds `empty`, unless it is `required`;
    a new row may leave out even that when it is `optional`. `on_delete` says what becomes of this row when the row
    that it points to is deleted. An `own` field may be edited by whom the row belongs to. `fixed` is the reason why nobody edits it (`"once"`: only when the row is made),
    `off` why it is missing on a door.
    """

    name: str
    label: str
    kind: Kind
    file: str
    about: str = ""
    required: bool = False
    optional: bool = False
    empty: Any = None
    least: Decimal | None = None
    most: Decimal | None = None
    places: int = 0
    length: int | None = None
    choices: type[StrEnum] | None = None
    target: type[Tracked] | None = None
    on_delete: OnDelete = "release"
    parse: Callable[[Any], Any] | None = None
    json: Any = None
    example: Any = None
    pattern: str = ""
    own: bool = False
    fixed: str = ""
    off: Mapping[Door, str] = dataclass_field(default_factory=dict)

    def value(self, given: Any, order: Order | None = None) -> Any:
        """`given`, typed or as people write it, as it is stored; Refused with the reason.

        `order`: how days like 03/04/2026 are to be read, where the values beside this one tell.
        """
        if given is None or (isinstance(given, str) and not given.strip()) or given in ([], {}):
            if self.required:
                raise Refused("must not be empty")
            return self.blank
        return self.parse(given) if self.parse else _READ[self.kind](self, given, order)

    @property
    def blank(self) -> Any:
        """What the field holds without a value; a new object where it could be changed."""
        return type(self.empty)(self.empty) if isinstance(self.empty, list | dict) else self.empty

    @property
    def options(self) -> dict[str, str]:
        """The choices, each with what people call it."""
        return {choice.value: in_words(choice.value) for choice in self.choices or ()}


def fields_of(model: type[Any]) -> dict[str, Field]:
    """The declared fields of a table (its class), in the order of its columns."""
    return _fields(sa.inspect(model))


@cache
def _fields(mapper: Mapper[Any]) -> dict[str, Field]:
    return {
        name: _of(name, column, column.info["field"], mapper.registry)
        for name, column in mapper.columns.items()
        if "field" in column.info
    }


def read_changes(
    fields: Mapping[str, Field], changes: Mapping[str, Any], row: int | str | None, *, new: bool = False
) -> tuple[dict[str, Any], list[Problem]]:
    """`changes` as they are stored, and every refused value of the row; `fixed` fields are refused."""
    values: dict[str, Any] = {}
    problems = []
    for name, given in changes.items():
        field = fields.get(name)
        try:
            if field is None or (field.fixed and not (new and field.fixed == "once")):
                raise Refused("cannot be changed")
            values[name] = field.value(given)
        except Refused as error:
            problems.append(Problem(row, name, str(error)))
    return values, problems


def undeclared(model: type[Any]) -> list[str]:
    """The columns of a tracked table that are neither a field nor kept by the store."""
    return [
        name
        for name, column in sa.inspect(model).columns.items()
        if "field" not in column.info and name not in KEPT_BY_THE_STORE
    ]


def in_words(key: str) -> str:
    """A stored key as people read it: `not_started` is Not started."""
    return key.replace("_", " ").capitalize()


def _of(name: str, column: sa.Column[Any], told: Mapping[str, Any], tables: registry) -> Field:
    default = None if column.default is None else column.default.arg  # type: ignore[attr-defined]
    if callable(default):
        default = default(None)
    derived = _from_type(column)
    derived.setdefault("file", name.removesuffix("_id"))
    derived["required"] = not column.nullable and default is None
    derived["empty"] = default
    if column.foreign_keys:
        derived["kind"] = "reference"
        derived["target"] = _target(column, tables)
        derived["on_delete"] = "release" if column.nullable else "with"
    limits = {limit: Decimal(told[limit]) for limit in ("least", "most") if limit in told}
    return Field(name=name, **{**derived, **told, **limits})


def _target(column: sa.Column[Any], tables: registry) -> type[Tracked]:
    (key,) = column.foreign_keys
    return next(mapper.class_ for mapper in tables.mappers if mapper.local_table is key.column.table)


def _from_type(column: sa.Column[Any]) -> dict[str, Any]:
    kind = column.type
    if isinstance(kind, sa.Enum):
        return {"kind": "choice", "choices": kind.enum_class}
    if isinstance(kind, sa.Text):
        return {"kind": "text", "length": LONGEST_TEXT}
    if isinstance(kind, sa.String):
        return {"kind": "line", "length": kind.length}
    if isinstance(kind, sa.Boolean):
        return {"kind": "flag"}
    if isinstance(kind, sa.Date):
        return {"kind": "day"}
    if isinstance(kind, UtcDateTime):
        return {"kind": "instant"}
    if isinstance(kind, sa.Float):
        return {"kind": "place"}
    if isinstance(kind, sa.Numeric):
        whole = (kind.precision or 0) - (kind.scale or 0)
        return {
            "kind": "number",
            "places": kind.scale,
            "most": Decimal(10**whole - 1),
            "least": Decimal(1 - 10**whole),
        }
    if isinstance(kind, sa.Integer):
        return {"kind": "whole"}
    return {"kind": "other"}


def _line(field: Field, given: Any, order: Order | None) -> str:
    if isinstance(given, bool) or not isinstance(given, str | int | float | Decimal | date):
        raise Refused(f"must be text, not {short(given)}")
    return _within(field, " ".join(_printable(as_text(given), "").split()))


def as_text(given: Any) -> str:
    """What a program's typed cell says as text: 2024 rather than 2024.0."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    if isinstance(given, datetime) and given.time() == time():
        return given.date().isoformat()
    return given.isoformat() if isinstance(given, date) else str(given)


def _text(field: Field, given: Any, order: Order | None) -> str:
    if not isinstance(given, str):
        given = _line(field, given, order)
    _within(field, given)  # before anything else looks at it: it may be megabytes
    return _printable(given.replace("\r\n", "\n"), "\n\t").rstrip()


def _printable(text: str, also: str) -> str:
    kept = unicodedata.normalize("NFC", text)
    if not also:
        kept = kept.replace("\n", " ").replace("\t", " ")
    return "".join(c for c in kept if c in also or unicodedata.category(c) not in ("Cc", "Cs"))


def _within(field: Field, text: str) -> str:
    if field.length is not None and len(text) > field.length:
        raise Refused(f"has {len(text):,} characters; at most {field.length:,} fit")
    return text


def _decimal(given: Any) -> Decimal:
    if isinstance(given, str):
        return written.number(given.strip())
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        raise Refused(f"is not a number: {short(given)}")
    number = Decimal(str(given))
    if not number.is_finite():
        raise Refused(f"is not a number: {given}")
    return number


def _number(field: Field, given: Any, order: Order | None) -> Decimal:
    number = _decimal(given)
    _between(field, number, given)
    rounded = round(number, field.places)
    if abs(rounded - number) > Decimal("1e-9"):
        raise Refused(f"has more than {field.places} decimals: {given}")
    return rounded


def _whole(field: Field, given: Any, order: Order | None) -> int:
    number = _decimal(given)
    if number != number.to_integral_value():
        raise Refused(f"is not a whole number: {given}")
    _between(field, number, given)
    return int(number)


def _between(field: Field, number: Decimal, given: Any) -> None:
    low, high = field.least, field.most
    if (low is not None and number < low) or (high is not None and number > high):
        raise Refused(f"must be from {low:f} to {high:f}, not {given}")


def _place(field: Field, given: Any, order: Order | None) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise Refused(f"is not a number: {short(given)}")
    return float(given)


def _day(field: Field, given: Any, order: Order | None) -> date:
    if isinstance(given, datetime):
        given = given.date()
    elif isinstance(given, str):
        given = written.day(given, order)
    if not isinstance(given, date):
        raise Refused(f"is not a date: {short(given)} ({written.DAY_FORM})")
    if not FIRST_DAY <= given <= LAST_DAY:
        raise Refused(f"must be between {FIRST_DAY} and {LAST_DAY}, not {given}")
    return given


def _instant(field: Field, given: Any, order: Order | None) -> datetime:
    if not isinstance(given, str | date):
        raise Refused(f"is not an instant: {short(given)}")
    return written.instant(given, order)


def _flag(field: Field, given: Any, order: Order | None) -> bool:
    if isinstance(given, bool):
        return given
    if isinstance(given, str | int | float):
        return written.flag(as_text(given))
    raise Refused(f"is neither yes nor no: {short(given)}")


def _choice(field: Field, given: Any, order: Order | None) -> StrEnum:
    assert field.choices is not None
    if not isinstance(given, str):
        raise Refused(f"{short(given)} is not one of {', '.join(field.choices)}")
    return field.choices(written.choice(given, {key: key for key in field.options}))


def _reference(field: Field, given: Any, order: Order | None) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 < given <= LARGEST_ID:
        raise Refused(f"is not the number of a row: {short(given)}")
    return given


def _words(field: Field, given: Any, order: Order | None) -> list[str]:
    """Short words (or one text with commas): blanks and repetitions dropped, order kept."""
    parts = given.split(",") if isinstance(given, str) else given
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


def _other(field: Field, given: Any, order: Order | None) -> Any:
    raise TypeError(f"the field {field.name} does not say how it is read")


_READ: dict[Kind, Callable[[Field, Any, Order | None], Any]] = {
    "line": _line, "text": _text, "number": _number, "whole": _whole, "place": _place, "day": _day,
    "instant": _instant, "flag": _flag, "choice": _choice, "reference": _reference, "words": _words, "other": _other,
}  # fmt: skip
