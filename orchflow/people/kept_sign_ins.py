"""Sign-ins that are kept in a file beside the data and shown whenever the server starts: those of a demo workspace."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

FILE = "demo-signins.txt"
HEADING = "Sign-ins of the demo workspace; delete this file once the workspace holds anything real."


def keep_sign_ins(home: Path, lines: Iterable[str]) -> Path:
    """Write the sign-ins, a line each, to a file in `home` that only its owner can read."""
    file = home / FILE
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write("\n".join([HEADING, "", *lines]) + "\n")
    return file


def kept_sign_ins(home: Path) -> list[str]:
    """The lines of the sign-ins kept in `home`; none where there is no demo or the file is gone."""
    try:
        text = (home / FILE).read_text(encoding="utf-8")
    except OSError:
        return []
    return [line for line in text.splitlines()[1:] if line]
