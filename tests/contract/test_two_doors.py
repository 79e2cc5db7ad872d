"""One installation read through its API and its database: what both show is one, and cost is not doubled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchflow import clock
from orchflow.config import Settings
from orchflow.ingest.run import run_source
from orchflow.people.permissions import SYSTEM
from orchflow.warehouse.load import load_batch
from orchflow.workspace import open_workspace
from tests.contract import test_database_rows, test_recorded_responses

pytestmark = test_database_rows.pytestmark

BOTH = [
    "enterprise/admin_llm_usage_list",
    "enterprise/admin_llm_usage_list__offset_filters",
    "enterprise/llm_usage_records__dates",
    "enterprise/admin_obs_events",
    "enterprise/admin_obs_events__filters",
]


@pytest.mark.parametrize("name", BOTH)
def test_calls_of_the_api_are_known_from_the_database(
    name: str, new_database: Callable[[], str], tmp_path: Path
) -> None:
    address = new_database()
    test_database_rows.fill(address)
    source = {"name": "database", "kind": "orchestrator_db", "url": address}
    ws = open_workspace(Settings.model_validate({"home": tmp_path, "sources": (source,)}))
    try:
        assert run_source(ws, SYSTEM, "database").state == "done"
        rows = test_recorded_responses.rows_in(name)
        with ws.warehouse.write() as tx:
            count = load_batch(tx, "usage", "api", rows, now=clock.now())
        assert (count.new, count.duplicate) == (0, rows.num_rows)
    finally:
        ws.close()
