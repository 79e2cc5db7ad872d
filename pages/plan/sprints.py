"""Sprints."""

from __future__ import annotations

from orchflow.people.permissions import Permission
from orchflow.screens.plan import sprints
from orchflow.ui.session import require

sprints.show(require(Permission.PLAN_VIEW))
