"""Alerts."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.insights import alerts
from orchflow.screens.session import require

alerts.show(require(permission("alerts")))
