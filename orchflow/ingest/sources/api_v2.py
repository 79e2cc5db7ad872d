"""The v2 version's API: records cut at 1,000 without a word, and a history that repeats its events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from orchflow.errors import SourceError
from orchflow.ingest.source import Batch, Complete
from orchflow.ingest.sources.api_client import ApiClient
from orchflow.ingest.sources.api_columns import record_columns
from orchflow.ingest.sources.api_directory import read_teams
from orchflow.ingest.sources.api_failures import Refused
from orchflow.ingest.sources.api_history import (
    CALL_COLUMNS,
    EVENT,
    HISTORY,
    RUN_COLUMNS,
    history,
    once,
)
from orchflow.ingest.sources.api_progress import Progress
from orchflow.ingest.sources.api_reader import BATCH, ApiReader
from orchflow.ingest.sources.api_rows import (
    Columns,
    Row,
    everywhere,
    field,
    first,
    gathered,
    instant,
    names,
    rows_of,
    same,
    stamp,
    table,
    text,
)
from orchflow.ingest.sources.paging import INSTEAD, Trail, kept_to, page_of
from orchflow.ingest.sources.read_ahead import read_ahead
from orchflow.ingest.sources.time_windows import BEGINNING, TICK, walk

RECORDS = "/api/llm-usage/records"
AGENTS = "/agents"
HIERARCHY = "/hierarchy/agents"
CONVERSATIONS = "/agent-conversations"
STREAM = "history"
AGAIN = "It changed while it was read, so none of one's own is taken for gone: run the source again."
CUT = 1000
CONVERSATION_PAGE = 200
WINDOW_ROWS = 500
CALL_OVERLAP = timedelta(hours=1)
"""A call is recorded when it ends and found by when it started: no call takes longer than this."""

RECORDED_AT = field("created_at")
STARTED_AT = field("started_at")
RECORD_COLUMNS = record_columns(str)
OWN_COLUMNS: Columns = {
    "conversation_id": field("id"),
    "agent": field("agentName"),
    "organization": field("organizationSlug"),
    "user_id": field("userId"),
    "started_at": field("startedAt"),
    "last_active_at": field("lastActiveAt"),
}
# The status listed only says that an agent is loaded; this version keeps none and runs every agent that it has.
AGENT_COLUMNS: Columns = {
    "status": everywhere("active"),
    "slug": first(field("slug"), field("id")),
    "name": first(field("displayName"), field("name")),
    "description": field("description"),
    "agent_type": field("type"),
    "model": first(field("metadata", "config", "llm", "model"), field("metadata", "config", "defaultModel")),
    "provider": first(
        field("metadata", "config", "llm", "provider"), field("metadata", "config", "defaultProvider")
    ),
}


class V2Api(ApiReader):
    """Reads every job from a v2 installation."""

    version = "v2"
    endpoints = (
        ("organizations", "/admin/organizations"),
        ("users", "/auth/admin/users"),
        ("agents", AGENTS),
        ("usage", f"{RECORDS}?limit=1"),
        ("events", f"{HISTORY}?since=0&limit=1"),
    )
    agent_columns = AGENT_COLUMNS
    unlisted = "Tasks and other people's conversations"

    def __init__(self, client: ApiClient) -> None:
        super().__init__(client)
        self._most = CUT
        self._me: str | None = None
        self._own: set[str] = set()

    def _teams(self) -> Iterator[Batch]:
        yield from read_teams(self._client)

    def _agents(self) -> list[Row]:
        try:
            return rows_of(self._client.get(AGENTS), "agents", AGENTS)
        except Refused as refused:
            if refused.status != 404:
                raise
            groups = self._client.get(HIERARCHY)
            groups = groups.get("data") if isinstance(groups, dict) else None
            if not isinstance(groups, dict):
                raise
            return [row for group in groups.values() for row in rows_of(group, None, HIERARCHY)]

    def _organizations_of(self, row: Row) -> list[str]:
        metadata = row.get("metadata")
        several = metadata.get("organization_slug") if isinstance(metadata, dict) else None
        return names(several) or names(row.get("organization")) or names(row.get("organizationSlug"))

    def _conversations(self) -> Iterator[Batch]:
        """Our own by their list, which alone says when they began and which are gone; everybody's come with the runs held in them.

        A list that moved while it was read may have skipped some: then none is taken for gone, with a warning.
        """
        own: set[str] = set()
        totals: list[Any] = []
        for rows, total in self._own_conversations():
            told = table(rows, OWN_COLUMNS)
            own.update(filter(None, told.column("conversation_id").to_pylist()))
            totals.append(total)
            yield Batch("conversations", told)
        me = self._client.get("/auth/me")
        self._me = text(me.get("id")) if isinstance(me, dict) else None
        self._own = own
        if {totals[0], totals[-1]} != {len(own)}:
            counts = (
                f"says that it has {totals[0]} conversations, at its end {totals[-1]}, and shows {len(own)}"
            )
            yield Batch(
                "conversations",
                pa.table({}),
                warning=f"conversations in part: {CONVERSATIONS} {counts}. {AGAIN}",
            )
        elif self._me is not None:
            ids = pa.table({"event_id": pa.array(sorted(own), pa.string())})
            yield Batch("conversations", pa.table({}), complete=Complete(ids, None, user=self._me))

    def _own_conversations(self) -> Iterator[tuple[list[Row], Any]]:
        """Pages of our own conversations and how many the list then says there are; SourceError where it shows fewer."""
        offset = 0
        trail = Trail(CONVERSATIONS)
        while True:
            rows, total = self._conversation_page(offset)
            new = trail.new(rows)
            yield new, total
            offset += len(rows)
            if len(rows) < CONVERSATION_PAGE and not new:
                if isinstance(total, int) and offset < total:
                    raise SourceError(
                        f"{CONVERSATIONS} says that it has {total} conversations and shows {offset}", INSTEAD
                    )
                return

    def _conversation_page(self, offset: int) -> tuple[list[Row], Any]:
        answer: Any = None

        def ask() -> list[Row]:
            nonlocal answer
            answer = self._client.get(CONVERSATIONS, {"limit": CONVERSATION_PAGE, "offset": offset})
            return rows_of(answer, "conversations", CONVERSATIONS)

        rows = page_of(ask)
        return rows, answer.get("total") if isinstance(answer, dict) else None

    def _usage(self, progress: Progress) -> Iterator[Batch]:
        """The calls that are in records. Those of the gateway that writes none come with the runs."""
        undated = self._undated()
        for rows in gathered(read_ahead(self._records(progress)), BATCH):
            yield Batch("usage", table(rows, RECORD_COLUMNS))
        yield Batch("usage", table(undated, RECORD_COLUMNS), watermark=progress.watermark())

    def _runs(self, progress: Progress) -> Iterator[Batch]:
        """One walk through the history for all that it tells: runs, their conversations, and calls not in records."""
        for rows in read_ahead(history(self._client, STREAM, progress)):
            runs = once(filter(EVENT.is_run, rows))
            yield Batch("run_events", table(runs, RUN_COLUMNS))
            yield Batch("conversations", EVENT.held(self._still_held(runs)))
            yield Batch("usage", table(once(filter(EVENT.is_call, rows)), CALL_COLUMNS))
        yield Batch("run_events", table([], RUN_COLUMNS), watermark=progress.watermark())

    def _still_held(self, runs: list[Row]) -> list[Row]:
        """Runs without those held in conversations of ours that the list of these no longer has."""
        if self._me is None:
            return runs
        whose = zip(runs, EVENT.user_id(runs), EVENT.conversation_id(runs), strict=True)
        return [run for run, user, held in whose if user != self._me or text(held) in self._own]

    def _records(self, progress: Progress) -> Iterator[list[Row]]:
        """Records in windows of when they started, from now backwards. Some come twice."""
        floor = progress.since("records", CALL_OVERLAP) or BEGINNING
        now = self._client.server_now()
        for rows in walk(RECORDS, floor, now, WINDOW_ROWS, self._slices, self._newest_before):
            progress.note("records", RECORDED_AT(rows))
            yield rows

    def _newest_before(self, end: datetime | None) -> datetime | None:
        older = self._slice(BEGINNING, end, limit=1)
        return instant(older[0].get("started_at")) if older else None

    def _slices(self, begin: datetime, end: datetime | None) -> Iterator[list[Row]]:
        """The records of a window, halved until no part comes back cut."""
        rows = self._slice(begin, end)
        if len(rows) < self._most and not self._goes_on(rows, begin):
            yield rows
            return
        if end is None:
            times = [moment for row in rows if (moment := instant(row.get("started_at")))]
            end = max([self._client.server_now(), *times]) + TICK
        if end - begin <= TICK:
            raise SourceError(
                f"{RECORDS} holds more than {len(rows)} calls started at {stamp(begin)} and shows no more than that",
                INSTEAD,
            )
        half = max(TICK, timedelta(milliseconds=(end - begin) // TICK // 2))
        yield from self._slices(begin + half, end)
        yield from self._slices(begin, begin + half)

    def _goes_on(self, rows: list[Row], begin: datetime) -> bool:
        """Whether there are calls older than all of these, which an answer that is cut leaves out."""
        times = [moment for row in rows if (moment := instant(row.get("started_at")))]
        if not times:
            return False
        known = set(map(same, rows))
        older = self._slice(begin, min(times))
        if any(same(row) not in known for row in older):
            return True
        # as many as before may again be as many as it shows
        return len(older) >= len(rows) and bool(self._slice(begin, min(times) - TICK, limit=1))

    def _slice(self, begin: datetime | None, end: datetime | None, limit: int | None = None) -> list[Row]:
        params: dict[str, str | int] = {}
        if begin is not None:
            params["startDate"] = stamp(begin)
        if end is not None:
            params["endDate"] = stamp(end)
        if limit is not None:
            params["limit"] = limit
        rows = page_of(lambda: rows_of(self._client.get(RECORDS, params), "data", RECORDS))
        if begin is not None or end is not None:
            kept_to(RECORDS, STARTED_AT(rows), begin and begin - TICK, end and end + TICK)
        return rows

    def _undated(self) -> list[Row]:
        """Records without a start, which no window holds; the unfiltered list shows them first, and how many it shows at most."""
        rows = self._slice(None, None)
        undated = [row for row in rows if row.get("started_at") is None]
        if self._goes_on(rows, BEGINNING):
            self._most = min(CUT, len(rows))
        if undated and len(undated) == len(rows) and (len(rows) >= CUT or self._newest_before(None)):
            raise SourceError(
                f"{RECORDS} holds more than {len(rows)} calls without a start and shows no more than that",
                INSTEAD,
            )
        return undated
