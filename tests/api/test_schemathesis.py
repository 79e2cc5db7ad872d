"""Requests made up from the description of the API, sound and unsound: nothing breaks, all is as it is described."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

from orchflow.api.app import create_api
from orchflow.config.settings import SecuritySettings, load_settings
from orchflow.workspace import open_workspace
from tests.api.conftest import Place, api_on, project_in
from tests.serving import free_port

EXAMPLES = 8
NEAR = 5


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of the API on a small workspace, over HTTP, and the token of an administrator."""
    home = tmp_path_factory.mktemp("served")
    (home / "orchflow.yaml").write_text("{}")
    ws = open_workspace(load_settings(home=home, config=home / "orchflow.yaml"))
    app = api_on(ws, api_requests_per_minute=10**9, api_failures_per_minute=10**9)
    place = Place(ws, lambda **_: app, app)
    client = place.client("admin")
    project_id = project_in(ws.store)
    for n in range(1, NEAR + 1):
        client.post("/tasks", {"project_id": project_id, "title": f"Task {n}", "points": n})
        client.post("/goals", {"project_id": project_id, "name": f"Goal {n}", "baseline": 2, "target": n})
        client.post("/comments", {"entity": "task", "entity_id": n, "body": "Said"})
        client.post("/links", {"entity": "task", "entity_id": n, "target": "support-assistant"})
        client.post("/sprints", {"start": f"2026-0{n}-04", "end": f"2026-0{n}-15"})
        if n > 1:
            client.post("/dependencies", {"task_id": n, "depends_on_id": n - 1})
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="error", access_log=False, lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}", client.token
    server.should_exit = True
    thread.join()
    ws.close()


SCHEMA = schemathesis.openapi.from_dict(create_api(SecuritySettings()).openapi())
ALIKE = re.compile(
    r"(GET|DELETE|PATCH) /(hourly_rates|cost_entries|cost_shares|timeline_events|targets|business_measures|exchange_rates|"
    r"use_cases|work_baselines|benefits|assumptions)\b"
)
"""Made by the same code as those of budgets, of fields that differ in nothing that matters here."""
OPERATIONS = {
    operation.ok().label: operation.ok()
    for operation in SCHEMA.get_all_operations()
    if not ALIKE.match(operation.ok().label)
}


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", OPERATIONS)
def test_the_api_is_as_it_is_described(
    name: str, mode: schemathesis.GenerationMode, served: tuple[str, str]
) -> None:
    address, token = served

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[name].as_strategy(generation_mode=mode), near=st.integers(0, NEAR))
    def ask(case: schemathesis.Case, near: int) -> None:
        if near and mode is schemathesis.GenerationMode.POSITIVE:  # numbers made up hardly ever meet a row
            case.path_parameters = dict.fromkeys(case.path_parameters or (), near)
            if isinstance(case.body, dict):
                case.body = {
                    key: near if key.endswith("_id") and value else value for key, value in case.body.items()
                }
        case.call_and_validate(
            base_url=f"{address}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            # What has the right form may still be refused: a task that does not exist, days in the wrong order.
            excluded_checks=[positive_data_acceptance],
        )

    ask()
