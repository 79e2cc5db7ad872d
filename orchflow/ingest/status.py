"""How each source stands: its last run, its next one, and whether it runs now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import pandas as pd

from orchflow import clock
from orchflow.config.sources import SourceSettings
from orchflow.ingest import progress as live
from orchflow.ingest.cron import SCHEDULES, cron_of, next_run
from orchflow.ingest.progress import Progress
from orchflow.ingest.record import query
from orchflow.workspace import Workspace

State = Literal["ok", "partial", "running", "failed", "never"]


@dataclass(frozen=True)
class SourceStatus:
    """One source. `configured` is false for one that left its rows here and is no longer in the settings.

    A run that was cut off counts as failed until the next one. `hint` of a source that is partial says what it left out.
    `state` is that of what it was last asked for; `reconcile_trouble` is what the last comparison failed with or left out,
    until there is a whole one.
    """

    name: str
    kind: str
    configured: bool
    state: State
    schedule: str | None
    next_run_at: datetime | None
    last_run_at: datetime | None
    last_success_at: datetime | None
    error: str
    hint: str
    progress: Progress | None
    full_schedule: str | None = None
    next_full_at: datetime | None = None
    full_at: datetime | None = None
    reconcile_schedule: str | None = None
    next_reconcile_at: datetime | None = None
    reconciled_at: datetime | None = None
    reconcile_trouble: str = ""


def source_status(ws: Workspace) -> list[SourceStatus]:
    """Every source of the settings, in their order, then those that only have rows here."""
    ran: dict[str, dict[str, Any]] = {
        row["source"]: row for row in ws.warehouse.query(query("source_states")).to_pylist()
    }
    configured = {source.name: source for source in ws.settings.sources}
    statuses = []
    for name in [*configured, *(name for name in ran if name not in configured)]:
        source, last = configured.get(name), ran.get(name, {})
        going = live.progress(ws.warehouse.path, name)
        cut_off = last.get("state") == "running" and going is None
        statuses.append(
            SourceStatus(
                name=name,
                kind=source.kind if source else "",
                configured=source is not None,
                state=_state(last.get("state"), going),
                **(_schedules(ws, source) if source else {"schedule": None, "next_run_at": None}),
                last_run_at=last.get("last_run_at"),
                last_success_at=last.get("last_success_at"),
                error="The run was cut off before its end" if cut_off else last.get("error", ""),
                hint="Run it again: it goes on from what was committed." if cut_off else last.get("hint", ""),
                progress=going,
                full_at=last.get("full_at"),
                reconciled_at=last.get("reconciled_at"),
                reconcile_trouble=last.get("reconcile_trouble", ""),
            )
        )
    return statuses


def _schedules(ws: Workspace, source: SourceSettings) -> dict[str, Any]:
    schedules: dict[str, Any] = {SCHEDULES[kind]: cron_of(source, kind) for kind in SCHEDULES}
    return schedules | {
        "next_run_at": next_run(ws, source),
        "next_full_at": next_run(ws, source, "full"),
        "next_reconcile_at": next_run(ws, source, "reconcile"),
    }


def newest_event(ws: Workspace) -> datetime | None:
    """The newest usage event there is, which every figure is as of; one dated ahead of the clock is none. None without any."""
    asked = {"now": clock.now(), "today": clock.today(ws.zone)}
    newest: datetime | None = ws.warehouse.value(query("newest_event"), asked)
    return newest


def recent_runs(ws: Workspace, source: str | None = None, limit: int = 50) -> pd.DataFrame:
    """The newest runs of jobs, of one source or of all: when, what was read, watermarks, error."""
    return ws.warehouse.frame(query("recent_runs"), {"source": source, "limit": limit})


def _state(last: str | None, going: Progress | None) -> State:
    if going is not None:
        return "running"
    if last is None:
        return "never"
    if last == "partial":
        return "partial"
    return "ok" if last == "done" else "failed"
