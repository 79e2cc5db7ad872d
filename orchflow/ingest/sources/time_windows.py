"""Windows of time, walked from now backwards, as wide as the rows in them allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from orchflow.errors import SourceError
from orchflow.ingest.sources.api_rows import Row, stamp
from orchflow.ingest.sources.paging import INSTEAD

TICK = timedelta(milliseconds=1)
FIRST_WIDTH = timedelta(days=1)
WIDEST = timedelta(days=366)
NARROWEST = timedelta(seconds=1)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
TRIES = 5


def walk(
    path: str,
    floor: datetime,
    now: datetime,
    aim: int,
    read: Callable[[datetime, datetime | None], Iterable[list[Row]]],
    newest_before: Callable[[datetime | None], datetime | None],
) -> Iterator[list[Row]]:
    """What `read` gives for every window between `floor` and `now`, the newest first, each aiming at `aim` rows.

    The newest window is open at its end (None). Neighbours share a millisecond, the unit of the platform's filters.
    An empty window is followed by that which ends with the newest row before its end (None: there is none); when that row lies
    in it, the list at `path` showed less than it has, and the window is read again. SourceError when it stays empty.
    """
    empty = 0
    width = FIRST_WIDTH
    end: datetime | None = None
    while True:
        latest = end or now
        begin = floor if latest - floor <= width else latest - width
        count = 0
        for rows in read(begin, end):
            count += len(rows)
            yield rows
        if count:
            if begin <= floor:
                return
            end, empty = begin + TICK, 0
            width = min(WIDEST, max(width * min(4.0, max(0.25, aim / count)), NARROWEST))
            continue
        newest = newest_before(end)
        if newest is None or newest < floor:
            return
        if newest < begin:
            end, width = min(newest + 2 * TICK, begin + TICK), FIRST_WIDTH
            continue
        empty += 1
        if empty > TRIES:
            raise SourceError(
                f"{path} shows no row from {stamp(begin)} on, where it has one of {stamp(newest)}", INSTEAD
            )
