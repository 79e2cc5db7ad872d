"""Every file that leaves a screen, and every button that stores, goes through the one function that asks for the right."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, DeferredFileRequestPayload
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

import orchflow
from orchflow.disk import takeaway
from orchflow.errors import Forbidden
from orchflow.ui.downloads import TellingHandler, allow, download_button, tell_refusals

ROOT = Path(orchflow.__file__).parent


def test_screens_draw_downloads_through_the_function_that_confirms_who_clicks() -> None:
    drawing = {
        file.relative_to(ROOT).as_posix()
        for file in ROOT.rglob("*.py")
        if re.search(r"\bst\.download_button\(", file.read_text(encoding="utf-8"))
    }
    assert drawing == {"ui/downloads.py"}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Forbidden("The account of Ada is disabled", "Ask an administrator."), r"The account of Ada is disabled\. Ask an administrator\."),
        (KeyError("secret"), r"The file could not be made\. .* the number [0-9a-f]{8}\."),
    ],
)  # fmt: skip
def test_a_refused_download_says_why(error: Exception, said: str) -> None:
    def refuse() -> bytes:
        raise error

    answer = _asked_for(refuse)

    assert re.fullmatch(said, answer.error_msg)


def test_a_download_that_is_made_has_an_address() -> None:
    answer = _asked_for(lambda: b"1")

    assert answer.deferred_file.url
    assert not answer.error_msg


def test_a_file_on_the_disk_is_led_to_and_not_held_in_memory(tmp_path: Path) -> None:
    tell_refusals()
    (tmp_path / "large.csv").write_text("1")
    drawn: list[Any] = []

    def keep(label: str, *, data: Any, **look: Any) -> None:
        drawn.append(data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(st, "download_button", keep)
        patch.setattr(st, "session_state", {})
        allow(lambda: None)
        download_button(
            "CSV", lambda: tmp_path / "large.csv", file_name="large.csv", mime="text/csv", key="k"
        )
    assert _asked_for(drawn[0]).deferred_file.url.startswith(takeaway.PREFIX)


def _asked_for(made):  # type: ignore[no-untyped-def]
    manager = MediaFileManager(MemoryMediaFileStorage("/media"))
    file_id = "file-1"
    manager._deferred_callables[file_id] = {"callable": made, "mimetype": "text/plain", "filename": "a.txt", "coordinates": "1"}  # fmt: skip
    request = BackendOperationRequest(
        request_id="1", deferred_file=DeferredFileRequestPayload(file_id=file_id)
    )
    handled = TellingHandler(lambda: manager).handle(request, "session")
    with ThreadPoolExecutor(1) as thread:  # the browser tests leave a loop running in this one
        return thread.submit(asyncio.run, handled).result()
