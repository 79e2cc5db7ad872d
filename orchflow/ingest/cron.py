"""When a source's schedules ask for a run, in the workspace's zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from apscheduler.triggers.base import BaseTrigger

from orchflow import clock
from orchflow.config.sources import SourceSettings
from orchflow.crontab import cron_trigger
from orchflow.errors import ConfigError
from orchflow.ingest.record import query
from orchflow.ingest.source import Kind
from orchflow.workspace import Workspace

ScheduleSetting = Literal["schedule", "full_schedule", "reconcile_schedule"]
SCHEDULES: Mapping[Kind, ScheduleSetting] = MappingProxyType(
    {"new": "schedule", "full": "full_schedule", "reconcile": "reconcile_schedule"}
)
"""The setting that says when a source is asked for what."""
CUT_OFF = ("running", "interrupted")


def cron_of(source: SourceSettings, kind: Kind = "new") -> str | None:
    """What the settings say of when `source` is asked for runs of a kind; None: never."""
    cron: str | None = getattr(source, SCHEDULES[kind], None)  # only platforms are compared
    return cron


def trigger_of(ws: Workspace, source: SourceSettings, kind: Kind = "new") -> BaseTrigger | None:
    """The schedule of a source in the workspace's zone, None without one; ConfigError naming its setting for a bad one."""
    cron = cron_of(source, kind)
    if cron is None:
        return None
    try:
        return cron_trigger(cron, ws.zone)
    except ValueError as error:
        raise ConfigError(
            f"sources.{source.name}.{SCHEDULES[kind]} is not a cron schedule: {cron!r} ({error})",
            "Write five fields: minute hour day month weekday, like '15 * * * *'.",
        ) from None


def next_run(
    ws: Workspace, source: SourceSettings, kind: Kind = "new", after: datetime | None = None
) -> datetime | None:
    """When the schedule of `source` next asks for a run of a kind after an instant (default now); None when it has none."""
    trigger = trigger_of(ws, source, kind)
    due: datetime | None = trigger.get_next_fire_time(None, after or clock.now()) if trigger else None
    return due


def missed(ws: Workspace, source: SourceSettings, kind: Kind = "new") -> bool:
    """Whether the schedule asked for a run of a kind since the last one began, or that one was cut off; ask while none goes on.

    Reading everything counts as reading what is new. What a source has never been asked for counts from its first run on, which
    reads everything; one that never ran has missed that.
    """
    if cron_of(source, kind) is None:
        return False
    asked = {"source": source.name, "kinds": ["new", "full"] if kind == "new" else [kind]}
    ((first_at, last_at, state),) = ws.warehouse.rows(query("last_of_kind"), asked)
    if last_at is None and (kind == "new" or first_at is None):
        return kind == "new"
    if state in CUT_OFF:
        return True
    due = next_run(ws, source, kind, last_at or first_at)
    return due is not None and due <= clock.now()
