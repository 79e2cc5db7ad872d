"""How far a stream has been read, and from where the next run reads on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from orchflow.ingest.source import Watermark
from orchflow.ingest.sources.api_rows import epoch_ms, instant, stamp

OVERLAP = timedelta(minutes=10)
"""Rows become visible a little out of order; what is younger than this is read again."""


class Progress:
    """One job's streams by name. Times ahead of the platform's clock do not count: they would hide what follows."""

    def __init__(self, watermark: Watermark | None, latest: datetime) -> None:
        self._known = {stream: time for stream, time in (watermark or {}).items() if isinstance(time, str)}
        self._newest: dict[str, datetime] = {}
        self._shown: dict[str, str] = {}
        self._latest = latest

    def since(self, stream: str, overlap: timedelta = OVERLAP) -> datetime | None:
        """Where to begin reading; None for the beginning of history."""
        known = self._read(stream)
        return known - overlap if known else None

    def note(self, stream: str, times: Iterable[Any]) -> None:
        """Remember the newest of `times`, which are as the platform wrote them."""
        newest = self._newest.get(stream)
        latest, highest, shown = epoch_ms(self._latest), -1, self._shown.get(stream, "")
        for value in times:
            if type(value) is int:
                if highest < value <= latest:
                    highest = value
                continue
            # most are written alike and older than the newest: that can be told without reading them
            if shown and isinstance(value, str) and value <= shown and _alike(value, shown):
                continue
            moment = instant(value)
            if moment is not None and moment <= self._latest and (newest is None or moment > newest):
                newest, shown = moment, value if isinstance(value, str) else ""
        moment = instant(highest) if highest >= 0 else None
        if moment is not None and (newest is None or moment > newest):
            newest = moment
        if newest is not None:
            self._newest[stream], self._shown[stream] = newest, shown

    def watermark(self) -> Watermark | None:
        """What to store once everything was read."""
        mark: dict[str, Any] = dict(self._known)
        for stream, moment in self._newest.items():
            known = self._read(stream)
            mark[stream] = stamp(max(known, moment) if known else moment)
        return mark or None

    def _read(self, stream: str) -> datetime | None:
        value = self._known.get(stream)
        return instant(value) if value else None


def _alike(time: str, other: str) -> bool:
    """Whether two times are written in the same form, in which the order of texts is that of time."""
    return len(time) == len(other) and (time[-1] == other[-1] == "Z" or time[-6:] == other[-6:] == "+00:00")
