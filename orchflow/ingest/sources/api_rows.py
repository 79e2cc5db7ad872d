"""JSON rows of the platform's API → Arrow columns of text.

Only named fields are copied, so that prompts, previews, thinking and pseudonyms never travel further than the
answer they came in. Values stay as the platform wrote them: the warehouse reads them, and rejects what is bad.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchflow.ingest.sources.api_failures import UnknownForm

Row = dict[str, Any]
Getter = Callable[[Sequence[Row]], list[Any]]
"""Gets one value of every row: whole columns at a time, since calling something for each row is what costs."""
Columns = Mapping[str, Callable[[Sequence[Row]], list[Any] | pa.StringArray]]

LONGEST_ERROR = 2000
TEXT_AS_IT_IS = (pa.types.is_string, pa.types.is_int64, pa.types.is_boolean, pa.types.is_null)
"""What Arrow writes as text the way `text` does."""
FINER_THAN_MILLISECONDS = r"(\.\d{3})\d+"


def rows_of(answer: Any, key: str | None, path: str) -> list[Row]:
    """The rows in an answer: a bare array, or an object that holds it under `key`.

    What is not an object in it becomes an empty row, which the warehouse rejects and counts.
    """
    rows = answer.get(key) if key is not None and isinstance(answer, dict) else answer
    if not isinstance(rows, list):
        raise UnknownForm(path)
    if set(map(type, rows)) <= {dict}:
        return rows
    return [row if isinstance(row, dict) else {} for row in rows]


def field(*path: str) -> Getter:
    """Gets the values at a path of keys; None where there is none."""
    key, *deeper = path

    def get(rows: Sequence[Row]) -> list[Any]:
        values: list[Any] = [row.get(key) for row in rows]
        for part in deeper:
            values = [value.get(part) if isinstance(value, dict) else None for value in values]
        return values

    return get


def first(*getters: Getter) -> Getter:
    """Gets the first value that is there."""

    def get(rows: Sequence[Row]) -> list[Any]:
        values = getters[0](rows)
        for getter in getters[1:]:
            if None not in values:
                break
            others = getter(rows)
            values = [others[at] if value is None else value for at, value in enumerate(values)]
        return values

    return get


def everywhere(value: str) -> Getter:
    """Gives every row the same value."""
    return lambda rows: [value] * len(rows)


def without(word: str, getter: Getter) -> Getter:
    """Gets values; None for the one that only says that there is none."""
    return lambda rows: [None if value == word else value for value in getter(rows)]


def milliseconds(getter: Getter) -> Callable[[Sequence[Row]], pa.StringArray]:
    """Gets times cut to milliseconds, so that a call read through the database too is known to be the same."""
    return lambda rows: pc.replace_substring_regex(_column(getter(rows)), FINER_THAN_MILLISECONDS, r"\1")


def shortened(getter: Getter) -> Getter:
    """Gets an error's beginning."""
    return lambda rows: [said[:LONGEST_ERROR] if (said := text(value)) else None for value in getter(rows)]


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
    return pa.table({name: _column(get(rows)) for name, get in columns.items()})


def _column(values: list[Any] | pa.StringArray) -> pa.StringArray:
    """Values as text: at once where they are of one kind, each by itself where they are not."""
    if isinstance(values, pa.Array):
        return values
    try:
        array = pa.array(values)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        return _one_by_one(values)
    known = any(same_kind(array.type) for same_kind in TEXT_AS_IT_IS)
    texts: pa.StringArray = pc.cast(array, pa.string()) if known else _one_by_one(values)
    return texts


def _one_by_one(values: list[Any]) -> pa.StringArray:
    texts = [value if type(value) is str else text(value) for value in values]
    try:
        return pa.array(texts, pa.string())
    except UnicodeEncodeError:  # JSON can hold half a surrogate pair, which is no text
        sound = [None if v is None else v.encode("utf-8", "replace").decode() for v in texts]
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


def one_each(rows: Sequence[Row], getter: Getter, *others: Getter) -> list[Row]:
    """The last row for each value that is there, together with each of what `others` get."""
    values = zip(*(get(rows) for get in (getter, *others)), strict=True)
    kept = {tuple(map(text, parts)): row for parts, row in zip(values, rows, strict=True) if parts[0]}
    return list(kept.values())


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
