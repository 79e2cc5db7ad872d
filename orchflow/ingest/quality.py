"""How good a source's data is: gaps, duplicates, impossible values, lag, rejects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from orchflow import clock
from orchflow.ingest.record import query
from orchflow.people.permissions import Actor, Permission
from orchflow.people.platform_users import match_platform_users
from orchflow.warehouse.load import LoadCount, retry_rejects
from orchflow.workspace import Workspace

DAYS = 365


@dataclass(frozen=True)
class Finding:
    """How often something was found."""

    what: str
    times: int


@dataclass(frozen=True)
class SourceQuality:
    """One source as of `computed_at`.

    `days` has the columns day, events and gap. `lag` is the age of the newest event.
    `twins` are sources that read the same installation; what they share is loaded once.
    """

    source: str
    computed_at: datetime
    days: pd.DataFrame
    gaps: tuple[date, ...]
    duplicates: int
    impossible: tuple[Finding, ...]
    rejects: tuple[Finding, ...]
    newest_at: datetime | None
    lag: timedelta | None
    since_success: timedelta | None
    twins: tuple[str, ...]


def source_quality(ws: Workspace, source: str) -> SourceQuality:
    """Measure the source called `source`; days are those of the last year in the workspace's zone."""
    now = clock.now()
    today = clock.today(ws.zone)
    asked: dict[str, Any] = {
        "source": source, "now": now, "today": today, "since": today - timedelta(days=DAYS),
    }  # fmt: skip
    days = ws.warehouse.frame(query("quality_days"), asked)
    runs = ws.warehouse.query(query("quality_runs"), asked).to_pylist()[0]
    newest: datetime | None = ws.warehouse.value(query("quality_newest"), asked)
    succeeded: datetime | None = runs["last_success_at"]
    return SourceQuality(
        source=source,
        computed_at=now,
        days=days,
        gaps=tuple(pd.Timestamp(day).date() for day in days.loc[days["gap"].astype(bool), "day"]),
        duplicates=runs["duplicates"],
        impossible=_counted(ws, "quality_impossible", asked),
        rejects=_counted(ws, "quality_rejects", asked),
        newest_at=newest,
        lag=None if newest is None else now - newest,
        since_success=None if succeeded is None else now - succeeded,
        twins=tuple(name for (name,) in ws.warehouse.rows(query("quality_twins"), asked)),
    )


def unmatched_users(ws: Workspace, actor: Actor) -> list[str]:
    """Users of the platform who are nobody here, by name and source; their usage is counted all the same."""
    actor.require(Permission.PEOPLE_VIEW)
    unmatched = match_platform_users(ws.store, actor, ws.warehouse).unmatched
    return sorted(f"{user.email or user.display_name or user.user_id} ({user.source})" for user in unmatched)


def list_rejects(ws: Workspace, actor: Actor, source: str | None = None, limit: int = 1000) -> pd.DataFrame:
    """The rows set aside, newest first: source, job, dataset, reason, raw, first_seen_at, last_seen_at, attempts."""
    actor.require(Permission.SOURCES_VIEW)
    return ws.warehouse.frame(query("rejects_list"), {"source": source, "limit": limit})


def retry(ws: Workspace, actor: Actor, source: str | None = None) -> LoadCount:
    """Try every row set aside again, of one source or of all; what can be kept now is, the others stay."""
    actor.require(Permission.INGEST_RUN)
    ws.store.confirm(actor)
    with ws.warehouse.write() as tx:
        return retry_rejects(tx, source, now=clock.now())


def _counted(ws: Workspace, name: str, asked: dict[str, Any]) -> tuple[Finding, ...]:
    return tuple(Finding(row[0], row[1]) for row in ws.warehouse.rows(query(name), asked))
