"""A column of a grid: the field it shows, and what may be chosen in it. Each value is read again here, by the field.

The browser's grid is only a convenience: it skips options it does not know and clamps numbers without a word. No
streamlit here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from orchflow.format import NOTHING, day
from orchflow.store.field import Field, Kind
from orchflow.store.moments import Order
from orchflow.store.written import Refused, choice

GridKind: TypeAlias = Literal[
    "text", "choice", "choices", "labels", "offered", "number", "progress", "flag", "day"
]
_KINDS: Mapping[Kind, GridKind] = {
    "number": "number", "whole": "number", "day": "day", "flag": "flag", "words": "labels",
}  # fmt: skip


@dataclass(frozen=True)
class GridColumn:
    """A column of a grid. `label` is its heading where the field's own is too long.

    `options` are the stored values that may be chosen, `names` what people call these and others that may stand there
    already; where the field offers what the facts know, others may be written, too. `several` of them where the cell holds a list. `called` knows the value that other words mean (None or Refused:
    none).
    `nothing` is what a cell without a value says.
    """

    field: Field
    label: str = ""
    editable: bool = True
    options: Sequence[Any] | None = None
    names: Mapping[Any, str] = attribute(default_factory=dict)
    called: Callable[[str], Any] | None = None
    several: bool = False
    progress: bool = False
    nothing: str = NOTHING
    help: str | None = None
    width: Literal["small", "medium", "large"] | int | None = None
    pinned: bool = False

    def __post_init__(self) -> None:
        """A field with choices of its own offers these, unless others are named."""
        if self.options is None and self.field.choices is not None:
            object.__setattr__(self, "options", list(self.field.options))
            object.__setattr__(self, "names", self.field.options)

    @property
    def heading(self) -> str:
        """What stands above the column."""
        return self.label or self.field.label

    @property
    def needed(self) -> bool:
        """Whether a new row must have a value here."""
        return self.editable and self.field.required and not self.field.optional

    @property
    def kind(self) -> GridKind:
        """How the browser's grid shows and edits it."""
        if self.progress:
            return "progress"
        if self.field.offers:
            return "offered"
        if self.options is not None and self.field.kind != "words":
            return "choices" if self.several else "choice"
        return _KINDS.get(self.field.kind, "text")

    def shown(self, value: Any) -> str:
        """`value`, as the row or its history has it, in the words of the screen."""
        if value in (None, "", [], ()):
            return self.nothing
        match self.kind:
            case "flag":
                return "yes" if value else "no"
            case "day":
                return day(date.fromisoformat(str(value)[:10]))
            case "number":
                number = Decimal(str(value)).normalize()
                return f"{number:,.{max(self.field.shown, decimals(number))}f}"
            case _:
                parts = value if isinstance(value, list | tuple) else [value]
                return ", ".join(self.names.get(part, str(part)) for part in parts)

    def read(self, given: Any, order: Order | None = None) -> Any:
        """`given`, typed, chosen or pasted, as the row holds it; Refused with the reason.

        `order`: how days like 03/04/2026 are to be read, where what was pasted with this one tells.
        """
        if self.kind == "offered" and isinstance(given, list | tuple):
            if len(given) > 1:
                raise Refused(
                    f"holds {len(given)}: {', '.join(map(str, given))}; leave the one that is meant"
                )
            given = next(iter(given), None)
        if self.kind not in ("choice", "choices"):
            return self.field.value(given, order)
        parts = given if isinstance(given, list | tuple) else [given]
        if self.several:
            parts = [
                part for each in parts for part in re.split("[,;]", str(each if each is not None else ""))
            ]
        written = [str(part).strip() for part in parts if part is not None and str(part).strip()]
        if not written and self.field.required:
            raise Refused("must not be empty")
        offered = {str(key): key for key in self.options or ()}
        names = {text: self.names.get(key, text) for text, key in offered.items()}
        keys = [self._chosen(part, offered, names) for part in dict.fromkeys(written)]
        return keys if self.several else next(iter(keys), None)

    def _chosen(self, written: str, offered: Mapping[str, Any], names: Mapping[str, str]) -> Any:
        """The value that is offered under a name, or that other words mean."""
        try:
            return offered[choice(written, names)]
        except Refused:
            meant = self.called(written) if self.called else None
            if meant is None or str(meant) not in offered:
                raise
            return offered[str(meant)]


def plain_column(label: str, kind: Kind = "line", *, editable: bool = False, **shown: Any) -> GridColumn:
    """A column of something that is no field of the row."""
    return GridColumn(Field(name="", label=label, kind=kind, file=""), editable=editable, **shown)


def decimals(number: Any) -> int:
    """How many decimals a number has."""
    exponent = Decimal(str(number)).normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def blank(value: Any) -> bool:
    """Whether a value is nothing: none, an empty list or a text of spaces."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def same(new: Any, old: Any) -> bool:
    """Whether two values of a cell are the same as one sees them."""
    if isinstance(new, list | tuple) or isinstance(old, list | tuple):
        return [str(part) for part in new or ()] == [str(part) for part in old or ()]
    if isinstance(new, str) and isinstance(old, str):
        return new.rstrip() == old.rstrip() if "\n" in new + old else new.split() == old.split()
    if isinstance(new, Decimal) and isinstance(old, float):
        return float(new) == old
    return bool(new == old) or (blank(new) and blank(old))
