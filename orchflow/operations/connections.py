"""Operations that connect, change and disconnect sources."""

from __future__ import annotations

from typing import Any

from orchflow.encoding import encode
from orchflow.ingest.change_source import change_source
from orchflow.ingest.connect import connect, disconnect, kept_source
from orchflow.ingest.connection import Connection, PlatformKind
from orchflow.ingest.forget import forget_source
from orchflow.operations.outcome import Outcome
from orchflow.people.permissions import SYSTEM
from orchflow.workspace import Workspace


def ingest_connect(
    ws: Workspace,
    name: str,
    kind: PlatformKind,
    url: str,
    password: str,
    untried: bool = False,
    **fields: Any,
) -> Outcome:
    """Connect a platform, which is tried first."""
    connect(ws, SYSTEM, Connection(kind, name, url, password=password, **fields), untried=untried)
    return _told(ws, name)


def ingest_change(ws: Workspace, name: str, changes: dict[str, str | None], untried: bool = False) -> Outcome:
    """Change how a source is connected, which is tried first."""
    change_source(ws, SYSTEM, name, changes, kept_source(ws, SYSTEM, name).version, untried=untried)
    return _told(ws, name)


def ingest_disconnect(ws: Workspace, name: str) -> Outcome:
    """Take a source out of the settings; what was loaded from it stays."""
    disconnect(ws, SYSTEM, name)
    return Outcome({"source": name})


def ingest_forget(ws: Workspace, name: str) -> Outcome:
    """Take away what was loaded from a source that is no longer connected."""
    result = forget_source(ws, SYSTEM, name, trigger="command")
    return Outcome({"sources": encode([result])}, 0 if result.state == "done" else 1)


def _told(ws: Workspace, name: str) -> Outcome:
    return Outcome({"source": name, "connection": encode(kept_source(ws, SYSTEM, name))})
