"""What the Sources screen keeps."""

from __future__ import annotations

from orchflow.errand import Errand
from orchflow.ui.state import Keys

VIEWS = ("Runs", "Rejected rows", "Removed", "Quality")

KEYS = Keys("sources")
SOURCE = KEYS.text("source")
VIEW = KEYS.choice("view", VIEWS, VIEWS[0])
BACKUP = KEYS.thing("backup", Errand)
"""A backup that was asked for here."""
CHECKS = KEYS.thing("checks", list)
"""What checking a source told, for each source."""
RETRIED = KEYS.text("retried")
"""What came of trying the rejected rows again."""

CONNECT_KIND = KEYS.text("connect-kind")
CONNECT_URL = KEYS.text("connect-url")
CONNECT_EMAIL = KEYS.text("connect-email")
CONNECT_PASSWORD = KEYS.text("connect-password")
CONNECTED = KEYS.text("connected")
"""The source that was just connected."""


def forget_form() -> None:
    """Keep nothing of what was written in the form, above all no password."""
    KEYS.forget("connect-")


def forget_connection() -> None:
    """The form begins anew."""
    forget_form()
    CONNECTED.clear()
