"""Risk."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.insights import risk
from orchflow.screens.session import require

risk.show(require(permission("risk")))
