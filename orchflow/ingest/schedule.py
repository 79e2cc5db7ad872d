"""Runs sources on their schedules and what is due every day, in the workspace's zone, in the server's process."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from types import MappingProxyType

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from orchflow import clock
from orchflow.errors import OrchflowError, log_failure
from orchflow.ingest.background import Kind
from orchflow.ingest.cron import ScheduleSetting, next_run, trigger_of
from orchflow.ingest.progress import BeingRead
from orchflow.ingest.reconcile import reconcile_source
from orchflow.ingest.record import query
from orchflow.ingest.run import run_source
from orchflow.people.permissions import SYSTEM
from orchflow.source_settings import SourceSettings
from orchflow.workspace import Workspace

CATCH_UP_AFTER = timedelta(seconds=5)
TIMED_AFTER = timedelta(minutes=1)
"""When the first people have their pages."""
AGAIN_AFTER = timedelta(minutes=5)
SELDOM: Mapping[Kind, ScheduleSetting] = {"full": "full_schedule", "reconcile": "reconcile_schedule"}
"""What a source is asked for beside what is new, and the setting that says when."""

log = logging.getLogger(__name__)


def missed(ws: Workspace, source: SourceSettings) -> bool:
    """Whether the schedule asked for a run since the last one began; a source that never ran has missed one."""
    if source.schedule is None:
        return False
    last: datetime | None = ws.warehouse.value(query("last_start"), {"source": source.name})
    if last is None:
        return True
    due = next_run(ws, source, last)
    return due is not None and due <= clock.now()


@dataclass(frozen=True)
class Timed:
    """An act with a schedule of its own; `last` tells from when on it counts, so that a missed one is caught up."""

    name: str
    trigger: CronTrigger
    act: Callable[[], object]
    last: Callable[[], datetime]


class Scheduler:
    """The schedules of all sources of a workspace. One run of a source at a time; runs that pile up become one.

    `daily` are acts by name that are due soon after the start and then every night; doing one twice changes nothing.
    `timed` are others.
    """

    def __init__(
        self,
        ws: Workspace,
        daily: Mapping[str, Callable[[], object]] = MappingProxyType({}),
        timed: Sequence[Timed] = (),
    ) -> None:
        self._ws = ws
        self._daily = daily
        self._timed = timed
        self._scheduler = BackgroundScheduler(
            timezone=ws.zone, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Begin; what was missed while nothing ran is caught up once, soon. ConfigError for a bad schedule."""
        triggers = [(source, trigger_of(self._ws, source)) for source in self._ws.settings.sources]
        for source, trigger in triggers:
            if trigger is None:
                continue
            late = {"next_run_time": clock.now() + CATCH_UP_AFTER} if missed(self._ws, source) else {}
            self._scheduler.add_job(self._run, trigger, args=(source.name,), id=source.name, **late)
        for source, (kind, setting) in product(self._ws.settings.sources, SELDOM.items()):
            trigger = trigger_of(self._ws, source, setting)
            if trigger is not None:
                late = self._compared_late(source.name, trigger) if kind == "reconcile" else {}
                self._scheduler.add_job(
                    self._run, trigger, args=(source.name, kind), id=f"{source.name} {kind}", **late
                )
        for name, act in self._daily.items():
            nightly = CronTrigger(hour=0, minute=5, timezone=self._ws.zone)
            soon = clock.now() + CATCH_UP_AFTER
            self._scheduler.add_job(_act, nightly, args=(name, act), id=f"daily {name}", next_run_time=soon)
        for each in self._timed:
            due: datetime | None = each.trigger.get_next_fire_time(None, each.last())
            late = {} if due is None or due > clock.now() else {"next_run_time": clock.now() + TIMED_AFTER}
            self._scheduler.add_job(_act, each.trigger, args=(each.name, each.act), id=each.name, **late)
        self._scheduler.start()

    def stop(self) -> None:
        """Stop asking for runs; one that goes on is cut off with the process and goes on next time."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _compared_late(self, name: str, trigger: CronTrigger) -> dict[str, datetime]:
        """When to compare a source, after what else is caught up, that was compared before and missed its time."""
        last: datetime | None = self._ws.warehouse.value(
            query("last_start_of_job"), {"source": name, "job": "reconcile"}
        )
        due: datetime | None = None if last is None else trigger.get_next_fire_time(None, last)
        return {} if due is None or due > clock.now() else {"next_run_time": clock.now() + AGAIN_AFTER}

    def _run(self, name: str, kind: Kind = "new") -> None:
        try:
            if kind == "reconcile":
                result = reconcile_source(self._ws, SYSTEM, name, trigger="schedule")
            else:
                result = run_source(self._ws, SYSTEM, name, full=kind == "full", trigger="schedule")
        except BeingRead as error:
            log.warning("%s. %s", error, error.hint)
            if kind != "new":  # what is due seldom waits for the run that goes on
                again = clock.now() + AGAIN_AFTER
                self._scheduler.add_job(
                    self._run, "date", run_date=again, args=(name, kind), id=f"{name} {kind} again", replace_existing=True
                )  # fmt: skip
            return
        except OrchflowError as error:
            log.warning("%s. %s", error, error.hint)
            return
        if result.state == "failed":
            log.warning("%s. %s", result.error, result.hint)
        elif result.state == "partial":
            log.warning("%s was read in part: %s", name, result.hint)


def _act(name: str, act: Callable[[], object]) -> None:
    try:
        act()
    except Exception as error:
        log_failure(log, f"The scheduled {name} failed; it is tried again at the next time", error)
