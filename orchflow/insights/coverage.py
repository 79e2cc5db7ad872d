"""How far the facts reach: first and last day, newest row, and what can be compared with what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from orchflow.insights.filters import Filters, period_in_words
from orchflow.insights.queries import row
from orchflow.warehouse.database import Warehouse


@dataclass(frozen=True)
class Coverage:
    """First and last day (workspace zone) and newest instant (UTC) of usage and of runs; None while there is none."""

    usage_from: date | None
    usage_to: date | None
    runs_from: date | None
    runs_to: date | None
    usage_as_of: datetime | None
    runs_as_of: datetime | None

    @property
    def empty(self) -> bool:
        """Whether there is not a single fact."""
        return self.usage_from is None and self.runs_from is None

    @property
    def as_of(self) -> datetime | None:
        """The newest source row of either kind."""
        return max((at for at in (self.usage_as_of, self.runs_as_of) if at), default=None)


def coverage(warehouse: Warehouse) -> Coverage:
    """The reach of everything in the warehouse, whatever the filters."""
    return Coverage(**row(warehouse, "coverage"))


def comparison(filters: Filters, data_from: date | None) -> tuple[bool, str]:
    """Whether the previous period can be compared with, and in words with what, or why not.

    It cannot where the data began within it: a half-filled period would show growth that never was.
    """
    before = filters.previous()
    words = period_in_words(before.start, before.end)
    if before.start.year == filters.end.year:
        words = words.removesuffix(f" {before.end.year}")
    if data_from is None:
        return False, "no data yet"
    if data_from > before.start:
        return False, f"data begins {period_in_words(data_from, data_from)}, nothing to compare with"
    return True, f"vs {words}"
