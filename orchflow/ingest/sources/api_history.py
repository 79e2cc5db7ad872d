"""The v2 version's history of events: oldest first, cut at 5,000, each event up to three times."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from orchflow.errors import SourceError
from orchflow.ingest.sources.api_client import ApiClient
from orchflow.ingest.sources.api_columns import Events
from orchflow.ingest.sources.api_progress import Progress
from orchflow.ingest.sources.api_rows import Row, epoch_ms, field, first, instant, rows_of, stamp, text
from orchflow.ingest.sources.paging import INSTEAD, page_of

HISTORY = "/observability/history"
PAGE = 5000
TRIES = 5
TIMES = field("timestamp")
SAID = ("timestamp", "hook_event_type", "source_app", "status")
COUNTED = ("model", "inputTokens", "outputTokens", "costUsd", "durationMs", "duration", "sequence")


def history(client: ApiClient, stream: str, progress: Progress) -> Iterator[list[Row]]:
    """Pages of the events since the last run, copies of one event always in the same page.

    A page may break off between copies, so its last millisecond is left to the next page; one that ends early is followed too,
    save where it reaches the present, which the next run reads again. SourceError where a millisecond has more events than a
    page shows.
    """
    known = progress.since(stream)
    since = epoch_ms(known) if known else 0
    began, longest, read, tries = client.server_now(), 0, 0, 0
    while True:
        rows = _page(client, since)
        last = _newest(rows)
        if last is None and read:
            raise SourceError(f"{HISTORY} shows no event where it has shown some before", INSTEAD)
        if last is None or (len(rows) < PAGE and last >= began):
            break
        whole = rows[: _broken_off(rows, last)]
        following = epoch_ms(last) - 1
        if not whole or following <= since:
            goes_on = len(rows) >= PAGE or 0 < longest <= len(rows) or _goes_on(client, last)
            tries += 1
            if goes_on and len(rows) < PAGE and tries <= TRIES:
                continue  # a page that ends early may be longer the next time
            if goes_on:
                raise SourceError(
                    f"{HISTORY} holds more than {len(rows)} events at {stamp(last)} and shows no more than that",
                    INSTEAD,
                )
            break
        progress.note(stream, TIMES(whole))
        yield whole
        first = instant(whole[0].get("timestamp"))
        if first is not None and epoch_ms(first) < following:  # it has more than the next page shows again
            longest = max(longest, len(rows))
        since, read, tries = following, read + len(whole), 0
    progress.note(stream, TIMES(rows))
    yield rows


def _page(client: ApiClient, since: int) -> list[Row]:
    asked = {"since": since, "limit": PAGE}
    return page_of(lambda: rows_of(client.get(HISTORY, asked), "events", HISTORY))


def _newest(rows: list[Row]) -> datetime | None:
    return next((moment for row in reversed(rows) if (moment := instant(row.get("timestamp")))), None)


def _goes_on(client: ApiClient, last: datetime) -> bool:
    """Whether there are events after `last`; `since` may mean that instant too or not."""
    after = (epoch_ms(last), epoch_ms(last) + 1)
    return any((newest := _newest(_page(client, since))) is not None and newest > last for since in after)


def _broken_off(rows: list[Row], last: datetime) -> int:
    """Where the last millisecond of a page begins."""
    at = len(rows)
    while at and instant(rows[at - 1].get("timestamp")) in (None, last):
        at -= 1
    return at


def once(rows: Iterable[Row]) -> list[Row]:
    """Each event of `rows` once; of its copies the one with the smallest id, which is the same whenever it is read."""
    kept: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = _content(row)
        known = kept.setdefault(key, row)
        if known is not row and _number(row) < _number(known):
            kept[key] = row
    return list(kept.values())


def event_id(row: Row) -> str | None:
    """The event's id as text; one made of what it says where it has none."""
    if row.get("timestamp") is None:
        return None
    number = row.get("id")
    if number is not None:
        return text(number)
    return hashlib.sha256("\x1f".join(map(str, _content(row))).encode()).hexdigest()[:32]


def _content(row: Row) -> tuple[Any, ...]:
    """What makes two events the same. Links that the platform may cut later do not count."""
    context, payload = _part(row, "context"), _part(row, "payload")
    place = context.get("taskId") or context.get("conversationId")
    said = (*map(row.get, SAID), place, context.get("agentSlug"), *map(payload.get, COUNTED))
    try:
        hash(said)
    except TypeError:  # a structure where a scalar belongs
        return tuple(map(str, said))
    return said


def _part(row: Row, key: str) -> Row:
    part = row.get(key)
    return part if isinstance(part, dict) else {}


def _number(row: Row) -> float:
    value = text(row.get("id"))
    return float(value) if value is not None and value.isdigit() else float("inf")


EVENT = Events(
    event_id=lambda rows: [event_id(row) for row in rows],
    occurred_at=TIMES,
    recorded_at=field("created_at"),
    organization=field("context", "orgSlug"),
    user_id=field("context", "userId"),
    conversation_id=first(field("context", "conversationId"), field("context", "taskId")),
    agent=field("context", "agentSlug"),
    kind="hook_event_type",
    app="source_app",
    detail="payload",
    outcome=lambda row: text(row.get("status")) or "completed",
)
CALL_COLUMNS, RUN_COLUMNS = EVENT.calls(), EVENT.runs()
