"""Flows."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.journey import flows
from orchflow.screens.session import require

flows.show(require(permission("flows")))
