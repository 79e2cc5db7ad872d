"""What the dialog of an item keeps: what is being written in it, for each item."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from orchflow.ui.state import Key, Keys

KEYS = Keys("item")
WORDS = KEYS.text("words")
ADDRESS = KEYS.text("address")
FIGURE = KEYS.text("figure")
CALLED = KEYS.text("called")
VALUE: Key[float | int | Decimal | None] = Key(
    KEYS.name("value"), None, lambda value: isinstance(value, float | int | Decimal)
)
FILE: Key[Any] = Key(KEYS.name("file"), None, lambda value: hasattr(value, "read"))
FILE_TURN = KEYS.count("file-turn")
REASON = KEYS.text("reason")
PROJECT = KEYS.number("project")
