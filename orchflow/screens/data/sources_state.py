"""What the Sources screen keeps."""

from __future__ import annotations

from collections.abc import Mapping

from orchflow.errand import Errand
from orchflow.ingest.connect import KeptSource
from orchflow.ui.state import Key, Keys

VIEWS = ("Runs", "Rejected rows", "Removed", "Quality", "Connection")
FIELDS = ("url", "email", "password", "name", "schedule", "organization", "web_url")

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
CONNECTED = KEYS.text("connected")
"""The source that was just connected."""
FAILED = KEYS.thing("connect-failed", list)
"""What trying the form told that was to be kept."""
OPENED = KEYS.thing("opened", KeptSource)
"""The source as it was when its connection was opened to be changed."""
CHANGE_FAILED = KEYS.thing("change-failed", list)
SAID = KEYS.text("said")
"""What became of the last change."""


def form_keys(source: KeptSource | None = None) -> Mapping[str, Key[str]]:
    """Where what is written in the form is kept: of a new source, or of one that is changed."""
    form = f"change-{source.name}-{source.version}" if source else "connect"
    return {field: KEYS.text(f"{form}-{field}") for field in FIELDS}


def forget_form() -> None:
    """Keep nothing of what was written in the form, above all no password."""
    KEYS.forget("connect-")


def forget_connection() -> None:
    """The form begins anew."""
    forget_form()
    CONNECTED.clear()
