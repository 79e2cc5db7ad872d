"""Changes a source that the settings file has: what is written anew is tried, then takes the place of what was there."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from orchflow.config.edit import with_changes
from orchflow.config.file import expanded
from orchflow.config.secrets_file import read_secrets
from orchflow.config.sources import KIND_NAMES, SourceSettings
from orchflow.errors import ConfigError
from orchflow.ingest import settings_file
from orchflow.ingest.connect import confirm, entry, kept_apart, must_work, tried
from orchflow.ingest.connection import (
    CHANGEABLE,
    KINDS,
    LABELS,
    Connection,
    password_in,
    with_password,
    without_password,
)
from orchflow.ingest.connection_checks import checked, refused, wrong
from orchflow.ingest.source import Check
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace

Changes = Mapping[str, str | None]
"""New values by the names of CHANGEABLE; None or an empty text: none, and of a password that it stays."""

log = logging.getLogger(__name__)


def try_change(ws: Workspace, actor: Actor, name: str, changes: Changes) -> list[Check]:
    """What comes of trying the source called `name` as it would be with the changes; keeps nothing. Raises as `change_source`."""
    confirm(ws, actor)
    kept = entry(ws, name)
    return tried(ws, _settings(ws, kept, _texts(kept, changes)))


def change_source(
    ws: Workspace, actor: Actor, name: str, changes: Changes, version: str, *, untried: bool = False
) -> None:
    """Give the source called `name` other values; the others stay as they are written. Its schedule follows at once.

    Forbidden for who is no administrator, NotFound for an unknown source, Invalid where a value cannot be right, DoesNotWork
    where it was tried in vain, ChangedMeanwhile where the source is no longer as it was at `version`, ConfigError and StoreError
    where it is not ours to write: then nothing is changed.
    """
    confirm(ws, actor)
    settings_file.check_ours(ws)
    kept = entry(ws, name, version)
    texts = _texts(kept, changes)
    if not texts:
        return
    settings = _settings(ws, kept, texts)
    if not untried:
        must_work(tried(ws, settings))
    with settings_file.alone(ws):
        kept = entry(ws, name, version)
        secrets, values = _written(ws, kept, texts)
        settings_file.rewrite(ws, lambda text: with_changes(text, name, values), secrets)
    log.info("%s changed the source %s (%s)", actor.username, name, ", ".join(sorted(texts)))


def _texts(kept: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    """What is changed, as the fields of a Connection; the password of an address stands in its own field."""
    if kept["kind"] not in KINDS:
        raise ConfigError(
            f"{KIND_NAMES[kept['kind']]} are described in the settings file", "Change it there."
        )
    fixed = [name for name in changes if name not in CHANGEABLE]
    if fixed:
        raise refused(
            [wrong(name, "stays as it is; connect another source") for name in fixed if name in LABELS]
        )
    texts: dict[str, Any] = {
        name: (value or "").strip() for name, value in changes.items() if name != "password"
    }
    password = changes.get("password") or ""
    if kept["kind"] == "orchestrator_db" and "url" in texts:
        password = password or unquote(password_in(texts["url"]))
        texts["url"] = without_password(texts["url"])
    if kept["kind"] == "orchestrator_db":
        texts = {name: value for name, value in texts.items() if name not in ("email", "organization")}
    if "schedule" in texts:
        texts["schedule"] = texts["schedule"] or None
    if "organization" in texts:
        texts["organization"] = texts["organization"] or "*"
    return texts | ({"password": password} if password else {})


def _settings(ws: Workspace, kept: Mapping[str, Any], texts: Mapping[str, Any]) -> SourceSettings:
    """The source as it would be read with the changes; Invalid where that cannot be right."""
    now = Connection.of(expanded(kept, settings_file.file_of(ws), read_secrets(ws.settings.home)))
    wanted = replace(now, **texts)
    if wanted.whom != now.whom and "password" not in texts:
        raise refused(
            [wrong("password", "is asked for again: it would be said to another address or as another user")]
        )
    if Connection.of(kept).url.startswith("${") and len({"url", "password"} & texts.keys()) == 1:
        raise refused([wrong("url", "is taken from the environment with its password; write both anew")])
    return checked(wanted, (), texts)


def _written(
    ws: Workspace, kept: Mapping[str, Any], texts: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, str | None]]:
    """The secret that is kept apart, and the values that the settings file gets."""
    secrets: dict[str, str] = {}
    values: dict[str, str | None] = {name: text or None for name, text in texts.items() if name != "password"}
    password = password_in(str(kept.get("url"))) if kept["kind"] == "orchestrator_db" else ""
    if "password" in texts:
        secrets, password = kept_apart(ws, replace(Connection.of(kept), password=texts["password"]))
    if kept["kind"] == "orchestrator_db":
        if "url" in texts or "password" in texts:
            values["url"] = with_password(texts.get("url") or Connection.of(kept).url, password)
    elif "password" in texts:
        values["password"] = password
    return secrets, values
