"""The settings file as the features change it: one at a time, together with its secrets, and taken back where it fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from orchflow.config.file import REFERENCE
from orchflow.config.secrets_file import keep_secret, read_secrets
from orchflow.config.settings import CONFIG_NAME, PREFIX, load_settings
from orchflow.disk.durable import replace_file
from orchflow.disk.file_lock import Held, locked
from orchflow.errors import ConfigError, OrchflowError, disk_error
from orchflow.workspace import Workspace

NO_SECRETS: Mapping[str, str] = MappingProxyType({})


def file_of(ws: Workspace) -> Path:
    """The settings file, which need not exist."""
    return ws.settings.config_file or ws.settings.home / CONFIG_NAME


def text_of(ws: Workspace) -> str:
    """The settings file as it is now; empty where there is none. ConfigError where it cannot be read."""
    file = file_of(ws)
    if not file.exists():
        return ""
    load_settings(ws.settings.home, file)
    return file.read_text(encoding="utf-8")


def check_ours(ws: Workspace) -> None:
    """ConfigError where sources are set elsewhere, or the file is not to be written."""
    if f"{PREFIX}SOURCES" in os.environ:
        raise ConfigError(
            f"The sources are set by {PREFIX}SOURCES, which beats the settings file", "Change it there."
        )
    file = file_of(ws)
    place = file.resolve().parent
    sealed = file.exists() and not (file.stat().st_mode & 0o222 and os.access(file, os.W_OK))
    if sealed or not os.access(place, os.W_OK):
        raise ConfigError(
            f"The settings file {file} may not be written", "Make it writable, or change it by hand."
        )


@contextmanager
def alone(ws: Workspace) -> Iterator[None]:
    """Within it nobody else changes the settings; ConfigError where somebody does so now."""
    check_ours(ws)
    try:
        with locked(ws.settings.home / "settings.lock"):
            yield
    except Held:
        raise ConfigError(
            "The settings are being changed by somebody else", "Try again in a moment."
        ) from None


def rewrite(ws: Workspace, change: Callable[[str], str], secrets: Mapping[str, str] = NO_SECRETS) -> None:
    """Keep the secrets, and the settings file changed; this workspace has its sources from then on.

    A file that cannot be read stays as it is, and what cannot be read afterwards is taken back, secrets too. Secrets that the
    file no longer names are kept no longer.
    """
    home, file = ws.settings.home, file_of(ws)
    before = text_of(ws)
    after = change(before)
    try:
        for name, secret in secrets.items():
            keep_secret(home, name, secret)
        _write(file, after)
        read = load_settings(home, file)
    except OrchflowError:
        if file.exists() and file.read_text(encoding="utf-8") != before:
            _write(file, before)
        for name in secrets:
            keep_secret(home, name, None)
        raise
    unnamed = {*REFERENCE.findall(before)} - {*REFERENCE.findall(after)}
    for name in unnamed & read_secrets(home).keys():
        keep_secret(home, name, None)
    ws.take_sources(read)


def _write(file: Path, text: str) -> None:
    try:
        replace_file(file, text, mode=file.stat().st_mode & 0o777 if file.exists() else 0o600)
    except OSError as error:
        raise disk_error(
            error,
            f"The settings file {file} cannot be written",
            "Make it writable, or change it by hand.",
        ) from None
