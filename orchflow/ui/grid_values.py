"""The columns of a sheet and what may stand in them: each value is read again here, and what is not taken is named.

The browser's grid is only a convenience: it skips options it does not know and clamps numbers without a word. No streamlit here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from orchflow.store import written
from orchflow.store.field import Field, Kind
from orchflow.store.written import Refused

GridKind: TypeAlias = Literal[
    "text", "email", "choice", "choices", "labels", "number", "progress", "flag", "day"
]
_KIND: dict[str, GridKind] = {
    "number": "number", "whole": "number", "day": "day", "flag": "flag", "choice": "choice", "reference": "choice",
    "words": "labels",
}  # fmt: skip
_KIND_OF: dict[GridKind, Kind] = {"number": "number", "day": "day", "flag": "flag", "labels": "words"}
FAR = Decimal(10) ** 15
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


@dataclass(frozen=True)
class GridColumn:
    """A column of a sheet: what may stand in it. `names` shows a stored value in other words; `field` reads the values."""

    label: str
    kind: GridKind = "text"
    editable: bool = True
    required: bool = False
    options: Sequence[str] = ()
    names: Mapping[str, str] = dataclass_field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    max_length: int = 200
    field: Field | None = None
    help: str | None = None
    width: Literal["small", "medium", "large"] | int | None = None
    pinned: bool = False
    format: str | None = None

    def shown(self, value: Any) -> str:
        """`value` in the words of the screen."""
        if value is None or value == "" or value == []:
            return "–"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list | tuple):
            return ", ".join(self.names.get(str(part), str(part)) for part in value)
        return self.names.get(str(value), str(value))

    def stored(self, value: Any) -> Any:
        """A shown option back as the value it stands for."""
        return next((key for key, name in self.names.items() if name == value), value)


def column_of(field: Field, label: str | None = None, **look: Any) -> GridColumn:
    """The column of a declared field, with its kind and limits; `look` says how it is shown, and its options."""
    limits: dict[str, Any] = {"kind": _KIND.get(field.kind, "text")}
    if field.length is not None:
        limits["max_length"] = field.length
    if field.least is not None and field.most is not None:
        limits |= {"minimum": float(field.least), "maximum": float(field.most)}
    if field.kind == "number":
        limits["format"] = "%.10g"
    return GridColumn(label or field.label, field=field, **{"required": field.required, **limits, **look})


def read(raw: Any, column: GridColumn) -> Any:
    """`raw`, typed, pasted or chosen, as `column` stores it; Refused with the reason when it cannot hold it."""
    if blank(raw):
        if column.required:
            raise Refused("must be filled in")
        return [] if column.kind in ("choices", "labels") else False if column.kind == "flag" else None
    names = {option: column.names.get(option, option) for option in column.options}
    match column.kind:
        case "choice":
            return written.choice(str(raw), names)
        case "choices":
            parts = re.split(r"[,;]", raw) if isinstance(raw, str) else raw
            return list(dict.fromkeys(written.choice(str(part), names) for part in parts if not blank(part)))
        case "email":
            text = str(_field(column).value(raw))
            if not EMAIL.match(text):
                raise Refused(f"is not an e-mail address: {text!r}")
            return text
        case _:
            return _field(column).value(raw)


def blank(value: Any) -> bool:
    """Whether a cell holds nothing."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _field(column: GridColumn) -> Field:
    """What the column is read by: its own field, or one with its limits."""
    if column.field is not None:
        return column.field
    kind = _KIND_OF.get(column.kind, "line")
    least, most = _exact(column.minimum, -FAR), _exact(column.maximum, FAR)
    return Field(
        name="", label=column.label, kind=kind, file="", places=2, length=column.max_length, least=least, most=most
    )  # fmt: skip


def _exact(limit: float | None, otherwise: Decimal) -> Decimal:
    return otherwise if limit is None else Decimal(str(limit))
