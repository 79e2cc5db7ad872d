"""Runs sources on their schedules and what is due every day, in the workspace's zone, in the server's process."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from types import MappingProxyType

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from orchflow import clock
from orchflow.errors import OrchflowError, log_failure
from orchflow.ingest.cron import SCHEDULES, cron_of, missed, trigger_of
from orchflow.ingest.progress import BeingRead
from orchflow.ingest.reconcile import reconcile_source
from orchflow.ingest.run import run_source
from orchflow.ingest.source import Kind
from orchflow.people.permissions import SYSTEM
from orchflow.workspace import Workspace

CATCH_UP_AFTER = timedelta(seconds=5)
TIMED_AFTER = timedelta(minutes=1)
"""When the first people have their pages."""
AGAIN_AFTER = timedelta(minutes=5)
"""When what is due seldom is made up for, or tried again while another run goes on."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TimedAct:
    """An act with a schedule of its own; `last` tells from when on it counts, so that a missed one is caught up."""

    name: str
    trigger: BaseTrigger
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
        timed: Sequence[TimedAct] = (),
    ) -> None:
        self._ws = ws
        self._daily = daily
        self._timed = timed
        self._crons: dict[str, str | None] = {}
        self._scheduler = BackgroundScheduler(
            timezone=ws.zone, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Begin; what was missed while nothing ran is caught up once, soon. ConfigError for a bad schedule."""
        self._plan_sources()
        self._ws.follow_sources(self._plan_sources)
        for name, act in self._daily.items():
            nightly = CronTrigger(hour=0, minute=5, timezone=self._ws.zone)
            soon = clock.now() + CATCH_UP_AFTER
            self._scheduler.add_job(_act, nightly, args=(name, act), id=f"daily {name}", next_run_time=soon)
        for each in self._timed:
            due: datetime | None = each.trigger.get_next_fire_time(None, each.last())
            late = {} if due is None or due > clock.now() else {"next_run_time": clock.now() + TIMED_AFTER}
            self._scheduler.add_job(_act, each.trigger, args=(each.name, each.act), id=each.name, **late)
        self._scheduler.start()

    def planned(self) -> list[str]:
        """The names of what is planned, in the order in which it is due."""
        return [str(job.id) for job in self._scheduler.get_jobs()]

    def _plan_sources(self) -> None:
        """Plan the runs of every source as its schedules are now; what is planned already stays."""
        asked = {
            source.name if kind == "new" else f"{source.name} {kind}": (source, kind)
            for source, kind in product(self._ws.settings.sources, SCHEDULES)
            if cron_of(source, kind) is not None
        }
        crons = {name: cron_of(*words) for name, words in asked.items()}
        for name in [name for name, cron in self._crons.items() if crons.get(name) != cron]:
            del self._crons[name]
            self._scheduler.remove_job(name)
        for name, (source, kind) in asked.items():
            trigger = trigger_of(self._ws, source, kind)
            if trigger is None or name in self._crons:
                continue
            self._crons[name] = crons[name]
            soon = clock.now() + (CATCH_UP_AFTER if kind == "new" else AGAIN_AFTER)
            late = {"next_run_time": soon} if missed(self._ws, source, kind) else {}
            self._scheduler.add_job(self._run, trigger, args=(source.name, kind), id=name, **late)

    def stop(self) -> None:
        """Stop asking for runs; one that goes on is cut off with the process and goes on next time."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

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
