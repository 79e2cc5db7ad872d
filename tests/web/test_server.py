"""The running server: one owner of the data, commands go through it, strangers do not."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from orchflow import clock
from orchflow.config.settings import load_settings
from orchflow.control import read_record
from orchflow.disk.private_files import open_to_others
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.tables import User
from orchflow.web import server as server_module
from orchflow.web.server import create_app
from orchflow.workspace import plan_store_alone
from tests import processes
from tests.serving import PATIENCE, Server, cookie, free_port

pytestmark = pytest.mark.slow


WATCH = """
import os, socket
def watched(name, first):
    real = getattr(socket.socket, name)
    def call(self, address, *more):
        if isinstance(address, tuple) and not str(address[0]).startswith(("127.", "::1", "localhost")):
            with open(os.environ["ASKED"], "a") as log:
                log.write(f"{address}\\n")
        return real(self, address, *more)
    setattr(socket.socket, name, call)
for name in ("connect", "connect_ex"):
    watched(name, 0)
"""
"""Has a process note whom outside of this machine it asks."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that notes in `asked.txt` whom it asks, on a machine whose variables would open the framework's doors."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "usage.csv").write_text(
        "event_id,occurred_at,caller,cost\n1,2026-11-01T10:00:00Z,writer,0.25\n"
    )
    config = folder / "orchflow.yaml"
    config.write_text(f"sources: [{{name: files, kind: usage_file, path: '{folder}/usage.csv'}}]")
    (folder / "watch").mkdir()
    (folder / "watch" / "sitecustomize.py").write_text(WATCH)
    running = Server(folder / "home", config=config, pythonpath=folder / "watch")
    running.environment |= {
        "ASKED": str(folder / "asked.txt"),
        "STREAMLIT_SERVER_ENABLE_AGENT_API": "true",
        "STREAMLIT_CLIENT_DISABLE_DATA_EXPORT": "false",
        "STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "false",
        "STREAMLIT_SERVER_BASE_URL_PATH": "/below",
        "STREAMLIT_SERVER_HEADLESS": "false",
        "STREAMLIT_GLOBAL_E2E_TEST": "true",
    }
    with running:
        yield running


def command(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    return processes.command(*words, environment=server.environment)


def test_the_first_start_prints_the_administrators_one_time_password_once(server: Server) -> None:
    log = server.log.read_text()

    assert log.count("one-time password") == 1
    assert server.address in log


def test_commands_work_while_the_server_owns_the_data(server: Server, tmp_path: Path) -> None:
    ran = command(server, "ingest", "run", "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["sources"][0]["state"] == "done"

    assert command(server, "export", "usage_events", "--out", str(tmp_path / "e.csv")).returncode == 0
    assert "writer" in (tmp_path / "e.csv").read_text()

    assert command(server, "backup", str(tmp_path / "copy")).returncode == 0
    assert command(server, "user", "list").returncode == 0


def test_a_person_added_by_a_command_is_where_the_running_servers_figures_are(
    server: Server, tmp_path: Path
) -> None:
    assert command(server, "user", "add", "ada", "--email", "ada@example.com").returncode == 0

    looked = command(server, "doctor", "--json")
    checks = {check["name"]: check for check in json.loads(looked.stdout)["checks"]}
    assert checks["events"]["message"] == "everything that was committed has been delivered"
    mirrored = json.loads(command(server, "warehouse", "rebuild", "--json").stdout)["mirror"]
    assert mirrored["people"] == 2, "the administrator of the first start, and ada"


def test_errors_come_through_with_their_exit_code(server: Server) -> None:
    refused = command(server, "ingest", "run", "nobody")

    assert refused.returncode == 2
    assert "There is no source 'nobody'" in refused.stderr


def test_a_restore_needs_the_server_stopped(server: Server, tmp_path: Path) -> None:
    refused = command(server, "restore", str(tmp_path))

    assert refused.returncode == 1
    assert "Stop it" in refused.stderr


def test_a_second_server_on_the_same_data_is_refused(server: Server) -> None:
    refused = command(server, "serve", "--port", str(free_port()))

    assert refused.returncode == 1
    assert f"A server already runs on {server.home}" in refused.stderr


def test_a_port_in_use_is_named(server: Server, tmp_path: Path) -> None:
    elsewhere = {**server.environment, "ORCHFLOW_HOME": str(tmp_path / "other")}
    other = processes.command("serve", "--port", str(server.port), environment=elsewhere)

    assert other.returncode == 1
    assert f"127.0.0.1:{server.port} cannot be used" in other.stderr


def test_the_local_door_is_closed_to_strangers(server: Server) -> None:
    url = f"{server.address}/api/local/ingest_status"

    assert httpx.post(url, json={}, trust_env=False).status_code == 401
    wrong = httpx.post(url, json={}, headers={"Authorization": "Bearer wrong"}, trust_env=False)
    assert wrong.status_code == 401


def test_the_record_is_readable_by_its_owner_alone(server: Server) -> None:
    assert (server.home / "server.json").stat().st_mode & 0o777 == 0o600


def test_every_answer_carries_the_policy_and_the_metrics_are_closed(server: Server) -> None:
    assert "default-src 'self'" in server.get("/").headers["content-security-policy"]
    assert server.get("/_stcore/metrics").status_code == 404


@pytest.mark.parametrize("path", ["interact", "mcp", "openapi.json", ""])
def test_the_frameworks_interface_for_programs_is_closed_whatever_its_variables_say(
    server: Server, path: str
) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        asked = httpx.request(method, f"{server.address}/_stcore/agent/{path}", json={}, trust_env=False)
        assert (asked.status_code, asked.text) == (404, "Not found")


def test_pages_around_a_frame_that_may_steer_it_are_our_own(server: Server) -> None:
    assert server.get("/_stcore/host-config").json()["allowedOrigins"] == [server.address]


def test_everything_in_the_data_folder_is_its_owners_alone(server: Server, tmp_path: Path) -> None:
    assert command(server, "backup", str(tmp_path / "copy")).returncode == 0
    assert command(server, "export", "usage_events", "--out", str(tmp_path / "e.csv")).returncode == 0

    assert open_to_others(server.home) == []
    assert open_to_others(tmp_path / "copy") == []
    assert (tmp_path / "e.csv").stat().st_mode & 0o777 == 0o600


class Tab:
    """A browser tab without a browser: the websocket that a page opens, and what its scripts may ask."""

    def __init__(self, server: Server, *cookies: tuple[str, str], origin: str | None = None) -> None:
        self.server = server
        self.http = httpx.Client(base_url=server.address, trust_env=False)
        self.http.get("/_stcore/health")
        for name, value in cookies:
            self.http.cookies.set(name, value)
        sent = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        self.held = ExitStack()
        self.socket = self.held.enter_context(connect(
            f"ws://127.0.0.1:{server.port}/_stcore/stream", additional_headers={"Cookie": sent},
            origin=Origin(origin or server.address), subprotocols=[Subprotocol("streamlit")], max_size=None,
        ))  # fmt: skip
        self.say(rerun_script=ClientState())
        self.begun = next(
            message for message in self._heard() if message.WhichOneof("type") == "new_session"
        ).new_session
        self.id = self.begun.initialize.session_id
        next(message for message in self._heard() if message.WhichOneof("type") == "script_finished")

    def say(self, **message: Any) -> None:
        self.socket.send(BackMsg(**message).SerializeToString())

    def answers(self) -> set[str]:
        """The kinds of what is said until a sign of life is answered, which is asked for now."""
        self.say(app_heartbeat=True)
        kinds = set()
        for message in self._heard():
            kinds.add(message.WhichOneof("type"))
            if message.WhichOneof("type") == "heartbeat_ack":
                return kinds
        raise AssertionError

    def _heard(self) -> Iterator[ForwardMsg]:
        while True:
            yield ForwardMsg.FromString(self.socket.recv(timeout=PATIENCE))

    def ask(self, method: str, file: str, content: bytes = b"", **headers: str) -> int:
        """The status of what a script of the page asks of the place for files."""
        token = self.http.cookies.get("_streamlit_xsrf") or ""
        path, files = (
            f"/_stcore/upload_file/{self.id}/{file}",
            {"file": ("a.csv", content)} if content else None,
        )
        return self.http.request(
            method, path, files=files, headers={"X-Xsrftoken": token, **headers}
        ).status_code

    def __enter__(self) -> Tab:
        return self

    def __exit__(self, *_: object) -> None:
        self.held.close()
        self.http.close()


def test_files_are_taken_from_who_is_signed_in_and_tables_leave_by_our_own_downloads(server: Server) -> None:
    with plan_store_alone(load_settings(home=server.home)) as store, store.unit(SYSTEM) as session:
        session.add(
            User(username="uma", display_name="Uma", role=Role.VIEWER, sessions_valid_from=clock.now())
        )
    with Tab(server) as stranger, Tab(server, cookie(server.home, "uma")) as uma:
        assert stranger.begun.config.disable_data_export
        assert uma.begun.config.disable_data_export
        assert stranger.ask("PUT", "a", b"x" * 1000) == 403
        assert stranger.ask("DELETE", "a") == 403
        assert uma.ask("PUT", "a", b"x" * 1000) == 204
        assert uma.ask("PUT", "a", b"x" * 1000, **{"X-Xsrftoken": "none"}) == 403
        assert uma.ask("DELETE", "a") == 204


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", "http://localhost:1", "http://10.255.255.1", "http://[::1", "x"],
)
def test_a_websocket_of_another_page_is_refused_at_once(server: Server, origin: str) -> None:
    headers = {
        "Origin": origin, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    refused = httpx.get(f"{server.address}/_stcore/stream", headers=headers, trust_env=False, timeout=5)

    assert refused.status_code == 403


def test_nothing_that_was_asked_of_the_server_made_it_ask_anybody_else(server: Server) -> None:
    """Of all the tests before: those in this module that hostile pages and strangers play a part in."""
    for path in (
        "/",
        "/cost",
        "/_stcore/health",
        "/_stcore/host-config",
        "/auth/login",
        "/oauth2callback?state=x",
    ):
        httpx.get(server.address + path, headers={"Origin": "https://evil.example"}, trust_env=False)

    asked = server.home.parent / "asked.txt"
    assert not asked.exists(), asked.read_text()


def test_commands_reach_a_server_that_answers_to_other_hosts_and_its_end_frees_the_data(
    tmp_path: Path,
) -> None:
    config = tmp_path / "orchflow.yaml"
    config.write_text("security: {allowed_hosts: [flow.example.com]}")
    with Server(tmp_path / "home", config=config) as running:
        assert read_record(running.home) is not None
        assert running.get("/").status_code == 421
        for words in (
            ("backup", str(tmp_path / "copy")),
            ("doctor",),
            ("migrate",),
            ("ingest", "status"),
            ("export", "tasks", "--out", str(tmp_path / "tasks.csv")),
            ("snapshot", str(tmp_path / "copy.duckdb")),
        ):
            ran = command(running, *words)
            assert "in use" not in ran.stdout + ran.stderr, words
            assert ran.returncode == 0, (words, ran.stdout + ran.stderr)

    assert read_record(running.home) is None
    assert command(running, "migrate").returncode == 0


def test_a_killed_server_is_not_mistaken_for_a_running_one(tmp_path: Path) -> None:
    with Server(tmp_path / "home") as running:
        running.process.kill()
        running.process.wait()

    assert read_record(running.home) is not None
    assert command(running, "migrate").returncode == 0


def test_who_starts_it_without_our_command_is_told_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server_module, "create_app", lambda _: "application")
    monkeypatch.setattr(server_module, "load_settings", lambda: None)

    assert server_module.app == "application"
    assert "Started without `orchflow serve`" in caplog.text


def test_the_framework_has_our_settings_wherever_the_server_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config.get_config_options(force_reparse=True)
    assert config.get_option("theme.baseFontSize") is None

    create_app(load_settings(home=tmp_path / "home"))

    assert config.get_option("theme.baseFontSize") == 14
    assert config.get_option("client.showErrorDetails") == "none"
    assert config.get_option("server.maxUploadSize") == 100
