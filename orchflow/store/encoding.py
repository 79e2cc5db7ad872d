"""Values of columns as JSON, the form in which the change history keeps and compares them."""

from __future__ import annotations

import enum
import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from orchflow.store.columns import UtcDateTime


def encode(value: Any) -> Any:
    """`value` as JSON: amounts and dates as text, instants as ISO 8601 in UTC, sets and tuples as lists."""
    match value:
        case enum.Enum():
            return encode(value.value)
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return format(value.normalize(), "f")
        case datetime():
            return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case dict():
            return {str(key): encode(item) for key, item in value.items()}
        case list() | tuple():
            return [encode(item) for item in value]
        case set() | frozenset():
            return sorted(encode(item) for item in value)
    raise TypeError(f"a {type(value).__name__} cannot be kept in the change history")


def decode(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    """The Python value of a column of type `kind` that `encode` turned into `value`."""
    if value is None:
        return None
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    if isinstance(kind, (UtcDateTime, sa.DateTime)):
        return datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    if isinstance(kind, sa.Time):
        return time.fromisoformat(value)
    if isinstance(kind, sa.Numeric) and kind.asdecimal:
        return Decimal(value)
    if isinstance(kind, sa.Interval):
        return timedelta(seconds=value)
    return value
