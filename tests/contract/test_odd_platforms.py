"""Platforms with another clock, with agents of any form, with rows that contradict each other: read, or said to be odd."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orchflow import clock
from orchflow.ingest.quality import source_quality
from orchflow.ingest.reconcile import reconcile_source
from orchflow.ingest.sources.orchestrator_api import OrchestratorApi
from orchflow.ingest.status import newest_event
from orchflow.people.permissions import SYSTEM
from orchflow.workspace import Workspace
from tests.contract.fake_dataset import Dataset
from tests.contract.fake_orchestrator import FakeOrchestrator
from tests.contract.test_api_source import EAGER, ask, assert_truth, ingest, settings_for


@pytest.mark.parametrize("version", ["enterprise", "v2"])
@pytest.mark.parametrize("hours", [3, -3])
def test_a_platform_with_another_clock_loses_nothing(ws: Workspace, version: str, hours: int) -> None:
    """Its rows bear its own time; what lies ahead of ours is no figure's newest row and no lag."""
    ahead = timedelta(hours=hours)
    with FakeOrchestrator(version, Dataset(calls=60)) as fake:  # type: ignore[arg-type]
        fake.faults.clock = ahead
        for _ in range(3):
            fake.arrive(calls=2, runs=1, at=datetime.now(UTC) + ahead - timedelta(seconds=2))
            assert ingest(ws, fake).error is None
        assert_truth(ws, fake)
        reconciled = reconcile_source(ws, SYSTEM, OrchestratorApi(settings_for(fake), EAGER))
        assert (reconciled.state, reconciled.jobs[0].gone) == ("done", 0)
        assert_truth(ws, fake)
    newest = newest_event(ws)
    assert newest is not None
    assert newest <= clock.now()
    lag = source_quality(ws, "orchestrator").lag
    assert lag is not None
    assert lag >= timedelta()


ODD: list[Any] = [
    None,
    "active",
    [1, {"status": "active"}],
    {},
    {"status": ["active"]},
    {"status": None, "hidden": "no"},
    7,
    True,
]


def test_agents_of_any_form_are_listed_and_what_is_odd_is_said(ws: Workspace) -> None:
    organizations: list[Any] = [None, 5, ["a"], {"a": 1}]
    forms = [(told, organization) for told in ODD for organization in organizations]
    rows = [
        {
            "slug": f"odd-{number}",
            "name": f"Odd {number}",
            "agentType": "context",
            "config": told,
            "orgSlug": organization,
        }
        for number, (told, organization) in enumerate(forms)
    ]
    answer = json.dumps(
        {"agents": [*rows, None, "agent", {"slug": None}, {"slug": "late", "createdAt": "no time"}]}
    )
    with FakeOrchestrator("enterprise", Dataset(calls=20)) as fake:
        fake.instead["/admin/agents"] = answer.encode()
        result = ingest(ws, fake)
        assert result.error is None
        agents = next(job for job in result.jobs if job.job == "agents")
        assert (agents.new, agents.rejected) == (len(rows), 4)
        told = {fault for (fault,) in ask(ws, "select distinct fault from agents where present")}
        assert told == {"metadata is not an object", "metadata.status is missing"}
        assert_truth(ws, fake)
