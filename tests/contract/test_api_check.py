"""`ingest check` says in one sentence what is wrong with an API source, and what to do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from pydantic import SecretStr

from orchflow.config.sources import OrchestratorApiSettings
from orchflow.errors import SourceError
from orchflow.ingest.source import Check
from orchflow.ingest.sources.api_client import ApiClient, Patience
from orchflow.ingest.sources.api_detection import detect
from orchflow.ingest.sources.orchestrator_api import OrchestratorApi
from tests.contract.fake_dataset import Dataset
from tests.contract.fake_orchestrator import PASSWORD, SERVICE, VIEWER, FakeOrchestrator

ONCE = Patience(attempts=1, connect_timeout=0.5, read_timeout=0.5)


@pytest.fixture(params=["enterprise", "v2"])
def fake(request: pytest.FixtureRequest) -> Iterator[FakeOrchestrator]:
    with FakeOrchestrator(request.param, Dataset(calls=50)) as server:
        yield server


def checks(url: str, **changes: Any) -> dict[str, Check]:
    values = {"name": "o", "kind": "orchestrator_api", "url": url, "email": SERVICE, "password": PASSWORD}
    source = OrchestratorApi(OrchestratorApiSettings.model_validate({**values, **changes}))
    try:
        return {check.name: check for check in source.check()}
    finally:
        source.close()


def client(url: str) -> ApiClient:
    return ApiClient(url, SERVICE, SecretStr(PASSWORD), patience=ONCE)


def wrong(found: dict[str, Check]) -> dict[str, Check]:
    """The checks that are not plainly good; each says what to do."""
    bad = {name: check for name, check in found.items() if check.ok is not True}
    assert all(check.hint for check in bad.values())
    return bad


def test_a_good_source_passes_every_check(fake: FakeOrchestrator) -> None:
    found = checks(fake.url)
    assert found["version"].message == f"Orchestrator AI {fake.version}"
    expected = {"permission: users"} if fake.version == "v2" else set()
    assert wrong(found).keys() == expected
    assert all(check.ok is None for check in wrong(found).values())


def test_a_wrong_password_is_said_without_repeating_it(fake: FakeOrchestrator) -> None:
    found = wrong(checks(fake.url, password="hunter2"))
    assert found.keys() == {"sign-in"}
    assert "Invalid login credentials" in found["sign-in"].message
    assert "hunter2" not in repr(found)


def test_a_viewer_is_told_the_missing_permission_and_the_role_to_give() -> None:
    with FakeOrchestrator("enterprise", Dataset(calls=50)) as fake:
        found = wrong(checks(fake.url, email=VIEWER))
    assert "llm:admin" in found["permission: usage"].message
    assert "role admin on organisation *" in found["permission: usage"].hint


def test_google_sign_in_names_the_other_way(fake: FakeOrchestrator) -> None:
    fake.faults.google = True
    assert "orchestrator_db" in wrong(checks(fake.url))["sign-in"].hint


def test_nothing_that_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    found = wrong(checks(url))
    assert found.keys() == {"address"}
    assert "Nothing listens" in found["address"].message


def test_a_host_that_does_not_exist() -> None:
    assert "not known" in wrong(checks("http://no-such-host.invalid:6700"))["address"].message


def test_a_host_that_never_answers() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        probing = client(f"http://127.0.0.1:{deaf.getsockname()[1]}")
        with pytest.raises(SourceError, match="does not answer in time"):
            detect(probing)
        probing.close()


def test_encryption_that_the_other_side_does_not_speak(fake: FakeOrchestrator) -> None:
    probing = client(fake.url.replace("http:", "https:"))
    with pytest.raises(SourceError, match="No trusted encrypted connection") as failure:
        detect(probing)
    probing.close()
    assert "http://" in failure.value.hint


@pytest.fixture
def website() -> Iterator[str]:
    """Some other server, as a wrong port may find it."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<!doctype html><title>Welcome</title>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_server_that_is_not_orchestrator_ai(website: str) -> None:
    found = wrong(checks(website))
    assert found.keys() == {"platform"}
    assert "is not Orchestrator AI" in found["platform"].message


def test_clocks_that_differ_are_a_warning(fake: FakeOrchestrator) -> None:
    fake.faults.clock = timedelta(minutes=-7)
    found = wrong(checks(fake.url))["clock"]
    assert found.ok is None
    assert "behind" in found.message


def test_an_installation_that_shows_nothing_is_suspicious() -> None:
    empty = Dataset(calls=1)
    empty.calls.clear()
    empty.events.clear()
    with FakeOrchestrator("enterprise", empty) as fake:
        assert wrong(checks(fake.url))["rows"].ok is None
