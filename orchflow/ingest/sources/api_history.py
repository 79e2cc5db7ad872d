"""The v2 version's history of events: oldest first, cut at 5,000, each event up to three times."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from orchflow.errors import SourceError
from orchflow.ingest.sources.api_client import ApiClient
from orchflow.ingest.sources.api_columns import Events
from orchflow.ingest.sources.api_progress import OVERLAP, Progress
from orchflow.ingest.sources.api_rows import Row, epoch_ms, field, first, instant, rows_of, stamp, text
from orchflow.ingest.sources.paging import INSTEAD

HISTORY = "/observability/history"
PAGE = 5000
TIMES = field("timestamp")
SAID = ("timestamp", "hook_event_type", "source_app", "status")
COUNTED = ("model", "inputTokens", "outputTokens", "costUsd", "durationMs", "duration", "sequence")


def history(client: ApiClient, stream: str, progress: Progress) -> Iterator[list[Row]]:
    """Pages of the events since the last run, copies of one event always in the same page.

    A page may break off between copies, so its last millisecond is left to the next page; one that ends early is followed too.
    """
    known = progress.since(stream)
    since = epoch_ms(known) if known else 0
    lately = (
        client.server_now() - OVERLAP
    )  # what follows is read by the next run too, and more may always come
    while True:
        rows = rows_of(client.get(HISTORY, {"since": since, "limit": PAGE}), "events", HISTORY)
        last = instant(rows[-1].get("timestamp")) if rows else None
        whole = rows[: _broken_off(rows)] if rows else []
        if last is None or (
            len(rows) < PAGE and (not whole or epoch_ms(last) - 1 <= since or last >= lately)
        ):
            progress.note(stream, TIMES(rows))
            yield rows
            return
        if not whole or epoch_ms(last) - 1 <= since:
            raise SourceError(
                f"{HISTORY} holds more than {PAGE} events at {stamp(last)} and shows no more than that",
                INSTEAD,
            )
        progress.note(stream, TIMES(whole))
        yield whole
        since = epoch_ms(last) - 1


def _broken_off(rows: list[Row]) -> int:
    """Where the last millisecond of a page begins."""
    at, last = len(rows), rows[-1].get("timestamp")
    while at and rows[at - 1].get("timestamp") == last:
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
