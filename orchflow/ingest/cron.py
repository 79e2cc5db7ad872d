"""When a source's schedule asks for a run, in the workspace's zone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from apscheduler.triggers.cron import CronTrigger

from orchflow import clock
from orchflow.errors import ConfigError
from orchflow.source_settings import SourceSettings
from orchflow.workspace import Workspace

ScheduleSetting = Literal["schedule", "full_schedule", "reconcile_schedule"]


def trigger_of(
    ws: Workspace, source: SourceSettings, setting: ScheduleSetting = "schedule"
) -> CronTrigger | None:
    """The cron in a setting of a source in the workspace's zone, None without one; ConfigError naming it for a bad one."""
    cron: str | None = getattr(source, setting, None)  # only platforms are reconciled
    if cron is None:
        return None
    try:
        return CronTrigger.from_crontab(cron, timezone=ws.zone)
    except ValueError as error:
        raise ConfigError(
            f"sources.{source.name}.{setting} is not a cron schedule: {cron!r} ({error})",
            "Write five fields: minute hour day month weekday, like '15 * * * *'.",
        ) from None


def next_run(ws: Workspace, source: SourceSettings, after: datetime | None = None) -> datetime | None:
    """When the schedule of `source` next asks for a run after an instant (default now); None when it has none."""
    trigger = trigger_of(ws, source)
    due: datetime | None = trigger.get_next_fire_time(None, after or clock.now()) if trigger else None
    return due
