"""Schedules: what they refuse, when they run, that missed runs are caught up once and runs never overlap."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchflow import clock
from orchflow.config.sources import UsageFileSettings
from orchflow.errors import ConfigError
from orchflow.ingest import schedule
from orchflow.ingest.cron import SCHEDULES, missed, next_run, trigger_of
from orchflow.ingest.progress import BeingRead
from orchflow.ingest.record import JobRecord
from orchflow.ingest.run import run_source
from orchflow.ingest.schedule import Scheduler
from orchflow.ingest.source import Kind
from orchflow.people.permissions import Actor
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace

CSV = "event_id,occurred_at,cost\n1,2026-05-01T10:00:00Z,0.5\n"


@pytest.fixture
def scheduled(open_with: Callable[..., Workspace], folder: Path) -> Workspace:
    """A workspace in Berlin with a file source that is due every night at half past two."""
    (folder / "usage.csv").write_text(CSV)
    source = {"name": "f", "kind": "usage_file", "path": str(folder / "usage.csv"), "schedule": "30 2 * * *"}
    return open_with(source, workspace={"timezone": "Europe/Berlin"})


@pytest.fixture
def start() -> Iterator[Callable[[Workspace], Scheduler]]:
    """Starts a scheduler that stops with the test."""
    started: list[Scheduler] = []

    def begin(ws: Workspace) -> Scheduler:
        started.append(Scheduler(ws))
        started[-1].start()
        return started[-1]

    yield begin
    for scheduler in started:
        scheduler.stop()


def runs(ws: Workspace) -> list[tuple[Any, ...]]:
    return ws.warehouse.rows(Query.of("q", "select trigger, state from ingest_runs order by started_at"))


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def began(ws: Workspace, at: datetime) -> None:
    with ws.warehouse.write() as tx:
        tx.execute(Query.of("past", "update ingest_runs set started_at = $at"), {"at": at})


def test_a_schedule_that_is_none_names_its_source(ws: Workspace) -> None:
    settings = UsageFileSettings.model_construct(
        name="files", kind="usage_file", path="x", mapping={}, schedule="every day"
    )
    with pytest.raises(ConfigError, match=r"sources\.files\.schedule is not a cron schedule: 'every day'"):
        trigger_of(ws, settings)


def test_a_schedule_is_in_the_workspace_s_zone(scheduled: Workspace) -> None:
    (source,) = scheduled.settings.sources
    summer = next_run(scheduled, source, after=datetime(2026, 7, 1, 12, tzinfo=UTC))
    winter = next_run(scheduled, source, after=datetime(2026, 12, 1, 12, tzinfo=UTC))
    assert summer == datetime(2026, 7, 2, 0, 30, tzinfo=UTC)
    assert winter == datetime(2026, 12, 2, 1, 30, tzinfo=UTC)


def test_a_source_that_missed_any_number_of_runs_is_caught_up_once(
    scheduled: Workspace,
    admin: Actor,
    start: Callable[[Workspace], Scheduler],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schedule, "CATCH_UP_AFTER", timedelta(0))
    run_source(scheduled, admin, "f")
    began(scheduled, datetime(2026, 5, 1, tzinfo=UTC))
    scheduler = start(scheduled)
    wait_for(lambda: ("schedule", "done") in runs(scheduled))
    assert runs(scheduled) == [("manual", "done"), ("schedule", "done")]
    (source,) = scheduled.settings.sources
    assert scheduler._scheduler.get_job("f").next_run_time == next_run(scheduled, source)


def test_a_source_that_ran_since_its_last_time_has_missed_nothing(scheduled: Workspace, admin: Actor) -> None:
    (source,) = scheduled.settings.sources
    assert missed(scheduled, source)
    run_source(scheduled, admin, "f")
    assert not missed(scheduled, source)


def test_a_scheduled_run_leaves_a_run_that_goes_on_alone(
    scheduled: Workspace,
    admin: Actor,
    given: Any,
    start: Callable[[Workspace], Scheduler],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(schedule, "CATCH_UP_AFTER", timedelta(0))
    inside, leave = threading.Event(), threading.Event()

    class Slow(given):  # type: ignore[misc]
        def read(self, job: str, watermark: Any, full: bool) -> Any:
            inside.set()
            assert leave.wait(30)
            yield from ()

    thread = threading.Thread(target=run_source, args=(scheduled, admin, Slow("f", {"usage": []})))
    thread.start()
    assert inside.wait(10)
    began(scheduled, datetime(2026, 5, 1, tzinfo=UTC))
    start(scheduled)
    wait_for(lambda: "f is being read already" in caplog.text)
    leave.set()
    thread.join(10)
    assert [trigger for trigger, _ in runs(scheduled)] == ["manual"]


def test_what_is_due_daily_is_done_soon_after_the_start_and_then_every_night(
    scheduled: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "CATCH_UP_AFTER", timedelta(0))
    acted = threading.Event()
    scheduler = Scheduler(scheduled, daily={"forecasts": acted.set})
    scheduler.start()
    try:
        assert acted.wait(15)
        wait_for(lambda: next_night(scheduler) > datetime.now(UTC))
        assert next_night(scheduler).strftime("%H:%M %Z") in ("00:05 CET", "00:05 CEST")
    finally:
        scheduler.stop()


def next_night(scheduler: Scheduler) -> datetime:
    due: datetime = scheduler._scheduler.get_job("daily forecasts").next_run_time
    return due


def test_reading_everything_again_has_a_schedule_of_its_own_and_waits_for_the_run_that_goes_on(
    open_with: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = open_with({"name": "f", "kind": "usage_file", "path": "*.csv", "full_schedule": "0 4 1 * *"})
    asked: list[bool] = []

    def busy(*args: Any, full: bool, **more: Any) -> None:
        asked.append(full)
        raise BeingRead("f is being read already")

    monkeypatch.setattr(schedule, "run_source", busy)
    scheduler = Scheduler(ws)
    scheduler.start()
    try:
        jobs = {job.id: job for job in scheduler._scheduler.get_jobs()}
        assert (
            str(jobs["f full"].trigger) == "cron[month='*', day='1', day_of_week='*', hour='4', minute='0']"
        )
        scheduler._run("f", "full")
        assert "f full again" in {job.id for job in scheduler._scheduler.get_jobs()}
        assert asked == [True]
    finally:
        scheduler.stop()


LONG_AGO = timedelta(days=40)


@pytest.mark.parametrize("kind", ["full", "reconcile"])
@pytest.mark.parametrize(
    ("runs", "late"),
    [
        ([], False),
        ([("new", timedelta(0), "done")], False),
        ([("new", LONG_AGO, "done")], True),
        ([("new", LONG_AGO, "done"), ("asked", timedelta(0), "done")], False),
        ([("new", LONG_AGO, "done"), ("asked", timedelta(0), "failed")], False),
        ([("new", LONG_AGO, "done"), ("asked", timedelta(0), "running")], True),
        ([("asked", LONG_AGO, "done"), ("new", timedelta(0), "done")], True),
    ],
    ids=["never ran", "began today", "never", "just now", "failed just now", "cut off", "long ago"],
)
def test_what_is_due_seldom_and_was_missed_is_made_up_for(
    open_with: Callable[..., Workspace],
    kind: Kind,
    runs: list[tuple[str, timedelta, str]],
    late: bool,
) -> None:
    """It counts from the first run on, which reads everything; a run that was cut off has not been one."""
    source = {"name": "db", "kind": "orchestrator_db", "url": "postgresql://nowhere/x"}
    ws = open_with({**source, SCHEDULES[kind]: "0 4 1 * *"})
    for asked, ago, state in runs:
        record = JobRecord("db", "usage", "schedule", None, started_at=clock.now() - ago)
        record.kind = kind if asked == "asked" else "new"
        record.begin(ws.warehouse)
        if state != "running":
            record.end(ws.warehouse, state)
    (settings,) = ws.settings.sources
    assert missed(ws, settings, kind) is late
    scheduler = Scheduler(ws)
    scheduler.start()
    try:
        due = scheduler._scheduler.get_job(f"db {kind}").next_run_time
        assert (due == next_run(ws, settings, kind)) is not late
        assert (due - clock.now() < timedelta(minutes=6)) is late
    finally:
        scheduler.stop()
