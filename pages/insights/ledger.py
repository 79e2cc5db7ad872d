"""Ledger."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.insights import ledger
from orchflow.screens.session import require

ledger.show(require(permission("ledger")))
