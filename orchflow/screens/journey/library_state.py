"""What the Library keeps: the words looked for, and the guide that is open."""

from __future__ import annotations

from orchflow.ui.state import InAddress, Keys

KEYS = Keys("library")
FIND = KEYS.text("find")
PAGE = InAddress("page")
"""The address of the guide that is open."""
