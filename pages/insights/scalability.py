"""Scalability."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.insights import scalability
from orchflow.screens.session import require

scalability.show(require(permission("scalability")))
