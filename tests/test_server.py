"""The running server: one owner of the data, commands go through it, strangers do not."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from streamlit import config

from orchflow.config import load_settings
from orchflow.control import read_record
from orchflow.server import create_app
from tests.serving import Server, free_port

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "usage.csv").write_text(
        "event_id,occurred_at,caller,cost\n1,2026-11-01T10:00:00Z,writer,0.25\n"
    )
    config = folder / "orchflow.yaml"
    config.write_text(f"sources: [{{name: files, kind: usage_file, path: '{folder}/usage.csv'}}]")
    with Server(folder / "home", config=config) as running:
        yield running


def command(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchflow.cli", *words],
        env=server.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


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
    other = subprocess.run(
        [sys.executable, "-m", "orchflow.cli", "serve", "--port", str(server.port)],
        env={**server.environment, "ORCHFLOW_HOME": str(tmp_path / "other")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

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


def test_a_stopped_server_leaves_no_record_and_frees_the_data(tmp_path: Path) -> None:
    with Server(tmp_path / "home") as running:
        assert read_record(running.home) is not None

    assert read_record(running.home) is None
    assert command(running, "migrate").returncode == 0


def test_a_killed_server_is_not_mistaken_for_a_running_one(tmp_path: Path) -> None:
    with Server(tmp_path / "home") as running:
        running.process.kill()
        running.process.wait()

    assert read_record(running.home) is not None
    assert command(running, "migrate").returncode == 0


def test_the_framework_has_our_settings_wherever_the_server_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config.get_config_options(force_reparse=True)
    assert config.get_option("theme.baseFontSize") is None

    create_app(load_settings(home=tmp_path / "home"))

    assert config.get_option("theme.baseFontSize") == 14
    assert config.get_option("client.showErrorDetails") == "none"
