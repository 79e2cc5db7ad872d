"""Board."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.plan import board
from orchflow.screens.session import require

board.show(require(permission("board")))
