"""The v2 version's API: records cut at 1,000 without a word, and a history that repeats its events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from orchflow.errors import SourceError
from orchflow.ingest.source import Batch, Watermark
from orchflow.ingest.sources.api_client import ApiClient
from orchflow.ingest.sources.api_directory import read_organizations, read_people, read_teams
from orchflow.ingest.sources.api_failures import Refused
from orchflow.ingest.sources.api_history import (
    CALL_COLUMNS,
    HELD_COLUMNS,
    HELD_IN,
    HISTORY,
    RUN_COLUMNS,
    history,
    is_call,
    is_run,
    once,
)
from orchflow.ingest.sources.api_progress import Progress
from orchflow.ingest.sources.api_rows import (
    Columns,
    Row,
    field,
    first,
    gathered,
    instant,
    milliseconds,
    names,
    one_each,
    rows_of,
    stamp,
    table,
)
from orchflow.ingest.sources.read_ahead import read_ahead
from orchflow.ingest.sources.time_windows import BEGINNING, TICK, Windows

RECORDS = "/api/llm-usage/records"
AGENTS = "/agents"
HIERARCHY = "/hierarchy/agents"
CONVERSATIONS = "/agent-conversations"
STREAM = "history"
CUT = 1000
CONVERSATION_PAGE = 200
BATCH = 4000
WINDOW_ROWS = 500
CALL_OVERLAP = timedelta(hours=1)
"""A call is recorded when it ends and found by when it started: no call takes longer than this."""

RECORDED = field("created_at")
ORGANIZATIONS = field("metadata", "organization_slug")

RECORD_COLUMNS: Columns = {
    "event_id": field("id"),
    "occurred_at": milliseconds(first(field("started_at"), field("created_at"))),
    "recorded_at": field("created_at"),
    "caller": field("agent_name"),
    "user_id": field("user_id"),
    "conversation_id": field("conversation_id"),
    "run_id": field("run_id"),
    "provider": field("provider_name"),
    "model": field("model_name"),
    "route": field("route"),
    "is_local": field("is_local"),
    "status": field("status"),
    "input_tokens": field("input_tokens"),
    "output_tokens": field("output_tokens"),
    "cost": field("total_cost"),
    "duration_ms": field("duration_ms"),
}
OWN_COLUMNS: Columns = {
    "conversation_id": field("id"),
    "agent": field("agentName"),
    "organization": field("organizationSlug"),
    "user_id": field("userId"),
    "started_at": field("startedAt"),
    "last_active_at": field("lastActiveAt"),
}
# Without status: the one listed only says that the agent is loaded; this version keeps none.
AGENT_COLUMNS: Columns = {
    "slug": first(field("slug"), field("id")),
    "name": first(field("displayName"), field("name")),
    "description": field("description"),
    "agent_type": field("type"),
    "model": first(field("metadata", "config", "llm", "model"), field("metadata", "config", "defaultModel")),
    "provider": first(
        field("metadata", "config", "llm", "provider"), field("metadata", "config", "defaultProvider")
    ),
}


class V2Api:
    """Reads every job from a v2 installation."""

    version = "v2"
    endpoints = (
        ("organizations", "/admin/organizations"),
        ("users", "/auth/admin/users"),
        ("agents", AGENTS),
        ("usage", f"{RECORDS}?limit=1"),
        ("events", f"{HISTORY}?since=0&limit=1"),
    )

    def __init__(self, client: ApiClient) -> None:
        self._client = client

    def read(self, job: str, watermark: Watermark | None) -> Iterator[Batch]:
        """Yield what is new since `watermark`; the last batch carries the next one."""
        match job:
            case "organizations":
                yield from read_organizations(self._client)
            case "users":
                yield from read_people(self._client)
                yield from read_teams(self._client)
            case "agents":
                yield self._agents()
            case "conversations":
                yield from self._conversations()
            case "usage":
                yield from self._usage(watermark)
            case "runs":
                yield from self._runs(watermark)

    def _agents(self) -> Batch:
        try:
            rows = rows_of(self._client.get(AGENTS), "agents", AGENTS)
        except Refused as refused:
            if refused.status != 404:
                raise
            groups = self._client.get(HIERARCHY)
            groups = groups.get("data") if isinstance(groups, dict) else None
            if not isinstance(groups, dict):
                raise
            rows = [row for group in groups.values() for row in rows_of(group, None, HIERARCHY)]
        organizations = pa.array([_organizations_of(row) for row in rows], pa.list_(pa.string()))
        return Batch(
            "agents", table(rows, AGENT_COLUMNS).append_column("organizations", organizations), snapshot=True
        )

    def _conversations(self) -> Iterator[Batch]:
        """Our own by their list, which alone says when they began; everybody's come with the runs held in them."""
        for rows in self._own_conversations():
            yield Batch("conversations", table(rows, OWN_COLUMNS))

    def _own_conversations(self) -> Iterator[list[Row]]:
        seen: set[Any] = set()
        while True:
            params = {"limit": CONVERSATION_PAGE, "offset": len(seen)}
            answer = self._client.get(CONVERSATIONS, params)
            rows = rows_of(answer, "conversations", CONVERSATIONS)
            new = [row for row in rows if row.get("id") not in seen]
            if not new:
                return
            yield new
            seen.update(row.get("id") for row in new)
            if len(rows) < CONVERSATION_PAGE:
                return

    def _usage(self, watermark: Watermark | None) -> Iterator[Batch]:
        """The calls that are in records. Those of the gateway that writes none come with the runs."""
        progress = Progress(watermark, self._client.server_now())
        for rows in gathered(read_ahead(self._records(progress)), BATCH):
            yield Batch("usage", table(rows, RECORD_COLUMNS))
        undated = self._undated()
        yield Batch("usage", table(undated, RECORD_COLUMNS), watermark=progress.watermark())

    def _runs(self, watermark: Watermark | None) -> Iterator[Batch]:
        """One walk through the history for all that it tells: runs, their conversations, and calls not in records."""
        progress = Progress(watermark, self._client.server_now())
        for rows in read_ahead(history(self._client, STREAM, progress)):
            runs = once(filter(is_run, rows))
            yield Batch("run_events", table(runs, RUN_COLUMNS))
            yield Batch("conversations", table(one_each(runs, HELD_IN), HELD_COLUMNS))
            yield Batch("usage", table(once(filter(is_call, rows)), CALL_COLUMNS))
        yield Batch("run_events", table([], RUN_COLUMNS), watermark=progress.watermark())

    def _records(self, progress: Progress) -> Iterator[list[Row]]:
        """Records in windows of when they started, from now backwards. Some come twice."""
        floor = progress.since("records", CALL_OVERLAP) or BEGINNING
        windows = Windows(floor, self._client.server_now(), WINDOW_ROWS)
        while windows.open():
            count = 0
            for rows in self._slices(windows.begin, windows.end):
                count += len(rows)
                progress.note("records", RECORDED(rows))
                yield rows
            if not count and not windows.at_floor():
                older = self._slice(None, windows.begin, limit=1)
                windows.jump(instant(older[0].get("started_at")) if older else None)
            else:
                windows.next(count)

    def _slices(self, begin: datetime, end: datetime | None) -> Iterator[list[Row]]:
        """The records of a window, halved until no part comes back cut."""
        rows = self._slice(begin, end)
        if len(rows) < CUT:
            yield rows
            return
        if end is None:
            times = [moment for row in rows if (moment := instant(row.get("started_at")))]
            end = max([self._client.server_now(), *times]) + TICK
        if end - begin <= TICK:
            raise SourceError(
                f"{RECORDS} holds more than {CUT} calls started at {stamp(begin)} and shows no more than that",
                "Read this installation through its database instead: a source of kind orchestrator_db.",
            )
        half = max(TICK, timedelta(milliseconds=(end - begin) // TICK // 2))
        yield from self._slices(begin + half, end)
        yield from self._slices(begin, begin + half)

    def _slice(self, begin: datetime | None, end: datetime | None, limit: int | None = None) -> list[Row]:
        params: dict[str, str | int] = {}
        if begin is not None:
            params["startDate"] = stamp(begin)
        if end is not None:
            params["endDate"] = stamp(end)
        if limit is not None:
            params["limit"] = limit
        return rows_of(self._client.get(RECORDS, params), "data", RECORDS)

    def _undated(self) -> list[Row]:
        """Records without a start, which no window holds; the unfiltered list shows them first."""
        rows = [row for row in self._slice(None, None) if row.get("started_at") is None]
        if len(rows) >= CUT:
            raise SourceError(
                f"{RECORDS} holds more than {CUT} calls without a start and shows no more than that",
                "Read this installation through its database instead: a source of kind orchestrator_db.",
            )
        return rows


def _organizations_of(row: Row) -> list[str]:
    several = names(ORGANIZATIONS([row])[0]) or names(row.get("organization"))
    return several or names(row.get("organizationSlug"))
