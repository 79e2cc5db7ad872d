"""One installation read through two sources is one list of agents, users and organisations on every screen and figure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchflow import clock
from orchflow.config.sources import OrchestratorDbSettings
from orchflow.ingest.quality import unmatched_users
from orchflow.ingest.run import run_source
from orchflow.ingest.sources.orchestrator_api import OrchestratorApi
from orchflow.ingest.sources.orchestrator_db import OrchestratorDb
from orchflow.insights.agents import list_agents
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import window_of
from orchflow.metrics.names import filter_options
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.read import figures
from orchflow.people.permissions import SYSTEM
from orchflow.reports.datasets import export
from orchflow.workspace import Workspace
from tests.contract.fake_dataset import Dataset
from tests.contract.fake_orchestrator import FakeOrchestrator
from tests.contract.test_api_source import EAGER, settings_for

FIGURES = (
    "cost",
    "calls",
    "runs",
    "users",
    "seats",
    "adoption",
    "active_agents",
    "agents_in_production",
    "waiting",
)


def through_database(ws: Workspace, address: str) -> None:
    settings = {"name": "database", "kind": "orchestrator_db", "url": address}
    run_source(ws, SYSTEM, OrchestratorDb(OrchestratorDbSettings.model_validate(settings)))


def through_api(ws: Workspace, fake: FakeOrchestrator) -> None:
    run_source(ws, SYSTEM, OrchestratorApi(settings_for(fake, name="api"), EAGER))


def seen(ws: Workspace, folder: Path) -> dict[str, Any]:
    """What somebody sees of agents, users and organisations, without the names of the sources."""
    privacy = Privacy(people=True)
    facts = Facts(ws, SYSTEM, window_of("28 days", clock.today(ws.zone)), privacy=privacy, now=clock.now())
    known = [key for key in FIGURES if key in METRICS]
    told: dict[str, Any] = {figure.key: figure.value for figure in figures(facts, known, trends=False)}
    told["agents"] = [(agent.slug, agent.status, agent.runs, agent.cost) for agent in list_agents(facts)]
    told["options"] = {
        name: values for name, values in filter_options(ws.warehouse, privacy).items() if name != "source"
    }
    told["strangers"] = [who.rpartition(" (")[0] for who in unmatched_users(ws, SYSTEM)]
    for dataset in ("agents", "users", "organizations"):
        rows = pq.read_table(export(ws, SYSTEM, dataset, folder / f"{dataset}.parquet").path)
        told[dataset + " exported"] = sorted(rows.column(0).to_pylist())
    return told


@pytest.mark.parametrize("api_first", [True, False])
def test_a_second_source_of_the_same_platform_adds_nothing_to_any_list(
    dataset: Dataset, address: str, open_empty: Callable[[], Workspace], tmp_path: Path, api_first: bool
) -> None:
    twice, alone = open_empty(), open_empty()
    with FakeOrchestrator("enterprise", dataset) as fake:
        through_api(alone, fake)
        if api_first:
            through_api(twice, fake)
        through_database(twice, address)
        if not api_first:
            through_api(twice, fake)
    assert seen(twice, tmp_path) == seen(alone, tmp_path)
