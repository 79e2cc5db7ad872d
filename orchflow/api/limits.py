"""How many requests a token may make in a minute, and how many failed ones an address."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

KEPT = 10_000
"""Callers that are remembered; the one unseen for longest is forgotten first."""


@dataclass(frozen=True)
class Allowance:
    """Where a caller stands. `wait` is how many seconds until another request is let in (0: at once)."""

    limit: int
    remaining: int
    wait: int
    reset: int

    def headers(self) -> dict[str, str]:
        """The allowance as the answer tells it; `RateLimit-Reset` is when all of it is there again."""
        told = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }
        return {**told, "Retry-After": str(self.wait)} if self.wait else told


class Limiter:
    """A bucket per caller that holds a minute's requests and fills up evenly. For one event loop, not for threads."""

    def __init__(self, per_minute: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._limit = per_minute
        self._seconds = seconds
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def look(self, caller: Hashable) -> Allowance:
        """Where `caller` stands, without counting anything."""
        return self._allowance(self._level(caller))

    def take(self, caller: Hashable) -> Allowance:
        """Count a request of `caller`; with a `wait` it was one too many and is not counted."""
        level = self._level(caller)
        if level < 1:
            return self._allowance(level)
        self._buckets[caller] = (level - 1, self._seconds())
        self._buckets.move_to_end(caller)
        while len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
        left = self._allowance(level - 1)
        return Allowance(left.limit, left.remaining, 0, left.reset)

    def _level(self, caller: Hashable) -> float:
        level, at = self._buckets.get(caller, (float(self._limit), self._seconds()))
        return min(self._limit, level + (self._seconds() - at) * self._limit / 60)

    def _allowance(self, level: float) -> Allowance:
        per_second = self._limit / 60
        wait = 0 if level >= 1 else max(1, math.ceil((1 - level) / per_second))
        return Allowance(self._limit, int(level), wait, math.ceil((self._limit - level) / per_second))
