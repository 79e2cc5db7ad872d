"""Cost."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.insights import cost
from orchflow.screens.session import require

cost.show(require(permission("cost")))
