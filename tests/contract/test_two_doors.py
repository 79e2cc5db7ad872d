"""One installation read through its API and its database: what both show is one, and cost is not doubled."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from orchflow import clock
from orchflow.config.settings import Settings
from orchflow.ingest.run import run_source
from orchflow.people.permissions import SYSTEM
from orchflow.warehouse.load import load_batch
from orchflow.workspace import Workspace, open_workspace
from tests.conftest import database_at
from tests.contract import test_database_rows, test_recorded_responses

pytestmark = test_database_rows.pytestmark

BOTH = [
    "enterprise/admin_llm_usage_list",
    "enterprise/admin_llm_usage_list__offset_filters",
    "enterprise/llm_usage_records__dates",
    "enterprise/admin_obs_events",
    "enterprise/admin_obs_events__filters",
]


@pytest.fixture(scope="module")
def known(
    postgres: str, migrated_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workspace]:
    """A workspace that has read the recorded rows from a database."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("create database two_doors")
    address = database_at(postgres, "two_doors")
    test_database_rows.fill(address)
    source = {"name": "database", "kind": "orchestrator_db", "url": address}
    home = shutil.copytree(migrated_home, tmp_path_factory.mktemp("two") / "home")
    ws = open_workspace(Settings.model_validate({"home": home, "sources": (source,)}))
    assert run_source(ws, SYSTEM, "database").state == "done"
    yield ws
    ws.close()


@pytest.mark.parametrize("name", BOTH)
def test_calls_of_the_api_are_known_from_the_database(name: str, known: Workspace) -> None:
    rows = test_recorded_responses.rows_in(name)
    with known.warehouse.write() as tx:
        count = load_batch(tx, "usage", "api", rows, now=clock.now())
    assert (count.new, count.changed, count.duplicate) == (0, 0, rows.num_rows)
