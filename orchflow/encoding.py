"""Values as JSON, in one form everywhere: the change history, the API, files and what commands print."""

from __future__ import annotations

import dataclasses
import enum
import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

_AS_THEY_ARE = frozenset({type(None), bool, int, str})


def exact(amount: Decimal) -> str:
    """An amount as text with all its digits and no more: 1.50 is "1.5"."""
    return format(amount.normalize(), "f")


def encode(value: Any, amount: Callable[[Decimal], Any] = exact) -> Any:
    """`value` as JSON.

    Instants become ISO 8601 in UTC, days and times ISO 8601, durations seconds, dataclasses objects, tuples and sets
    lists (sets in order), amounts what `amount` makes of them, and what is no number (NaN) null. TypeError for anything
    else.
    """
    if type(value) in _AS_THEY_ARE:  # most values by far
        return value
    match value:
        case enum.Enum():
            return encode(value.value, amount)
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return amount(value)
        case datetime():
            return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Mapping():
            return {str(key): encode(item, amount) for key, item in value.items()}
        case list() | tuple():
            return [encode(item, amount) for item in value]
        case set() | frozenset():
            return sorted(encode(item, amount) for item in value)
        case Path():
            return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name), amount) for field in dataclasses.fields(value)}
    raise TypeError(f"a {type(value).__name__} has no form in JSON")


def as_json(value: Any) -> Any:
    """`value` as JSON with amounts as numbers of the same digits, for readers who expect numbers.

    No amount of the plan has more than the 15 digits that a number in JSON keeps everywhere.
    """
    return encode(value, float)


def to_text(value: Any, amount: Callable[[Decimal], Any] = exact, indent: int | None = None) -> str:
    """`value` as the text of a JSON document, on one line unless `indent` says otherwise."""
    return json.dumps(encode(value, amount), ensure_ascii=False, indent=indent)
