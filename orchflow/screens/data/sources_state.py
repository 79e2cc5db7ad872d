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
