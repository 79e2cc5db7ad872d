"""When a source's schedule asks for a run, in the workspace's zone."""

from __future__ import annotations

from datetime import datetime

from apscheduler.triggers.cron import CronTrigger

from orchflow import clock
from orchflow.config import SourceSettings
from orchflow.errors import ConfigError
from orchflow.workspace import Workspace


def trigger_of(ws: Workspace, source: SourceSettings) -> CronTrigger | None:
    """The cron of a source in the workspace's zone, None without one; ConfigError naming the source for a bad one."""
    if source.schedule is None:
        return None
    try:
        return CronTrigger.from_crontab(source.schedule, timezone=ws.zone)
    except ValueError as error:
        raise ConfigError(
            f"sources.{source.name}.schedule is not a cron schedule: {source.schedule!r} ({error})",
            "Write five fields: minute hour day month weekday, like '15 * * * *'.",
        ) from None


def next_run(ws: Workspace, source: SourceSettings, after: datetime | None = None) -> datetime | None:
    """When the schedule of `source` next asks for a run after an instant (default now); None when it has none."""
    trigger = trigger_of(ws, source)
    due: datetime | None = trigger.get_next_fire_time(None, after or clock.now()) if trigger else None
    return due
