"""Sources connected by command: the password never stands in the command, nor in what it prints."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from orchflow.config.secrets_file import read_secrets
from tests.cli.conftest import Run

CONNECT = ("ingest", "connect", "platform", "--url", "http://127.0.0.1:9", "--email", "flow@example.com")


def test_a_source_is_connected_changed_and_disconnected(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("hush hush\n"))
    refused = run(*CONNECT)
    assert (refused.code, "does not work yet" in refused.err) == (1, True)
    assert not (home / "orchflow.yaml").exists()
    monkeypatch.setattr("sys.stdin", io.StringIO("hush hush\n"))
    made = run(*CONNECT, "--untried", "--json")
    assert (made.code, made.document["connection"]["connection"]["password"]) == (0, "")
    assert read_secrets(home) == {"PLATFORM_PASSWORD": "hush hush"}
    changed = run("ingest", "change", "platform", "--schedule", "0 4 * * *", "--untried")
    assert "platform is changed" in changed.out
    assert "0 4 * * *" in (home / "orchflow.yaml").read_text()
    assert "Nothing is to be changed" in run("ingest", "change", "platform").err
    assert "is still connected" in run("ingest", "forget", "platform", "--yes").err
    assert "is disconnected" in run("ingest", "disconnect", "platform").out
    assert read_secrets(home) == {}
    for told in (refused, made, changed):
        assert "hush" not in told.out + told.err
