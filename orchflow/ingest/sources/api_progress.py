"""How far a stream has been read, and from where the next run reads on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from orchflow.ingest.source import Watermark
from orchflow.ingest.sources.api_rows import instant, stamp

OVERLAP = timedelta(minutes=10)
"""Rows become visible a little out of order; what is younger than this is read again."""


class Progress:
    """One job's streams by name. Times ahead of the platform's clock do not count: they would hide what follows."""

    def __init__(self, watermark: Watermark | None, latest: datetime) -> None:
        self._known = {stream: time for stream, time in (watermark or {}).items() if isinstance(time, str)}
        self._newest: dict[str, datetime] = {}
        self._latest = latest

    def since(self, stream: str, overlap: timedelta = OVERLAP) -> datetime | None:
        """Where to begin reading; None for the beginning of history."""
        known = self._read(stream)
        return known - overlap if known else None

    def note(self, stream: str, times: Iterable[Any]) -> None:
        """Remember the newest of `times`, which are as the platform wrote them."""
        read = (instant(value) for value in times)
        past = [moment for moment in read if moment is not None and moment <= self._latest]
        if past:
            self._newest[stream] = max(self._newest.get(stream, past[0]), *past)

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
