"""The time, in one place: stored instants are UTC, days are days of the workspace's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """The present day in `zone`."""
    return now().astimezone(zone).date()
