"""The local door: what an operation tells meanwhile, its outcome, and its error, one line each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from orchflow import operations
from orchflow.control import ServerRecord, control_routes, send
from orchflow.dispatch import Dispatcher
from orchflow.errors import NoSpace, OrchflowError
from orchflow.people.permissions import SYSTEM
from orchflow.planning.work.efforts import create_effort
from orchflow.table_files import aside
from orchflow.workspace import Workspace, use_workspace
from tests.asgi import ask


@pytest.fixture
def lines(ws: Workspace) -> Iterator[Any]:
    """Asks the door of a server on the workspace; the lines of its answer."""
    record = ServerRecord.new("127.0.0.1", 1)
    app = Starlette(routes=control_routes())
    app.state.control = record
    before = use_workspace(ws)

    def asked(operation: str, **options: object) -> list[Any]:
        headers = {"Authorization": f"Bearer {record.token}"}
        answer = ask(app, "POST", f"/api/local/{operation}", headers=headers, json=options)
        return [json.loads(line) for line in answer.text.splitlines()]

    yield asked
    use_workspace(before)


def test_a_large_export_tells_how_many_rows_are_written(
    lines: Any, ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "LARGE", 1)
    for number in (1, 2):
        create_effort(ws.store, SYSTEM, number=number, name=f"Effort {number}")

    told = lines("export", dataset="efforts", out=str(tmp_path / "efforts.xlsx"))

    assert told[0] == {"progress": [2, 2]}
    assert (told[-1]["exit_code"], told[-1]["document"]["rows"]) == (0, 2)
    assert len(told) == 2


def test_what_is_refused_is_told_with_its_exit_code(lines: Any) -> None:
    (told,) = lines("export", dataset="nothing", out="x.csv")
    assert told["error"]["exit_code"] == 2
    (told,) = lines("unheard_of")
    assert "knows no operation" in told["error"]["message"]


def test_what_nobody_foresaw_is_a_reference_into_the_log(
    lines: Any, caplog: pytest.LogCaptureFixture
) -> None:
    (told,) = lines("backup")
    assert "reference" in told["error"]["message"]
    assert told["error"]["message"].split()[-1] in caplog.text


def test_what_cannot_be_delivered_does_not_hinder_a_command(
    lines: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise NoSpace("The disk is full", "Free some.")

    monkeypatch.setattr(Dispatcher, "deliver", full)
    (told,) = lines("doctor")
    assert told["document"]["checks"]
    assert "could not be delivered" in caplog.text


def test_not_even_the_end_of_a_thread_leaves_the_client_waiting(
    lines: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def ended(_: object) -> None:
        raise SystemExit(3)

    monkeypatch.setitem(operations.OPERATIONS, "doctor", ended)
    (told,) = lines("doctor")
    assert told["error"]["message"].split()[-1] in caplog.text


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{}",
        "[]",
        "<html>",
        '{"detail": "Not Found"}',
        '{"error": "not found"}',
        '{"error": {"message": "no"}}',
        '{"progress": 3}',
        '{"progress": [1]}',
        '{"exit_code": 0}',
        '{"document": null, "exit_code": 0}',
    ],
)
def test_another_service_at_the_address_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    other = httpx.MockTransport(lambda _: httpx.Response(200, text=answer))

    def stream(method: str, url: str, *, trust_env: bool, **options: Any) -> Any:
        return httpx.Client(transport=other, trust_env=trust_env).stream(method, url, **options)

    monkeypatch.setattr(httpx, "stream", stream)
    with pytest.raises(OrchflowError, match="broke off while working"):
        send(ServerRecord.new("127.0.0.1", 1), "doctor", {})
