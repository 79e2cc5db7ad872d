"""The topic under which the data version of value rises, and who takes its changes back."""

from __future__ import annotations

from typing import Final

TOPIC: Final = "value"
UNDO: Final = "inputs.edit"
