"""JSON rows of the platform's API → Arrow columns of text.

Only named fields are copied, so that prompts, previews, thinking and pseudonyms never travel further than the
answer they came in. Values stay as the platform wrote them: the warehouse reads them, and rejects what is bad.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from orchflow.errors import SourceError

Row = dict[str, Any]
Getter = Callable[[Row], Any]
Columns = Mapping[str, Getter]

LONGEST_ERROR = 200
FINER_THAN_MILLISECONDS = re.compile(r"(\.\d{3})\d+")


def rows_of(answer: Any, key: str | None, path: str) -> list[Row]:
    """The rows in an answer: a bare array, or an object that holds it under `key`.

    What is not an object in it becomes an empty row, which the warehouse rejects and counts.
    """
    found = answer.get(key) if key is not None and isinstance(answer, dict) else answer
    if not isinstance(found, list):
        raise SourceError(
            f"{path} answered in a form that is not known",
            "This version of Orchestrator AI is not supported yet; read it through its database instead.",
        )
    return [row if isinstance(row, dict) else {} for row in found]


def field(*path: str) -> Getter:
    """Gets the value at a path of keys; None where there is none."""
    if len(path) == 1:
        (key,) = path
        return lambda row: row.get(key)

    def get(row: Row) -> Any:
        value: Any = row
        for key in path:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value

    return get


def first(*getters: Getter) -> Getter:
    """Gets the first value that is there."""

    def get(row: Row) -> Any:
        for getter in getters:
            value = getter(row)
            if value is not None:
                return value
        return None

    return get


def milliseconds(getter: Getter) -> Getter:
    """Gets a time cut to milliseconds, so that a call read through the database too is known to be the same."""

    def get(row: Row) -> Any:
        value = getter(row)
        return FINER_THAN_MILLISECONDS.sub(r"\1", value) if isinstance(value, str) else value

    return get


def shortened(getter: Getter) -> Getter:
    """Gets an error's beginning."""

    def get(row: Row) -> Any:
        value = text(getter(row))
        return value[:LONGEST_ERROR] if value else None

    return get


def text(value: Any) -> str | None:
    """A scalar as text. A structure where a scalar belongs is only named, not copied."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return f"({type(value).__name__})"
    return str(value)


def table(rows: Sequence[Row], columns: Columns) -> pa.Table:
    """An Arrow table of text with one row per row, in their order."""
    return pa.table({name: _column([text(get(row)) for row in rows]) for name, get in columns.items()})


def _column(values: list[str | None]) -> pa.StringArray:
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:  # JSON can hold half a surrogate pair, which is no text
        sound = [None if v is None else v.encode("utf-8", "replace").decode() for v in values]
        return pa.array(sound, pa.string())


def gathered(pages: Iterable[list[Row]], size: int) -> Iterator[list[Row]]:
    """Pages put together until there are `size` rows."""
    held: list[Row] = []
    for page in pages:
        held.extend(page)
        if len(held) >= size:
            yield held
            held = []
    if held:
        yield held


def instant(value: Any) -> datetime | None:
    """The moment in a row: ISO text with Z or an offset, or milliseconds since 1970; None when it is neither."""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC)
        if isinstance(value, str):
            if value.isdigit():
                return datetime.fromtimestamp(int(value) / 1000, UTC)
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def stamp(moment: datetime) -> str:
    """A moment as the platform's filters read it; they answer 500 to what they cannot."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch_ms(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def names(values: Any) -> list[str]:
    """A list of names, from a list or a comma-separated text."""
    if isinstance(values, str):
        values = values.split(",")
    if not isinstance(values, list):
        return []
    return [name.strip() for name in values if isinstance(name, str) and name.strip()]


def same(row: Row) -> str:
    """What tells a row from another: its id, or all of it."""
    return str(row["id"]) if row.get("id") is not None else json.dumps(row, sort_keys=True, default=str)
