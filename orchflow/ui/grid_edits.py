"""What a person changed in a grid: from Streamlit's row positions to checked changes of known rows. No streamlit here.

The browser's grid is only a convenience: it keeps edits by position, skips options it does not know and clamps numbers
without a word. So each value is read again here, and whatever is not taken is named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from orchflow.errors import Problem

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


@dataclass(frozen=True)
class GridRow:
    """One stored row as it was read: its identity, its version, its values by column, and what people call it."""

    id: int
    version: int
    values: Mapping[str, Any]
    title: str = ""


@dataclass(frozen=True)
class Change:
    """What to write: of row `row_id` as of `base_version` only the changed fields; `row_id` None is a new row."""

    row_id: int | None
    base_version: int | None
    values: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""


@dataclass(frozen=True)
class Staged:
    """Everything that waits for Save, and every value that cannot be taken with its reason."""

    changes: Sequence[Change] = ()
    problems: Sequence[Problem] = ()

    @property
    def count(self) -> int:
        return sum(len(change.values) if change.row_id is not None else 1 for change in self.changes)


class Refused(ValueError):
    """A value that its column cannot hold."""


def read_edits(
    state: Mapping[str, Any], rows: Sequence[GridRow], columns: Mapping[str, GridColumn]
) -> Staged:
    """Turn the editor's state into changes of `rows`, which must be the rows the editor was given, in that order."""
    changes: list[Change] = []
    problems: list[Problem] = []
    for position, cells in sorted((int(at), cells) for at, cells in state.get("edited_rows", {}).items()):
        if position >= len(rows):
            problems.append(Problem(None, "row", f"row {position + 1} is past the end of the grid"))
            continue
        row = rows[position]
        values, refused = _checked(cells, columns, row.title or str(row.id))
        problems += refused
        changed = {name: value for name, value in values.items() if not _same(value, row.values.get(name))}
        if changed:
            before = {name: row.values.get(name) for name in changed}
            changes.append(Change(row.id, row.version, changed, before, row.title))
    for number, cells in enumerate(state.get("added_rows", []), start=1):
        title = f"new row {number}"
        filled = {name: value for name, value in cells.items() if not _blank(value)}
        if not filled:
            continue
        values, refused = _checked(filled, columns, title)
        missing = [
            Problem(title, column.label, "must be filled in")
            for name, column in columns.items()
            if column.required and column.editable and name not in filled
        ]
        problems += refused + missing
        changes.append(Change(None, None, values, {}, title))
    for position in state.get("deleted_rows", []):
        title = rows[int(position)].title if int(position) < len(rows) else str(position)
        problems.append(Problem(title, "row", "cannot be deleted here"))
    return Staged(changes, problems)


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


def _checked(
    cells: Mapping[str, Any], columns: Mapping[str, GridColumn], title: str
) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems = []
    for name, value in cells.items():
        column = columns.get(name)
        if column is None or not column.editable:
            label = column.label if column else name
            problems.append(Problem(title, label, "cannot be changed here"))
            continue
        try:
            values[name] = read_value(value, column)
        except Refused as error:
            problems.append(Problem(title, column.label, str(error)))
    return values, problems


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


def _same(new: Any, old: Any) -> bool:
    if isinstance(new, list) or isinstance(old, list | tuple):
        return sorted(map(str, new or [])) == sorted(map(str, old or []))
    return bool(new == old) or (_blank(new) and _blank(old))
