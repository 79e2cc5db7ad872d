"""Adoption and enablement."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.insights import adoption
from orchflow.screens.session import require

adoption.show(require(permission("adoption")))
