"""What strangers may not ask of a session."""

from __future__ import annotations

from typing import Any, cast

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.app_session import AppSession

from orchflow.ui import closed_messages


class Session:
    """Notes what it is asked to do."""

    def __init__(self) -> None:
        self.did: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *_: self.did.append(name)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(AppSession, "handle_backmsg", AppSession.handle_backmsg)
    closed_messages.close_messages()

    def ask(**message: Any) -> list[str]:
        session = Session()
        AppSession.handle_backmsg(cast(AppSession, session), BackMsg(**message))
        return session.did

    return ask


@pytest.mark.parametrize("message", sorted(closed_messages.CLOSED))
def test_what_no_page_of_ours_asks_is_passed_over(asked: Any, message: str) -> None:
    assert asked(**{message: True}) == []


def test_what_pages_ask_is_done(asked: Any) -> None:
    assert asked(app_heartbeat=True) == ["_handle_app_heartbeat_request"]
    assert asked(stop_script=True) == ["_handle_stop_script_request"]
