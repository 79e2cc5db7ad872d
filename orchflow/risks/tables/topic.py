"""The topic under which the data version of risks rises."""

from __future__ import annotations

from typing import Final

TOPIC: Final = "risks"
