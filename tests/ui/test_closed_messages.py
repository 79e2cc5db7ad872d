"""What strangers may not ask of a session."""

from __future__ import annotations

from typing import Any, cast

import pytest
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg
from streamlit.runtime.app_session import AppSession

from orchflow.ui import closed_messages, downloads
from orchflow.web import message_sizes


class Session:
    """Notes what it is asked to do."""

    def __init__(self) -> None:
        self.did: list[str] = []
        self.session_state: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return lambda *_: self.did.append(name)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(AppSession, "handle_backmsg", AppSession.handle_backmsg)
    closed_messages.close_messages()

    def ask(message: BackMsg, **state: Any) -> list[str]:
        session = Session()
        session.session_state = state
        AppSession.handle_backmsg(cast(AppSession, session), message)
        return session.did

    return ask


KINDS = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
OPERATIONS = {field.name for field in BackendOperationRequest.DESCRIPTOR.oneofs_by_name["payload"].fields}


def of_kind(kind: str) -> BackMsg:
    """A message that says no more than what it is."""
    message = BackMsg()
    if kind in OPERATIONS:
        getattr(message.backend_operation_request, kind).SetInParent()
    elif BackMsg.DESCRIPTOR.fields_by_name[kind].message_type:
        getattr(message, kind).SetInParent()
    else:
        setattr(message, kind, True)
    return message


CLOSED = (KINDS - closed_messages.OPEN) | (OPERATIONS - closed_messages.OPEN_OPERATIONS)


@pytest.mark.parametrize("kind", sorted(CLOSED))
def test_what_no_page_of_ours_asks_is_passed_over(asked: Any, kind: str) -> None:
    assert asked(of_kind(kind)) == []


def test_among_it_is_what_the_framework_does_for_whoever_asks() -> None:
    assert {"clear_cache", "load_git_info", "set_run_on_save", "install_skills"} <= CLOSED


def test_a_message_that_says_nothing_is_passed_over(asked: Any) -> None:
    assert asked(BackMsg()) == []


def test_what_pages_ask_is_done(asked: Any) -> None:
    assert asked(of_kind("app_heartbeat")) == ["_handle_app_heartbeat_request"]
    assert asked(of_kind("stop_script")) == ["_handle_stop_script_request"]


def test_messages_may_be_long_where_somebody_is_signed_in(
    asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(message_sizes, "signed_in", lambda: told.append("signed in"))

    asked(of_kind("app_heartbeat"))
    assert told == []
    asked(of_kind("app_heartbeat"), **{downloads._STANDING: print})
    assert told == ["signed in"]
