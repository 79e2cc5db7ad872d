"""The cookies of a session and of a known browser: their names, and the key that signs them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from tempfile import mkstemp

from orchflow.errors import ConfigError

COOKIE = "orchflow_session"
BROWSER_COOKIE = "orchflow_browser"
KEY_FILE = "cookie.key"


def cookie_key(home: Path) -> str:
    """The secret that signs cookies, generated at the first start into a file only its owner may read.

    ConfigError when the file cannot be used.
    """
    file = home / KEY_FILE
    try:
        if not file.exists():
            _generate(file)
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)
        secret = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The key of the sign-in cookie, {file}, cannot be used: {error}", _WHAT_TO_DO
        ) from None
    if len(secret) < 32:
        raise ConfigError(f"The key of the sign-in cookie in {file} is too short", _WHAT_TO_DO)
    return secret


_WHAT_TO_DO = "Delete the file: a new key is made at the next start, and everybody signs in again."


def _generate(file: Path) -> None:
    """Write a key so that no other process ever reads half of it, and the first of several wins."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = mkstemp(dir=file.parent, prefix=KEY_FILE)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
