"""Fields: what a column of a table may hold, said once, beside the column.

A column declares its field with `info=field(…)` (`store.columns`); kind, length, decimals, choices and the table it points to follow
from the column's own type. Whatever reads, checks, shows, imports or exports a value asks `fields_of` its table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Final, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Mapper, Session, registry

from orchflow.errors import Invalid, Problem
from orchflow.store.columns import UtcDateTime
from orchflow.store.moments import Order
from orchflow.store.reading import READ
from orchflow.store.tables import Tracked
from orchflow.store.written import Refused

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

LONGEST_TEXT = 200_000


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a table.

    `label` is what people call it, `file` what files call it, `about` explains it, `unit` is that of its numbers. `least` and `most` bound numbers,
    `places` their decimals, of which at least `shown` stand in a column, `length` bounds characters. `offers` is what of the facts it
    names, where these offer what may be written: `agent`; what they do not know may be written, too. Without a value a field holds `empty`, unless it is `required`;
    a new row may leave out even that when it is `optional`. `on_delete` says what becomes of this row when the row
    that it points to is deleted. `among`: key → name of what it may hold, where a workspace decides on that. An `own` field may be edited by whom the row belongs to. `fixed` is the reason why
    nobody edits it (`"once"`: only when the row is made), `off` why it is missing on a door.
    """

    name: str
    label: str
    kind: Kind
    file: str
    about: str = ""
    unit: str = ""
    required: bool = False
    optional: bool = False
    empty: Any = None
    least: Decimal | None = None
    most: Decimal | None = None
    places: int = 0
    shown: int = 0
    offers: str = ""
    length: int | None = None
    choices: type[StrEnum] | None = None
    among: Callable[[Session], Mapping[str, str]] | None = None
    target: type[Tracked] | None = None
    on_delete: OnDelete = "release"
    parse: Callable[[Any], Any] | None = None
    json: Any = None
    example: Any = None
    pattern: str = ""
    own: bool = False
    fixed: str = ""
    off: Mapping[Door, str] = dataclass_field(default_factory=dict)

    def value(self, raw: Any, order: Order | None = None) -> Any:
        """`raw`, typed or as people write it, as it is stored; Refused with the reason.

        `order`: how days like 03/04/2026 are to be read, where the values beside this one tell.
        """
        value = (
            None if _is_empty(raw) else self.parse(raw) if self.parse else READ[self.kind](self, raw, order)
        )
        if not _is_empty(value):  # of text made of nothing but control characters, nothing is left
            return value
        if self.required:
            raise Refused("must not be empty")
        return self.blank

    @property
    def blank(self) -> Any:
        """What the field holds without a value; a new object where it could be changed."""
        return type(self.empty)(self.empty) if isinstance(self.empty, list | dict) else self.empty

    @property
    def options(self) -> dict[str, str]:
        """The choices, each with what people call it."""
        return dict(_options(self.choices)) if self.choices else {}


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {})


@cache
def _options(choices: type[StrEnum]) -> dict[str, str]:
    return {choice.value: in_words(choice.value) for choice in choices}


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
    for name, raw in changes.items():
        field = fields.get(name)
        try:
            if field is None or (field.fixed and not (new and field.fixed == "once")):
                raise Refused("cannot be changed")
            values[name] = field.value(raw)
        except Refused as error:
            problems.append(Problem(row, name, str(error)))
    return values, problems


def unique_fields(model: type[Any]) -> list[tuple[str, ...]]:
    """The combinations of fields of which a table never holds two."""
    return sorted(
        tuple(column.name for column in constraint.columns)
        for constraint in sa.inspect(model).local_table.constraints
        if isinstance(constraint, sa.UniqueConstraint)
    )


def read_values(model: type[Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`changes` of a row of a table that is not saved as an entity, as they are stored; Invalid names what is refused."""
    values, problems = read_changes(fields_of(model), changes, None, new=True)
    if problems:
        raise Invalid(problems)
    return values


SAID: Final = {"not_applicable": "Does not apply", "rolling30": "Any 30 days",
    "pii_detected": "PII detected", "high_risk_annex_iii": "High risk, Annex III", "high_risk_annex_i": "High risk, Annex I",
    "transparency_art_50": "Transparency, Art 50",
}  # fmt: skip
"""Keys that people say in other words."""


def in_words(key: str) -> str:
    """A stored key as people read it: `not_started` is Not started."""
    return SAID.get(key) or key.replace("_", " ").capitalize()


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
