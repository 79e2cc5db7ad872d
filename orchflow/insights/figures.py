"""A figure: one number with everything needed to judge and check it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

Unit = Literal["money", "percent", "count", "days", "ms"]
Direction = Literal["up", "down", "none"]
Number = Decimal | float | int


@dataclass(frozen=True)
class Figure:
    """One figure of a screen.

    `value` is None when it cannot be said; `missing` then says why and what to do. `percent` is a share from 0 to 1.
    `previous` is the like-for-like value before, None when there is none to compare with; `note` says what it is
    compared with, or why it is not. `direction` is the way in which the figure gets better.
    """

    key: str
    label: str
    value: Number | None
    unit: Unit
    previous: Number | None = None
    target: Number | None = None
    direction: Direction = "none"
    spark: tuple[float, ...] = ()
    as_of: datetime | None = None
    computed_at: datetime | None = None
    definition: str = ""
    sql: str = ""
    missing: str | None = None
    note: str = ""


def share(part: Decimal | int, whole: Decimal | int) -> float | None:
    """`part` of `whole` from 0 to 1, or None when there is no whole."""
    return float(part / whole) if whole else None
