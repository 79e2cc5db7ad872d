"""Operations that connect, change and disconnect sources."""

from __future__ import annotations

from typing import Any

from orchflow.encoding import encode
from orchflow.ingest.change_source import change_source
from orchflow.ingest.connect import connect, disconnect, kept_source
from orchflow.ingest.connection import Connection, PlatformKind
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


def _told(ws: Workspace, name: str) -> Outcome:
    return Outcome({"source": name, "connection": encode(kept_source(ws, SYSTEM, name))})
