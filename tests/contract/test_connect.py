"""A platform's database, as it is connected from the browser."""

from __future__ import annotations

from dataclasses import replace

from orchflow.ingest.connect import Connection, connect, try_connection
from orchflow.ingest.run import run_source
from orchflow.people.permissions import SYSTEM
from orchflow.workspace import Workspace


def test_a_database_is_tried_connected_and_read(ws: Workspace, address: str) -> None:
    wanted = Connection("orchestrator_db", "platform", address, password="not asked for here")
    assert [check.message for check in try_connection(ws, SYSTEM, wanted) if check.ok is False] == []
    connect(ws, SYSTEM, wanted)
    assert run_source(ws, SYSTEM, "platform").state == "done"


def test_a_database_that_is_not_there_is_told_in_words_without_the_password(ws: Workspace) -> None:
    nowhere = Connection(
        "orchestrator_db", "platform", "postgresql://reader@127.0.0.1:1/postgres", password="let-me-in"
    )
    for wanted in (
        nowhere,
        replace(nowhere, url="postgresql://reader:let-me-in@127.0.0.1:1/postgres", password=""),
    ):
        checks = try_connection(ws, SYSTEM, wanted)
        assert any(check.ok is False for check in checks)
        assert "let-me-in" not in repr(checks)
