"""/sources: how each source stands, and when it is next asked for what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from orchflow import clock
from orchflow.config.settings import Settings
from orchflow.ingest.record import JobRecord
from tests.api.conftest import Place

DATABASE = {
    "name": "db",
    "kind": "orchestrator_db",
    "url": "postgresql://reader:secret@nowhere/x",
    "full_schedule": "0 4 1 * *",
    "reconcile_schedule": "30 3 * * 0",
}


@pytest.fixture
def make_settings(make_settings: Callable[..., Settings]) -> Callable[..., Settings]:
    return partial(make_settings, sources=[DATABASE])


def test_sources_tell_when_they_are_next_compared_and_read_again(place: Place) -> None:
    record = JobRecord("db", "reconcile", "schedule", None, kind="reconcile")
    record.begin(place.ws.warehouse)
    record.end(place.ws.warehouse, "partial", hint="usage not compared: rows may be hidden")

    answer = place.client("analyst").get("/sources")

    assert answer.status_code == 200
    (source,) = answer.json()["items"]
    assert (source["name"], source["state"], source["reconcile_trouble"]) == (
        "db",
        "partial",
        "usage not compared: rows may be hidden",
    )
    for name in ("next_full_at", "next_reconcile_at"):
        assert datetime.fromisoformat(source[name]) > clock.now()
    assert datetime.fromisoformat(source["reconciled_at"]) <= clock.now()
    assert (source["schedule"], source["next_run_at"], source["full_at"]) == (None, None, None)
    assert "secret" not in answer.text


def test_sources_are_for_those_who_may_see_them(place: Place) -> None:
    answer: Any = place.client("viewer").get("/sources")

    assert answer.status_code == 403
