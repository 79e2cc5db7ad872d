"""Sprints."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.plan import sprints
from orchflow.screens.session import require

sprints.show(require(permission("sprints")))
