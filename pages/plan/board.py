"""Board."""

from __future__ import annotations

from orchflow.people.permissions import Permission
from orchflow.screens.plan import board
from orchflow.ui.session import require

board.show(require(Permission.PLAN_VIEW))
