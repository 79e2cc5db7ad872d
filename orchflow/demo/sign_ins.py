"""The demo's sign-ins: random passwords, kept beside the data so that they can be shown again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = "demo-signins.txt"
HEADING = "Sign-ins of the demo workspace; delete this file once the workspace holds anything real."


@dataclass(frozen=True)
class SignIn:
    """One account of the demo that can sign in."""

    username: str
    password: str
    display_name: str
    job_role: str

    @property
    def line(self) -> str:
        """The sign-in as it is printed."""
        return f"{self.username:<9} {self.password}   {self.display_name}, {self.job_role}"


def keep_sign_ins(home: Path, sign_ins: Sequence[SignIn]) -> Path:
    """Write the sign-ins to a file in `home` that only its owner can read."""
    file = home / FILE
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write("\n".join([HEADING, "", *(sign_in.line for sign_in in sign_ins)]) + "\n")
    return file


def kept_sign_ins(home: Path) -> list[str]:
    """Return the lines of the sign-ins kept in `home`; none where there is no demo or the file is gone."""
    try:
        text = (home / FILE).read_text(encoding="utf-8")
    except OSError:
        return []
    return [line for line in text.splitlines()[1:] if line]
