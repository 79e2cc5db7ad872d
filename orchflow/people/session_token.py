"""The signed cookie of streamlit-authenticator: the key it is signed with, and when a token was issued.

The token says until when it is valid and for whom, not since when. Since when is what decides whether a sign-out
or a new password has ended it, so it is computed back from the end.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkstemp

from orchflow.errors import ConfigError

KEY_FILE = "cookie.key"


def cookie_key(home: Path, session_days: int | None = None) -> str:
    """The secret that signs cookies, generated at the first start into a file only its owner may read.

    With `session_days` the key is one for that length of a session: when the setting changes, older tokens, whose
    time of issue could no longer be told, are void. ConfigError when the file cannot be used.
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
    if session_days is None:
        return secret
    return hmac.new(secret.encode(), f"session_days={session_days}".encode(), hashlib.sha256).hexdigest()


_WHAT_TO_DO = "Delete the file: a new key is made at the next start, and everybody signs in again."


def token_issued_at(exp_date: float, session_days: int) -> datetime:
    """When a token with this `exp_date` was issued.

    streamlit-authenticator adds the days to the local time of the server, so they are taken off in local time:
    across a change of the clocks a day of it has 23 or 25 hours.
    """
    local = datetime.fromtimestamp(exp_date)  # noqa: DTZ006 - the library's own arithmetic, undone
    return (local - timedelta(days=session_days)).astimezone(UTC)


def _generate(file: Path) -> None:
    """Write a key so that no other process ever reads half of it, and the first of several wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = mkstemp(dir=file.parent, prefix=KEY_FILE)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
