"""Connects and disconnects platforms: what is written is tried, then kept in the settings file.

The password goes into a file of its own, which only the server's user may read; the settings refer to it. It is in no
history, no log and no answer. Screen, API and commands come here; all of it is for administrators.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orchflow.config.edit import source_in, with_source, without_source
from orchflow.config.file import REFERENCE
from orchflow.config.secrets_file import free_name
from orchflow.config.sources import KIND_NAMES, SourceSettings
from orchflow.encoding import to_text
from orchflow.errors import ConfigError, NotFound, OrchflowError
from orchflow.ingest import settings_file
from orchflow.ingest.connection import KINDS, Connection
from orchflow.ingest.connection_checks import checked
from orchflow.ingest.progress import BeingRead, progress
from orchflow.ingest.source import Check
from orchflow.ingest.sources import open_source
from orchflow.people.permissions import Actor, Permission
from orchflow.workspace import Workspace

log = logging.getLogger(__name__)


class DoesNotWork(OrchflowError):
    """What was described was tried and does not work; nothing is kept. `checks` tell what was tried."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self.checks = list(checks)
        bad = [check for check in checks if check.ok is False]
        told = "; ".join(f"{check.name}: {check.message}" for check in bad)
        hints = dict.fromkeys(check.hint for check in bad if check.hint)
        super().__init__(f"It does not work yet, and nothing is kept. {told}", " ".join(hints))


class ChangedMeanwhile(ConfigError):
    """Somebody else changed the source since it was read; nothing was written."""


@dataclass(frozen=True)
class KeptSource:
    """A source of the settings file. `connection` is without its password; None for files of usage.

    `version` is another one once it was changed; `locked` says why it cannot be changed here, `fixed` why it can neither be
    removed.
    """

    name: str
    kind: str
    connection: Connection | None
    version: str
    locked: str = ""
    fixed: str = ""


def kept_source(ws: Workspace, actor: Actor, name: str) -> KeptSource:
    """The source called `name` as it is kept now; NotFound when there is none, Forbidden for who is no administrator."""
    confirm(ws, actor)
    known = next((source for source in ws.settings.sources if source.name == name), None)
    if known is None:
        raise _unknown(ws, name)
    try:
        settings_file.check_ours(ws)
        written = source_in(settings_file.text_of(ws), name)
    except OrchflowError as error:
        told = f"{error}. {error.hint}"
        return KeptSource(name, known.kind, None, "", told, told)
    if written is None:
        told = f"{settings_file.file_of(ws)} no longer has it: start the server again, and it is gone."
        return KeptSource(name, known.kind, None, "", told, told)
    if written["kind"] not in KINDS:
        told = f"{KIND_NAMES[written['kind']]} are described in {settings_file.file_of(ws)}: change it there."
        return KeptSource(name, known.kind, None, _version(written), told)
    return KeptSource(name, known.kind, replace(Connection.of(written), password=""), _version(written))


def try_connection(ws: Workspace, actor: Actor, wanted: Connection) -> list[Check]:
    """Address, sign-in, permission, version and clock of the platform, as `check_source` tells them; keeps nothing.

    Forbidden for who is no administrator, Invalid where a value cannot be right.
    """
    confirm(ws, actor)
    return tried(ws, checked(wanted, _names(ws)))


def connect(ws: Workspace, actor: Actor, wanted: Connection, *, untried: bool = False) -> None:
    """Add the platform to the settings file and to this workspace at once; its schedule runs from now on.

    Forbidden for who is no administrator, Invalid where a value cannot be right or the name is taken, DoesNotWork where it was
    tried in vain, ConfigError where the settings are not kept in a file, StoreError where the file cannot be written: then
    nothing is kept.
    """
    confirm(ws, actor)
    settings_file.check_ours(ws)
    settings = checked(wanted, _names(ws))
    if not untried:
        must_work(tried(ws, settings))
    with settings_file.alone(ws):
        secrets, reference = kept_apart(ws, wanted)
        settings_file.rewrite(ws, lambda text: with_source(text, wanted.values(reference)), secrets)
    log.info("%s connected the source %s", actor.username, wanted.name)


def disconnect(ws: Workspace, actor: Actor, name: str, version: str | None = None) -> None:
    """Take the source called `name` out of the settings file, with its password; what was loaded from it stays.

    NotFound for an unknown source, BeingRead while it is read, ChangedMeanwhile where it is no longer as it was at `version`;
    else as `connect`.
    """
    confirm(ws, actor)
    with settings_file.alone(ws):
        entry(ws, name, version)
        if progress(ws.warehouse.path, name) is not None:
            raise BeingRead(f"{name} is being read now", "Wait until that run has ended, then remove it.")
        settings_file.rewrite(ws, lambda text: without_source(text, name))
    log.info("%s removed the source %s", actor.username, name)


def kept_apart(ws: Workspace, wanted: Connection) -> tuple[dict[str, str], str]:
    """The password under a name of its own, and how the settings refer to it; one of the environment is kept nowhere."""
    if wanted.variable:
        return {}, wanted.secret
    name = free_name(
        ws.settings.home, f"{wanted.name.upper().replace('-', '_')}_PASSWORD".lstrip("0123456789_")
    )
    return {name: wanted.kept}, f"${{{name}}}"


def confirm(ws: Workspace, actor: Actor) -> None:
    """Forbidden for who is no administrator now."""
    actor.require(Permission.ADMIN)
    ws.store.confirm(actor)


def _names(ws: Workspace) -> list[str]:
    return [source.name for source in ws.settings.sources]


def _unknown(ws: Workspace, name: str) -> NotFound:
    known = ", ".join(_names(ws)) or "none is configured"
    return NotFound(f"There is no source {name!r} (known: {known})", "Use one of these names.")


def entry(ws: Workspace, name: str, version: str | None = None) -> dict[str, Any]:
    """The source as the file has it now; NotFound, and ChangedMeanwhile where it is no longer as it was at `version`."""
    written = source_in(settings_file.text_of(ws), name)
    if written is None:
        raise _unknown(ws, name)
    if version is not None and version != _version(written):
        raise ChangedMeanwhile(
            f"{name} was changed by somebody else in the meantime",
            "Look at it again, and change it from there.",
        )
    return written


def _version(source: Mapping[str, Any]) -> str:
    """A mark of how a source is written; of a password only under which name it is kept, which is new with every password."""
    written = {**source, "password": "", "url": Connection.of(source).url}
    references = REFERENCE.findall(f"{source.get('password')} {source.get('url')}")
    return hashlib.sha256(to_text([written, references]).encode()).hexdigest()[:16]


def tried(ws: Workspace, settings: SourceSettings) -> list[Check]:
    """What comes of trying a source; nothing is read into the warehouse."""
    source = open_source(settings, ws.settings.workspace)
    try:
        return source.check()
    finally:
        source.close()


def must_work(checks: Sequence[Check]) -> None:
    """DoesNotWork where one of the checks failed."""
    if any(check.ok is False for check in checks):
        raise DoesNotWork(checks)
