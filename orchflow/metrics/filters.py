"""What figures are narrowed to, and the period before that is like the one asked for."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from orchflow.metrics.metric import UNATTRIBUTED as UNATTRIBUTED
from orchflow.metrics.metric import Dimension, Window

FILTERED: dict[Dimension, str] = {
    "provider": "providers",
    "model": "models",
    "agent": "agents",
    "organization": "organizations",
    "user": "users",
    "source": "sources",
    "part": "parts",
    "service": "services",
    "team": "teams",
    "project": "projects",
}
"""The field of `Filters`, and the bound parameter, that narrows each dimension."""


@dataclass(frozen=True)
class Filters:
    """Days from `start` to `end`, both included, in the workspace's zone. An empty tuple does not narrow."""

    start: date
    end: date
    providers: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"the period ends ({self.end}) before it starts ({self.start})")

    @property
    def narrowed(self) -> frozenset[Dimension]:
        """The dimensions that are narrowed."""
        return frozenset(dimension for dimension, field in FILTERED.items() if getattr(self, field))

    def params(self) -> dict[str, Any]:
        """The bound parameters of the queries: the days, and each list or None where it does not narrow."""
        lists = {field: list(getattr(self, field)) or None for field in FILTERED.values()}
        return {"start": self.start, "end": self.end} | lists


def month_to_date(today: date) -> Filters:
    """The days of this month until `today`."""
    return Filters(today.replace(day=1), today)


def window_of(window: Window, today: date) -> Filters:
    """The period over which a figure is taken when nobody names one."""
    return month_to_date(today) if window == "month" else Filters(today - timedelta(days=27), today)


def days_before(start: date, end: date, *, whole: bool) -> tuple[date, date]:
    """The days to compare those from `start` to `end` with; `whole` says that the last of them is over.

    Whole months: as many months before. The first days of a month: the same days of the month before, cut at its end.
    Else: as many days just before.
    """
    last = start - timedelta(days=1)
    if start.day == 1 and whole and (end + timedelta(days=1)).day == 1:
        first = start
        for _ in range((end.year - start.year) * 12 + end.month - start.month + 1):
            first = (first - timedelta(days=1)).replace(day=1)
        return first, last
    if start.day == 1 and (start.year, start.month) == (end.year, end.month):
        return last.replace(day=1), last.replace(day=min(end.day, monthrange(last.year, last.month)[1]))
    return start - (end - start) - timedelta(days=1), last


def period_in_words(start: date, end: date) -> str:
    """'1–22 Nov 2026', '28 Oct – 3 Nov 2026', '5 Nov 2026'."""
    if start == end:
        return f"{start.day} {start:%b %Y}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {end:%b %Y}"
    year = "" if start.year == end.year else f" {start.year}"
    return f"{start.day} {start:%b}{year} – {end.day} {end:%b %Y}"
