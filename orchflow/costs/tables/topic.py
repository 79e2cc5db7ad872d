"""The topic under which the data version of costs rises."""

from __future__ import annotations

from typing import Final

TOPIC: Final = "costs"
