"""Reading writes nothing: no screen, no endpoint and no file leaves a trace in the stores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from orchflow.people.permissions import SYSTEM, Role
from orchflow.planning.exchange.export_file import FORMATS as PLAN_FORMATS
from orchflow.planning.exchange.export_file import export_bytes
from orchflow.planning.exchange.folder import write_folder
from orchflow.reports.datasets import DATASETS, export
from orchflow.screens.catalogue import BY_NAME
from orchflow.store.tables import Base
from orchflow.subscribers import dispatcher
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace
from tests.api.conftest import Client, Place, api_on
from tests.pages.conftest import Browser
from tests.pages.insight_facts import load_two_months
from tests.pages.plan_facts import Plan, build_plan

USE_OF_A_TOKEN = {"api_token": ("last_used_at",)}
"""When a token was used last is a record of who reads, not a trace in what is read."""


@pytest.fixture
def plan(in_process: Workspace) -> Plan:
    load_two_months(in_process)
    return build_plan(in_process)


def content(ws: Workspace) -> dict[str, Any]:
    """Everything both stores hold."""
    held: dict[str, Any] = {}
    with ws.store.read() as session:
        for table in Base.metadata.sorted_tables:
            left_out = USE_OF_A_TOKEN.get(table.name, ())
            columns = [column for column in table.columns if column.name not in left_out]
            held[table.name] = session.execute(sa.select(*columns).order_by(*table.primary_key)).all()
    for (name,) in ws.warehouse.rows(Query.of("tables", "select table_name from duckdb_tables() order by 1")):
        held[f"warehouse {name}"] = sorted(map(repr, ws.warehouse.rows(Query.of("all", f"from {name}"))))
    return held


@pytest.mark.slow
def test_no_screen_writes(browser: Browser, plan: Plan) -> None:
    admin = browser.person(Role.ADMIN)
    browser.app(admin)
    dispatcher(browser.ws).deliver()  # what was stored until here is followed in a thread of its own
    before = content(browser.ws)
    for name in BY_NAME:
        shown = browser.visit(name, admin)
        assert not shown.exception
        assert content(browser.ws) == before, f"{name} writes"


def test_no_endpoint_writes_when_it_is_only_asked(in_process: Workspace, plan: Plan) -> None:
    place = Place(in_process, lambda **security: api_on(in_process, **security), api_on(in_process))
    client: Client = place.client("admin", "admin")
    paths = client.get("/openapi.json").json()["paths"]
    ids = {"task_id": plan.tasks[0], "project_id": plan.project, "sprint_id": plan.sprint}
    before = content(in_process)
    read = 0
    for path, operations in paths.items():
        if "get" in operations:
            answer = client.get(path.format_map(Numbers(ids)))
            assert answer.status_code in (200, 404, 422), (path, answer.text)
            read += answer.status_code == 200
            assert content(in_process) == before, f"{path} writes"
    assert read >= 12


class Numbers(dict[str, Any]):
    """The ids of a path; of what there is none the first is asked for."""

    def __missing__(self, name: str) -> int:
        return 1


def test_no_dataset_and_no_plan_file_writes(in_process: Workspace, plan: Plan, tmp_path: Path) -> None:
    before = content(in_process)
    for dataset in DATASETS:
        export(in_process, SYSTEM, dataset, tmp_path / f"{dataset}.csv")
        assert content(in_process) == before, f"{dataset} writes"
    for suffix in PLAN_FORMATS:
        export_bytes(in_process.store, SYSTEM, suffix, with_history=True)
    write_folder(in_process.store, SYSTEM, tmp_path / "folder")
    assert content(in_process) == before
