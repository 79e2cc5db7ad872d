"""Windows of time, walked from now backwards, as wide as the rows in them allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from orchflow.ingest.sources.api_rows import Row

TICK = timedelta(milliseconds=1)
FIRST_WIDTH = timedelta(days=1)
WIDEST = timedelta(days=366)
NARROWEST = timedelta(seconds=1)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def walk(
    floor: datetime,
    now: datetime,
    aim: int,
    read: Callable[[datetime, datetime | None], Iterable[list[Row]]],
    newest_before: Callable[[datetime], datetime | None],
) -> Iterator[list[Row]]:
    """What `read` gives for every window between `floor` and `now`, the newest first, each aiming at `aim` rows.

    The newest window is open at its end (None). Neighbours share a millisecond, the unit of the platform's filters.
    An empty window is followed by that which ends with the newest row before it (None: there is none).
    """
    width = FIRST_WIDTH
    end: datetime | None = None
    while True:
        latest = end or now
        begin = floor if latest - floor <= width else latest - width
        count = 0
        for rows in read(begin, end):
            count += len(rows)
            yield rows
        if begin <= floor:
            return
        end = begin + TICK
        if count:
            width = min(WIDEST, max(width * min(4.0, max(0.25, aim / count)), NARROWEST))
            continue
        newest = newest_before(begin)
        if newest is None or newest < floor:
            return
        end, width = min(newest + 2 * TICK, end), FIRST_WIDTH
