"""The enterprise version's API: lists of at most 200 rows, newest first, without totals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial

import pyarrow as pa

from orchflow.errors import SourceError
from orchflow.ingest.source import Batch
from orchflow.ingest.sources.agent_rows import with_judgement
from orchflow.ingest.sources.api_columns import Events, record_columns
from orchflow.ingest.sources.api_progress import Progress
from orchflow.ingest.sources.api_reader import BATCH, ApiReader
from orchflow.ingest.sources.api_rows import (
    Columns,
    Row,
    field,
    first,
    gathered,
    instant,
    names,
    rows_of,
    same,
    stamp,
    table,
    without,
)
from orchflow.ingest.sources.paging import INSTEAD, Trail, kept_to, page_of
from orchflow.ingest.sources.read_ahead import read_ahead
from orchflow.ingest.sources.time_windows import BEGINNING, TICK, walk

LEDGER = "/admin/llm/usage/list"
EVENTS = "/admin/observability/events"
AGENTS = "/admin/agents"
PAGE = 200
EVENT_OVERLAP = 5
WINDOW_ROWS = 2000
PASSES = 20


def camel(name: str) -> str:
    """`created_at` as this version spells it: createdAt."""
    begin, *words = name.split("_")
    return begin + "".join(word.capitalize() for word in words)


LEDGER_COLUMNS = record_columns(camel)
RECORDED_AT = field("createdAt")
OCCURRED = field("occurredAt")
EVENT = Events(
    event_id=field("id"),
    occurred_at=OCCURRED,
    recorded_at=OCCURRED,
    organization=without("unknown", field("orgSlug")),  # what this list calls none
    user_id=field("userId"),
    conversation_id=field("conversationId"),
    agent=field("agentSlug"),
    kind="eventType",
    app="product",
    detail="metadata",
    outcome=lambda row: "failed" if row.get("severity") == "error" else "completed",
)
CALL_COLUMNS, RUN_COLUMNS = EVENT.calls(), EVENT.runs()
AGENT_COLUMNS: Columns = {
    "slug": field("slug"),
    "name": field("name"),
    "description": field("description"),
    "agent_type": field("agentType"),
    "model": first(field("config", "llm_config", "model"), field("config", "defaultModel")),
    "provider": first(field("config", "llm_config", "provider"), field("config", "defaultProvider")),
    "created_at": field("createdAt"),
    "updated_at": field("updatedAt"),
}


class EnterpriseApi(ApiReader):
    """Reads every job from an enterprise installation."""

    version = "enterprise"
    endpoints = (
        ("organizations", "/admin/organizations"),
        ("users", "/auth/admin/users"),
        ("agents", AGENTS),
        ("usage", f"{LEDGER}?limit=1"),
        ("events", f"{EVENTS}?limit=1"),
    )
    agent_columns = AGENT_COLUMNS
    unlisted = "Tasks and conversations"

    def _agents(self) -> list[Row]:
        return rows_of(self._client.get(AGENTS), "agents", AGENTS)

    def recorded_days(self) -> tuple[set[date], set[date]]:
        """Days (UTC) with completed runs and with recorded calls, of the newest page of each, as far back as both reach."""
        runs = [row for row in self._event_page("invocation.completed", 0) if EVENT.is_run(row)]
        calls = [row for row in self._event_page("llm.usage", 0) if EVENT.is_call(row)]
        ledger = self._ledger_page(BEGINNING, None)
        times = [
            [moment for value in values if (moment := instant(value))]
            for values in (OCCURRED(runs), OCCURRED(calls), RECORDED_AT(ledger))
        ]
        reach = max((min(each) for each in times[1:] if len(each) >= PAGE), default=BEGINNING)
        ran, called, entered = ({moment.date() for moment in each if moment >= reach} for each in times)
        return ran, called | entered

    def _judged(self, agents: pa.Table, rows: list[Row]) -> pa.Table:
        """What is listed as config are the agent's metadata, by which it runs; prompt and endpoint are not shown."""
        told = [
            {
                "metadata": row.get("config"),
                "agent_type": row.get("agentType"),
                "name": row.get("name"),
                "description": row.get("description"),
            }
            for row in rows
        ]
        return with_judgement(agents, told)

    def _organizations_of(self, row: Row) -> list[str]:
        return names(row.get("orgSlug"))

    def _usage(self, progress: Progress) -> Iterator[Batch]:
        """Both places where cost lives: the ledger of one gateway, the events of the other."""
        for rows in gathered(read_ahead(self._ledger(progress)), BATCH):
            yield Batch("usage", table(rows, LEDGER_COLUMNS))
        for rows in gathered(read_ahead(self._events("llm.usage", progress)), BATCH):
            yield Batch("usage", table(list(filter(EVENT.is_call, rows)), CALL_COLUMNS))
        yield Batch("usage", table([], LEDGER_COLUMNS), watermark=progress.watermark())

    def _runs(self, progress: Progress) -> Iterator[Batch]:
        """Runs, and with them which agent and organisation their conversations belong to."""
        for rows in gathered(read_ahead(self._events("invocation.", progress)), BATCH):
            runs = list(filter(EVENT.is_run, rows))
            yield Batch("run_events", table(runs, RUN_COLUMNS))
            yield Batch("conversations", EVENT.held(runs))
        yield Batch("run_events", table([], RUN_COLUMNS), watermark=progress.watermark())

    # The ledger: walked backwards in windows of time, since the platform sorts all it was asked for at every page.

    def _ledger(self, progress: Progress) -> Iterator[list[Row]]:
        """Pages from now back to where the last run ended, or to the beginning of history. Some rows come twice."""
        floor = progress.since("ledger") or BEGINNING
        now = self._client.server_now()
        newest_before = partial(self._newest_before, floor)
        for rows in walk(LEDGER, floor, now, WINDOW_ROWS, self._window, newest_before):
            progress.note("ledger", RECORDED_AT(rows))
            yield rows

    def _newest_before(self, floor: datetime, end: datetime | None) -> datetime | None:
        if end is not None and end < floor:
            return None
        older = self._ledger_page(floor, end, limit=1)
        return instant(older[0].get("createdAt")) if older else None

    def _window(self, begin: datetime, end: datetime | None) -> Iterator[list[Row]]:
        """Pages of `begin` ≤ createdAt ≤ `end`. Each next one ends where the last left off, so that neither rows
        arriving at the head nor deleted ones can shift it; times are shown cut to milliseconds, hence the tick."""
        trail = Trail(LEDGER)
        begun = False
        while True:
            rows = self._ledger_page(begin, end)
            new = trail.new(rows)
            yield new
            if not rows:
                if begun and self._newest_before(begin, end):
                    continue  # what was read last is there still, so that this page cannot be empty
                return
            begun = True
            times = [moment for row in rows if (moment := instant(row.get("createdAt")))]
            if not times:
                raise SourceError(
                    f"{LEDGER} gives rows without a readable createdAt", "Read the database instead."
                )
            oldest = min(times)
            # a page may end early
            if len(rows) < PAGE and not new and not self._newest_before(begin, oldest - TICK):
                return
            following = oldest + TICK
            if end is not None and following >= end:
                yield self._crowded(oldest - TICK, end)
                following = oldest - TICK
            if following < begin:
                return
            end = following

    def _crowded(self, begin: datetime, end: datetime) -> list[Row]:
        """All rows of a moment with more of them than a page holds.

        Rows of the same time have no order of their own, so that one may change pages between two requests:
        it is read again until as many different rows were seen as there are.
        """
        seen: dict[str, Row] = {}
        for _ in range(PASSES):
            offset = 0
            trail = Trail(LEDGER)
            while True:
                rows = self._ledger_page(begin, end, offset=offset)
                new = trail.new(rows)
                seen.update((same(row), row) for row in rows)
                offset += len(rows)
                if len(rows) < PAGE and not new:
                    break
            if len(seen) >= offset:
                return list(seen.values())
        raise SourceError(
            f"{LEDGER} lists the {offset} rows recorded at {stamp(begin)} in another order every time",
            INSTEAD,
        )

    def _ledger_page(
        self, begin: datetime, end: datetime | None, *, limit: int = PAGE, offset: int = 0
    ) -> list[Row]:
        params: dict[str, str | int] = {"from": stamp(begin), "limit": limit, "offset": offset}
        if end is not None:
            params["to"] = stamp(end)
        rows = page_of(lambda: rows_of(self._client.get(LEDGER, params), None, LEDGER))
        kept_to(LEDGER, RECORDED_AT(rows), begin - TICK, end + TICK if end is not None else None)
        return rows

    def _events(self, search: str, progress: Progress) -> Iterator[list[Row]]:
        """Pages from the newest event back to where the last run ended; there is no filter by time.

        Every page begins with the end of the one before. When it does not, because rows were deleted, it is
        stepped back. New events push older ones further down, which only shows some of them again.
        """
        floor = progress.since(search)
        offset = 0
        trail = Trail(EVENTS)
        while True:
            rows = self._event_page(search, offset)
            if offset and not trail.follows(rows):
                offset = max(0, offset - PAGE)
                trail.new(())
                continue
            progress.note(search, OCCURRED(rows))
            new = trail.new(rows)
            yield new if floor is None else [row for row in new if not _before(row, floor)]
            if floor is not None and rows and _before(rows[-1], floor):
                return
            if len(rows) < PAGE and not new:
                if not rows or not trail.brings(self._event_page(search, offset + len(rows))):
                    return
                continue  # there are more, so that this page ended early
            offset += max(1, len(rows) - EVENT_OVERLAP)

    def _event_page(self, search: str, offset: int) -> list[Row]:
        params: dict[str, str | int] = {"search": search, "limit": PAGE, "offset": offset}
        return page_of(lambda: rows_of(self._client.get(EVENTS, params), None, EVENTS))


def _before(row: Row, floor: datetime) -> bool:
    """Whether an event is certainly older than `floor`."""
    moment = instant(row.get("occurredAt"))
    return moment is not None and moment < floor
