"""Backups that the server makes by itself, how many of them are kept, and how old the newest backup is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from apscheduler.triggers.base import BaseTrigger

from orchflow import clock
from orchflow.backups.known import Known, in_folder, newest
from orchflow.backups.make import back_up
from orchflow.config.settings import BackupSettings
from orchflow.crontab import cron_trigger
from orchflow.disk.unfinished import remove
from orchflow.format import quantity
from orchflow.people.permissions import Actor, Permission
from orchflow.progress import Progress
from orchflow.store.tables import Setting
from orchflow.workspace import backups_folder

if TYPE_CHECKING:
    from orchflow.workspace import Workspace

NAME, ASKED = "scheduled", "asked"
LATE = timedelta(hours=2)
"""How long a backup that is due may take before its absence is a fault."""
OLD = timedelta(days=7)
"""The age at which a backup is too old where none is scheduled."""


@dataclass(frozen=True)
class BackupState:
    """The newest backup, when the next is due, and in `ok` whether that is well: None where nobody has asked for any."""

    last: Known | None
    next_at: datetime | None
    ok: bool | None


def back_up_scheduled(ws: Workspace) -> dict[str, Any]:
    """Make a backup among the scheduled ones and remove the oldest of them; what `back_up` tells.

    They bear the mark of their workspace, so that several may share a folder.
    """
    folder = backups_folder(ws.settings)
    mark = mark_of(ws)
    made = back_up(ws, folder / f"{NAME}-{mark}-{clock.now():%Y%m%dT%H%M%S%f}Z")
    kept = sorted(in_folder(folder, f"{NAME}-{mark}-*"), key=lambda known: known.made_at)
    for old in kept[: -ws.settings.backups.keep]:
        remove(old.folder)
    return made


def back_up_asked(ws: Workspace, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Make a backup among the scheduled ones, as somebody asked for it; no schedule removes it. What `back_up` tells."""
    actor.require(Permission.ADMIN)
    ws.store.confirm(actor)
    mark = mark_of(ws)
    folder = backups_folder(ws.settings) / f"{ASKED}-{mark}-{clock.now():%Y%m%dT%H%M%S%f}Z"
    return {"folder": str(folder), **back_up(ws, folder)}


def last_due(ws: Workspace) -> datetime:
    """From when on the schedule counts: the newest backup, or else the workspace's beginning."""
    last = _newest(ws)
    return last.made_at if last is not None else _beginning(ws)[1]


def backup_state(ws: Workspace) -> BackupState:
    """How the workspace's backups stand now."""
    last = _newest(ws)
    trigger = trigger_of(ws.settings.backups, ws)
    now = clock.now()
    if trigger is None:
        return BackupState(last, None, True if last is not None and now - last.made_at <= OLD else None)
    due: datetime | None = trigger.get_next_fire_time(None, last_due(ws))
    next_at: datetime | None = trigger.get_next_fire_time(None, now)
    return BackupState(last, next_at, due is None or due + LATE > now)


def age(made_at: datetime) -> str:
    """How long ago, in words: `5 hours`, `3 days`."""
    hours = (clock.now() - made_at) // timedelta(hours=1)
    number, unit = (hours // 24, "day") if hours >= 48 else (hours, "hour")
    return "less than an hour" if hours < 1 else quantity(number, unit)


def trigger_of(settings: BackupSettings, ws: Workspace) -> BaseTrigger | None:
    """When backups are due, in the workspace's zone; None where none are scheduled."""
    if settings.schedule is None:
        return None
    return cron_trigger(settings.schedule, ws.zone)


def _newest(ws: Workspace) -> Known | None:
    """The newest backup of this workspace: another may have its own in the same folder."""
    mark = mark_of(ws)
    return newest(ws.settings.home, backups_folder(ws.settings), f"*-{mark}-*")


def mark_of(ws: Workspace) -> str:
    """What the workspace's backups are told apart by from those of others."""
    return _beginning(ws)[0]


def _beginning(ws: Workspace) -> tuple[str, datetime]:
    """The workspace's mark, and when it was given: at its first start."""
    with ws.store.read() as session:
        row = session.execute(
            sa.select(Setting.value, Setting.created_at).where(Setting.key == "workspace.id")
        ).one()
    return str(row.value), row.created_at
