"""Every walk through a list of the platform ends: each page brings rows that were not there before, or it is a clear stop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

from orchflow.errors import SourceError
from orchflow.ingest.sources.api_rows import Row, instant, same, stamp

FRUITLESS_PAGES = 50
REMEMBERED = 20_000
"""Rows by which a page is known to follow on what was read: a list may shift by as many between two pages."""
INSTEAD = "Read this installation through its database instead: a source of kind orchestrator_db."


def page_of(ask: Callable[[], list[Row]]) -> list[Row]:
    """A page of a list; one without rows is believed only when it has none the second time too."""
    return ask() or ask()


class Trail:
    """What a walk through the list at `path` has passed: the rows read lately, and how long nothing new has come."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lately: deque[str] = deque()
        self._known: set[str] = set()
        self._fruitless = 0

    def follows(self, rows: Sequence[Row]) -> bool:
        """Whether a page begins in what was read, so that no row lies between."""
        return bool(rows) and same(rows[0]) in self._known

    def brings(self, rows: Sequence[Row]) -> bool:
        """Whether a page has a row that was not read lately."""
        return any(same(row) not in self._known for row in rows)

    def new(self, rows: Sequence[Row]) -> list[Row]:
        """Those of a page that were not read lately; SourceError when page after page brings none."""
        fresh = list({key: row for row in rows if (key := same(row)) not in self._known}.items())
        self._fruitless = 0 if fresh else self._fruitless + 1
        if self._fruitless > FRUITLESS_PAGES:
            raise SourceError(
                f"{self._path} gave {self._fruitless} pages in a row without a row that was not known, so it has no end",
                INSTEAD,
            )
        for key, _ in fresh:
            self._known.add(key)
            self._lately.append(key)
        while len(self._lately) > REMEMBERED:
            self._known.discard(self._lately.popleft())
        return [row for _, row in fresh]


def kept_to(path: str, times: Sequence[object], begin: datetime | None, end: datetime | None) -> None:
    """SourceError when a list shows rows outside the time that it was asked for: such a walk would have no end."""
    for value in times:
        moment = instant(value)
        if moment is None:
            continue
        if (begin is not None and moment < begin) or (end is not None and moment > end):
            raise SourceError(
                f"{path} shows a row of {stamp(moment)} where it was asked for others: it does not filter by time",
                INSTEAD,
            )
