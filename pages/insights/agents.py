"""Agents."""

from __future__ import annotations

from orchflow.people.permissions import Permission
from orchflow.screens.insights import agents
from orchflow.ui.session import require

agents.show(require(Permission.INSIGHTS_VIEW))
