"""A run asked for on a screen: it is under way when the answer is there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from orchflow.ingest import background
from orchflow.ingest.source import Batch, Watermark
from orchflow.ingest.status import source_status
from orchflow.people.permissions import Actor


def test_it_is_running_as_soon_as_it_was_asked_for(
    open_with: Any, admin: Actor, given: Any, calls: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = open_with({"name": "calls", "kind": "usage_file", "path": str(tmp_path)})
    go_on = threading.Event()

    class Waiting(given):  # type: ignore[misc]
        def read(self, job: str, watermark: Watermark | None, full: bool) -> Iterator[Batch]:
            assert go_on.wait(30)
            yield from super().read(job, watermark, full)

    table: pa.Table = calls(5)
    monkeypatch.setattr(
        background, "open_source", lambda *_: Waiting("calls", {"usage": [Batch("usage", table)]})
    )

    thread = background.start_run(ws, admin, "calls")

    assert [status.state for status in source_status(ws)] == ["running"]
    go_on.set()
    thread.join(30)
    assert [status.state for status in source_status(ws)] == ["ok"]


def test_one_that_cannot_begin_does_not_keep_who_asked_waiting(
    open_with: Any, admin: Actor, given: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = open_with({"name": "calls", "kind": "usage_file", "path": str(tmp_path)})
    monkeypatch.setattr(background, "PATIENCE", 30.0)
    monkeypatch.setattr(background, "open_source", lambda *_: given("calls", {}))

    background.start_run(ws, admin, "calls").join(30)

    assert [status.state for status in source_status(ws)] == ["never"]
