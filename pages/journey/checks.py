"""Checks."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.journey import checks
from orchflow.screens.session import require

checks.show(require(permission("checks")))
