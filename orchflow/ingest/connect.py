"""Connects a platform from the browser: tries what was written in the form, and keeps it in the settings.

The password goes into a file of its own, which only the server's user may read; the settings refer to it. It is in no
history, no log and no answer.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, quote, unquote, urlsplit

from pydantic import TypeAdapter, ValidationError

from orchflow.config.edit import with_source
from orchflow.config.file import REFERENCE
from orchflow.config.secrets_file import free_name, keep_secret
from orchflow.config.settings import CONFIG_NAME, PREFIX, load_settings
from orchflow.config.sources import SourceSettings
from orchflow.disk.durable import replace_file
from orchflow.disk.file_lock import Held, locked
from orchflow.errors import ConfigError, Invalid, OrchflowError, Problem, disk_error
from orchflow.ingest.source import Check
from orchflow.ingest.sources import open_source
from orchflow.people.permissions import Actor, Permission
from orchflow.workspace import Workspace

PlatformKind = Literal["orchestrator_api", "orchestrator_db"]
LABELS = {
    "url": "Address", "email": "E-mail address", "password": "Password", "name": "Name", "schedule": "Schedule",
    "organization": "Organisation", "web_url": "Address of the web application",
}  # fmt: skip
"""What the fields are called to people, in the order in which they are asked for."""
IN_ADDRESS = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
"""A password as it may stand in the address of a database."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Connection:
    """A platform as somebody describes it. `url` of a database may hold the password; else it stands in `password`.

    A password written as `${NAME}` is taken from the environment and kept nowhere; in the address of a database it is put
    as it is. Nothing else is taken from there.
    """

    kind: PlatformKind
    name: str
    url: str = field(repr=False)
    email: str = ""
    password: str = field(default="", repr=False)
    organization: str = "*"
    schedule: str | None = None
    web_url: str = ""

    @property
    def secret(self) -> str:
        """The password as it is written, in its field or in the address of a database: itself, or `${NAME}`."""
        if self.password or self.kind != "orchestrator_db":
            return self.password
        return unquote(_password_in(self.url))

    @property
    def variable(self) -> str | None:
        """The variable of the environment that holds the password, where it is written so."""
        reference = REFERENCE.fullmatch(self.secret)
        return reference[1] if reference else None


def try_connection(ws: Workspace, actor: Actor, wanted: Connection) -> list[Check]:
    """Address, sign-in, permission, version and clock of the platform, as `check_source` tells them; keeps nothing.

    Forbidden for who is no administrator, Invalid where a value cannot be right.
    """
    _confirm(ws, actor)
    settings = _checked(ws, wanted)
    source = open_source(settings, ws.settings.workspace)
    try:
        return source.check()
    finally:
        source.close()


def connect(ws: Workspace, actor: Actor, wanted: Connection) -> None:
    """Add the platform to the settings file and to this workspace at once; its schedule runs from now on.

    Forbidden for who is no administrator, Invalid where a value cannot be right or the name is taken, ConfigError where the
    settings are not kept in a file, StoreError where the file cannot be written: then nothing is kept.
    """
    _confirm(ws, actor)
    _checked(ws, wanted)
    home, file = ws.settings.home, ws.settings.config_file or ws.settings.home / CONFIG_NAME
    if f"{PREFIX}SOURCES" in os.environ:
        raise ConfigError(
            f"The sources are set by {PREFIX}SOURCES, which beats the settings file", "Add the source there."
        )
    try:
        with locked(home / "settings.lock"):
            _keep(home, file, wanted)
            read = load_settings(home, file)
    except Held:
        raise ConfigError(
            "The settings are being changed by somebody else", "Try again in a moment."
        ) from None
    ws.take_sources(read)
    log.info("%s connected the source %s", actor.username, wanted.name)


def _confirm(ws: Workspace, actor: Actor) -> None:
    actor.require(Permission.ADMIN)
    ws.store.confirm(actor)


def _checked(ws: Workspace, wanted: Connection) -> SourceSettings:
    """The settings that are described, with the password in its place; Invalid with every value that cannot be right."""
    problems = [*_of_password(wanted), *_of_variables(wanted)]
    if not wanted.url:
        problems.append(_wrong("url", "is missing"))
    secret = os.environ.get(wanted.variable, "") if wanted.variable else _as_kept(wanted)
    if any(source.name == wanted.name for source in ws.settings.sources):
        problems.append(_wrong("name", f"{wanted.name} is the name of another source"))
    if wanted.kind == "orchestrator_api" and "@" not in wanted.email:
        problems.append(_wrong("email", "is not an e-mail address (write it like flow@example.com)"))
    if wanted.kind == "orchestrator_db" and wanted.url:
        problems += _of_address(wanted.url)
    settings = None
    try:
        settings = TypeAdapter[Any](SourceSettings).validate_python(_values(wanted, secret))
    except ValidationError as error:
        problems += [
            Problem(None, LABELS.get(str(detail["loc"][-1]), str(detail["loc"][-1])), _said(detail["msg"]))
            for detail in error.errors(include_url=False, include_context=False, include_input=False)
            if not any(
                detail["loc"][-1:] == (name,) and LABELS[name] == p.field for p in problems for name in LABELS
            )
        ]
    if problems or settings is None:
        order = {label: place for place, label in enumerate(LABELS.values())}
        problems.sort(key=lambda problem: order.get(problem.field, len(order)))
        raise Invalid(problems, "Correct it and try again; nothing is kept yet.")
    checked: SourceSettings = settings
    return checked


def _wrong(name: str, what: str) -> Problem:
    return Problem(None, LABELS[name], what)


def _of_password(wanted: Connection) -> list[Problem]:
    """What is wrong with the password, or with the variable that is to hold it."""
    variable = wanted.variable
    if not wanted.secret:
        return [_wrong("password", "is missing")]
    if variable is None:
        return []
    if variable.startswith(PREFIX):
        return [
            _wrong("password", f"{wanted.secret} is a setting of this server, and no password of a platform")
        ]
    value = os.environ.get(variable, "")
    if not value:
        return [
            _wrong("password", f"{wanted.secret} is not set in the server's environment (set it and start the server again)",
            )
        ]  # fmt: skip
    if wanted.kind == "orchestrator_db" and not IN_ADDRESS.fullmatch(value):
        return [
            _wrong("password", f"{wanted.secret} has letters that no address may have (set it with them written like %40 for @)",
            )
        ]  # fmt: skip
    return []


def _of_variables(wanted: Connection) -> list[Problem]:
    """The fields that would be filled from the environment: only the password may be."""
    url = wanted.url
    if wanted.kind == "orchestrator_db" and not wanted.password:
        url = _with_password(url, "")
    written = {
        "url": url,
        "email": wanted.email,
        "organization": wanted.organization,
        "web_url": wanted.web_url,
    }
    return [
        _wrong(name, "names a variable; only the password is taken from the environment")
        for name, text in written.items()
        if REFERENCE.search(text)
    ]


def _of_address(url: str) -> list[Problem]:
    """What is wrong with the address of a database."""
    shape = "write it like postgresql://reader@db.example:5432/postgres"
    wrong = [_wrong("url", f"is not a PostgreSQL address ({shape})")]
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("postgres", "postgresql") or parts.port == 0:
            return wrong
    except ValueError:
        return wrong
    if not (parts.hostname or "host=" in parts.query):
        return wrong
    if not parts.username:
        return [_wrong("url", f"names no user ({shape})")]
    hidden = [name for name in parse_qs(parts.query, keep_blank_values=True) if "pass" in name.lower()]
    if hidden:
        return [_wrong("url", f"holds {', '.join(hidden)}; write the password into its own field")]
    return []


def _said(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _password_in(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""


def _as_kept(wanted: Connection) -> str:
    """The password as its place in the settings wants it: in an address with odd letters written like %40."""
    return quote(wanted.secret, safe="") if wanted.kind == "orchestrator_db" else wanted.secret


def _values(wanted: Connection, secret: str) -> dict[str, Any]:
    """The source as the settings file has it, with `secret` in the place of the password."""
    values: dict[str, Any] = {"name": wanted.name, "kind": wanted.kind}
    if wanted.kind == "orchestrator_db":
        values["url"] = _with_password(wanted.url, secret)
    else:
        values |= {
            "url": wanted.url,
            "email": wanted.email,
            "password": secret,
            "organization": wanted.organization,
        }
    optional = {"schedule": wanted.schedule, "web_url": wanted.web_url}
    return values | {name: value for name, value in optional.items() if value}


def _with_password(url: str, password: str) -> str:
    """The address of a database with `password` in it."""
    scheme, mark, rest = url.partition("://")
    people, at, place = rest.rpartition("@")
    if not (mark and at):
        return url
    return f"{scheme}://{people.partition(':')[0]}:{password}@{place}"


def _keep(home: Path, file: Path, wanted: Connection) -> None:
    """Write secret and settings; a file that cannot be read stays as it is, and what cannot be read afterwards is taken back."""
    before = ""
    if file.exists():
        load_settings(home, file)
        before = file.read_text(encoding="utf-8")
    name, reference = "", wanted.secret
    if not wanted.variable:
        name = free_name(home, f"{wanted.name.upper().replace('-', '_')}_PASSWORD".lstrip("0123456789_"))
        reference = f"${{{name}}}"
    text = with_source(before, _values(wanted, reference))
    try:
        if name:
            keep_secret(home, name, _as_kept(wanted))
        _write(file, text)
        load_settings(home, file)
    except OrchflowError:
        if file.exists() and file.read_text(encoding="utf-8") != before:
            _write(file, before)
        if name:
            keep_secret(home, name, None)
        raise


def _write(file: Path, text: str) -> None:
    try:
        replace_file(file, text, mode=file.stat().st_mode & 0o777 if file.exists() else 0o600)
    except OSError as error:
        raise disk_error(
            error,
            f"The settings file {file} cannot be written",
            "Make it writable, or add the source to it by hand.",
        ) from None


def kinds() -> Mapping[PlatformKind, str]:
    """The ways to a platform that can be connected, and what each tells."""
    return {
        "orchestrator_api": "API: an address and a service user",
        "orchestrator_db": "Database: tells more, as efforts, teams and departments",
    }
