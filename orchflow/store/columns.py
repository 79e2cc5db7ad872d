"""Column types that behave the same on SQLite and PostgreSQL, and the marks that steer the change history."""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

SECRET: Final = {"history": "secret"}
"""`info` of a column whose changes are recorded without their values (password hashes)."""

UNRECORDED: Final = {"history": "none"}
"""`info` of a column that is not part of what people edit: no history, no new row version, no new data version."""


def field(label: str, **told: Any) -> dict[str, Any]:
    """`info` of a column that is a field: what people call it, and whatever its type does not tell (`store.field`)."""
    return {"field": {"label": label, **told}}


NOWHERE: Final = dict.fromkeys(("api", "grid", "file", "dataset"), "is nobody's to see")
"""`off` of a field that no door shows."""


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant. Takes aware datetimes only and always gives back aware UTC, also on SQLite, which has no zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _DecimalText(sa.types.TypeDecorator[Decimal]):
    """A decimal as its digits: SQLite would make a binary float of it."""

    impl = sa.String(60)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def Exact(precision: int, scale: int) -> sa.Numeric[Decimal]:
    """A decimal that keeps every digit on both engines; on SQLite it has no order."""
    return sa.Numeric(precision, scale).with_variant(_DecimalText(), "sqlite")


Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
"""A JSON value; Python's None is SQL's null."""

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A 64-bit key; SQLite counts up only columns declared `integer`."""


def text_enum(kind: type[enum.StrEnum]) -> sa.Enum:
    """A column that holds the values (not the Python names) of `kind` as plain text."""

    def values(members: Any) -> list[str]:
        return [member.value for member in members]

    return sa.Enum(kind, native_enum=False, length=32, values_callable=values, validate_strings=True)
