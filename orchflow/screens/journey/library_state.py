"""What the Library keeps: the words looked for, the guide that is open, and what its reader says of it."""

from __future__ import annotations

from orchflow.errors import OrchflowError
from orchflow.ui.state import InAddress, Keys

KEYS = Keys("library")
FIND = KEYS.text("find")
PAGE = InAddress("page")
"""The address of the guide that is open."""
THUMBS = KEYS.number("thumbs")
WORD = KEYS.text("word")
"""What the reader says of each guide."""
OPINION_FAILED = KEYS.thing("opinion-failed", OrchflowError)
