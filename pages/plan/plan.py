"""Plan."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.plan import plan
from orchflow.screens.session import require

plan.show(require(permission("plan")))
