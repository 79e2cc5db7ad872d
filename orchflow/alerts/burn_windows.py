"""The windows of burn rates: how fast an allowance of 30 days may be used up before somebody is told.

Each long window has a short one, a twelfth of it, which says that it still goes on. Using up 2 % of the allowance in an
hour is 14.4 times the rate at which it would last 30 days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from orchflow.store.written import Refused

ALLOWANCE = timedelta(days=30)
SHORTER = 12


@dataclass(frozen=True)
class BurnWindow:
    """A window in which `share` percent of the allowance may be used up."""

    name: str
    words: str
    long: timedelta
    share: Decimal

    @property
    def short(self) -> timedelta:
        """The window that says that it still goes on."""
        return self.long / SHORTER

    @property
    def rate(self) -> Decimal:
        """How many times too fast that is."""
        return (
            self.share
            / 100
            * Decimal(ALLOWANCE // timedelta(hours=1))
            / Decimal(self.long // timedelta(hours=1))
        )


BURN_WINDOWS = {
    window.name: window
    for window in (
        BurnWindow("1h", "1 hour", timedelta(hours=1), Decimal(2)),
        BurnWindow("6h", "6 hours", timedelta(hours=6), Decimal(5)),
        BurnWindow("3d", "3 days", timedelta(days=3), Decimal(10)),
    )
}


def window_names(value: Any) -> list[str]:
    """The windows that are meant, in order; Refused for others."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise Refused("must be a list of windows")
    asked = {part.strip().casefold() for part in parts if part.strip()}
    if unknown := sorted(asked - BURN_WINDOWS.keys()):
        raise Refused(f"{', '.join(unknown)} is none of {', '.join(BURN_WINDOWS)}")
    return [name for name in BURN_WINDOWS if name in asked]
