"""What a screen of figures is narrowed to, and the period its figures are compared with."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

UNATTRIBUTED = "UNATTRIBUTED"
"""Stands for a missing value (no agent, no provider, …) wherever values are chosen, grouped or shown."""


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

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"the period ends ({self.end}) before it starts ({self.start})")

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.end - self.start).days + 1

    @property
    def is_month_to_date(self) -> bool:
        """Whether the period is the first days of one month, which compare with the same days of the one before."""
        return self.start.day == 1 and (self.start.year, self.start.month) == (self.end.year, self.end.month)

    def previous(self) -> Filters:
        """The like-for-like period before this one, with the same narrowing.

        Month to date: the same days of the previous month, cut at that month's end. Else: as many days just before.
        """
        if self.is_month_to_date:
            last_of_month = self.start - timedelta(days=1)
            last_day = min(self.end.day, monthrange(last_of_month.year, last_of_month.month)[1])
            return replace(self, start=last_of_month.replace(day=1), end=last_of_month.replace(day=last_day))
        return replace(self, start=self.start - timedelta(days=self.days), end=self.start - timedelta(days=1))

    def params(self) -> dict[str, Any]:
        """The bound parameters of the queries: both periods, and each list or None where it does not narrow."""
        before = self.previous()
        return {
            "start": self.start,
            "end": self.end,
            "previous_start": before.start,
            "previous_end": before.end,
            "providers": list(self.providers) or None,
            "models": list(self.models) or None,
            "agents": list(self.agents) or None,
            "organizations": list(self.organizations) or None,
            "users": list(self.users) or None,
            "sources": list(self.sources) or None,
        }


def month_to_date(today: date) -> Filters:
    """The days of this month until `today`."""
    return Filters(today.replace(day=1), today)


def period_in_words(start: date, end: date) -> str:
    """'1–22 Nov 2026', '28 Oct – 3 Nov 2026', '5 Nov 2026'."""
    if start == end:
        return f"{start.day} {start:%b %Y}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {end:%b %Y}"
    year = "" if start.year == end.year else f" {start.year}"
    return f"{start.day} {start:%b}{year} – {end.day} {end:%b %Y}"
