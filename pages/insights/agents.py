"""Agents."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.insights import agents
from orchflow.screens.session import require

agents.show(require(permission("agents")))
