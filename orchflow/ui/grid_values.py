"""The columns of a sheet and what may stand in them: each value is read again here, and what is not taken is named.

The browser's grid is only a convenience: it skips options it does not know and clamps numbers without a word. No streamlit here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

GridKind: TypeAlias = Literal[
    "text", "email", "choice", "choices", "labels", "number", "progress", "flag", "day"
]
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


@dataclass(frozen=True)
class GridColumn:
    """A column of a grid: what may stand in it. `names` shows a stored value in other words."""

    label: str
    kind: GridKind = "text"
    editable: bool = True
    required: bool = False
    options: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    max_length: int = 200
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


class Refused(ValueError):
    """A value that its column cannot hold."""


def read_value(value: Any, column: GridColumn) -> Any:
    """`value` as `column` stores it; Refused with the reason when it cannot hold it."""
    if _blank(value):
        if column.required:
            raise Refused("must be filled in")
        return [] if column.kind in ("choices", "labels") else False if column.kind == "flag" else None
    match column.kind:
        case "choice":
            return _option(column.stored(value), column)
        case "choices":
            parts = value if isinstance(value, list | tuple) else [value]
            return [_option(column.stored(part), column) for part in dict.fromkeys(parts)]
        case "labels":
            return list(dict.fromkeys(" ".join(str(part).split()) for part in value))
        case "flag":
            if not isinstance(value, bool):
                raise Refused(f"is neither yes nor no: {value!r}")
            return value
        case "number":
            return _number(value, column)
        case "day":
            try:
                return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
            except ValueError:
                raise Refused(f"is not a date: {value!r} (write it like 2026-11-22)") from None
        case _:
            return _text(value, column)


def _option(value: Any, column: GridColumn) -> str:
    if value not in column.options:
        raise Refused(f"{value!r} is not one of {', '.join(column.names.get(o, o) for o in column.options)}")
    return str(value)


def _number(value: Any, column: GridColumn) -> float | int:
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise Refused(f"is not a number: {value!r}") from None
    if column.minimum is not None and found < column.minimum:
        raise Refused(f"must be at least {column.minimum:g}, not {found:g}")
    if column.maximum is not None and found > column.maximum:
        raise Refused(f"must be at most {column.maximum:g}, not {found:g}")
    return int(found) if found.is_integer() else found


def _text(value: Any, column: GridColumn) -> str:
    text = " ".join(str(value).split())
    if len(text) > column.max_length:
        raise Refused(f"has {len(text)} characters; at most {column.max_length} fit")
    if column.kind == "email" and not EMAIL.match(text):
        raise Refused(f"is not an e-mail address: {text!r}")
    return text


def _blank(value: Any) -> bool:
    return value is None or value == "" or value == [] or (isinstance(value, str) and not value.strip())
