"""Windows of time, walked from now backwards, as wide as the rows in them allow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

TICK = timedelta(milliseconds=1)
FIRST_WIDTH = timedelta(days=1)
WIDEST = timedelta(days=366)
NARROWEST = timedelta(seconds=1)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Windows:
    """The windows between `floor` and now, each aiming at `rows`.

    The newest is open at its end (`end` is None). Neighbours share a millisecond, the unit of the platform's filters.
    """

    def __init__(self, floor: datetime, now: datetime, rows: int) -> None:
        self._floor = floor
        self._aim = rows
        self._now = now
        self._width = FIRST_WIDTH
        self._over = False
        self.end: datetime | None = None
        self.begin = self._back()

    def open(self) -> bool:
        """Whether there is a window left to read."""
        return not self._over

    def at_floor(self) -> bool:
        """Whether the present window is the last."""
        return self.begin <= self._floor

    def next(self, count: int) -> None:
        """Go on to the window before; `count` rows were in this one."""
        if self.at_floor():
            self._over = True
            return
        factor = min(4.0, max(0.25, self._aim / max(count, 1)))
        self._width = min(WIDEST, max(self._width * factor, NARROWEST))
        self.end = self.begin + TICK
        self.begin = self._back()

    def jump(self, newest: datetime | None) -> None:
        """Go on to the window that ends with the newest row before this empty one; None: there is none."""
        if newest is None or newest < self._floor:
            self._over = True
            return
        self.end = min(newest + 2 * TICK, self.begin + TICK)
        self._width = FIRST_WIDTH
        self.begin = self._back()

    def _back(self) -> datetime:
        end = self.end or self._now
        return self._floor if end - self._floor <= self._width else end - self._width
