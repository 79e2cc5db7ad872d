"""Definitions."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.data import definitions
from orchflow.screens.session import require

definitions.show(require(permission("definitions")))
