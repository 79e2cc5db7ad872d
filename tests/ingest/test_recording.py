"""Runs without a recorded call are told wherever cost is, and what they cost is not recorded rather than nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from orchflow import clock
from orchflow.ingest.recording import RECORDED, Recording, recording
from orchflow.ingest.run import check_source, run_source
from orchflow.ingest.source import Batch
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.read import figure
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.workspace import Workspace
from tests.contract.fake_database import fill_database
from tests.contract.fake_dataset import Dataset
from tests.contract.fake_orchestrator import FakeOrchestrator
from tests.contract.test_api_check import checks

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def runs(*days: int) -> Batch:
    starts = [NOON + timedelta(days=day) for day in days]
    rows = [
        (f"{at}-{kind}", at + timedelta(seconds=after), kind)
        for at in starts
        for kind, after in (("started", 0), ("completed", 9))
    ]
    return Batch(
        "run_events",
        pa.table(
            {
                "event_id": [row[0] for row in rows],
                "occurred_at": [row[1].isoformat() for row in rows],
                "type": [row[2] for row in rows],
                "agent": ["writer"] * len(rows),
                "conversation_id": ["c"] * len(rows),
            }
        ),
    )


def calls(*days: int) -> Batch:
    at = [(NOON + timedelta(days=day)).isoformat() for day in days]
    return Batch("usage", pa.table({"event_id": at, "occurred_at": at, "cost": ["2"] * len(at)}))


def of_may(ws: Workspace, **narrowed: Any) -> Facts:
    period = Filters(NOON.date(), NOON.date() + timedelta(days=9), **narrowed)
    return Facts(ws, SYSTEM, period, privacy=Privacy(), now=NOON + timedelta(days=30))


@pytest.mark.parametrize(
    ("used", "told"),
    [((), Recording(3, 3, 3)), ((0, 2), Recording(3, 1, 1)), ((0, 1, 2, 3), Recording(3, 0, 0))],
)
def test_days_with_runs_and_without_a_call_are_counted(
    ws: Workspace, admin: Actor, given: Any, used: tuple[int, ...], told: Recording
) -> None:
    run_source(ws, admin, given("a", {"usage": [calls(*used)], "runs": [runs(0, 1, 2)]}))
    assert recording(ws.warehouse, NOON.date(), NOON.date() + timedelta(days=9)) == told
    assert recording(ws.warehouse, NOON.date(), NOON.date(), ["b"]) == Recording(0, 0, 0)


def test_cost_of_runs_without_any_call_is_not_recorded_rather_than_nothing(
    ws: Workspace, admin: Actor, given: Any
) -> None:
    run_source(ws, admin, given("a", {"runs": [runs(0, 1)]}))
    for key in ("cost", "cost_per_run", "calls", "tokens"):
        shown = figure(of_may(ws), key)
        assert shown.value is None
        assert str(shown.missing).startswith("Not recorded: ")


def test_calls_before_do_not_make_the_cost_of_a_later_time_nothing(
    ws: Workspace, admin: Actor, given: Any
) -> None:
    run_source(ws, admin, given("a", {"usage": [calls(-3)], "runs": [runs(0, 1)]}))
    assert str(figure(of_may(ws), "cost").missing).startswith("Not recorded: ")


def test_a_period_without_runs_and_calls_cost_nothing(ws: Workspace, admin: Actor, given: Any) -> None:
    run_source(ws, admin, given("a", {"usage": [calls(-3)], "runs": [runs(-3)]}))
    assert figure(of_may(ws), "cost").value == 0


def without_calls() -> Dataset:
    dataset = Dataset(calls=40, days=20)
    dataset.calls.clear()
    dataset.events = [event for event in dataset.events if event.type != "llm.usage"]
    for day in range(3):
        dataset.add_run(dataset.now - timedelta(days=day, hours=1))
    dataset.events = [event for event in dataset.events if event.type != "llm.usage"]
    return dataset


@pytest.mark.parametrize("recorded", [True, False])
def test_a_check_over_the_api_says_that_nothing_is_recorded(recorded: bool) -> None:
    dataset = Dataset(calls=400, days=2) if recorded else without_calls()
    with FakeOrchestrator("enterprise", dataset) as fake:
        check = checks(fake.url)[RECORDED]
    assert check.ok is (True if recorded else None)
    assert ("LLM_PROVIDER" in check.hint) is not recorded


def test_a_check_of_the_database_says_that_nothing_is_recorded(
    new_database: Callable[[], str], open_with: Callable[..., Workspace], admin: Actor
) -> None:
    address = new_database()
    fill_database(address, without_calls())
    ws = open_with({"name": "db", "kind": "orchestrator_db", "url": address})
    (before,) = (check for check in check_source(ws, "db") if check.name == RECORDED)
    assert (before.ok, "LLM_PROVIDER" in before.hint) == (None, True)
    run_source(ws, admin, "db")
    today = clock.today(ws.zone)
    assert recording(ws.warehouse, today - timedelta(days=27), today).nothing
