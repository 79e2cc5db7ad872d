"""Values of columns back from JSON, the form in which the change history keeps and compares them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from orchflow.store.columns import UtcDateTime


def decode(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    """The Python value of a column of type `kind` that `orchflow.encoding.encode` turned into `value`."""
    if value is None:
        return None
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    if isinstance(kind, sa.Numeric) and kind.asdecimal:
        return Decimal(value)
    return value
