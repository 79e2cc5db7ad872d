"""Prices."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.data import prices
from orchflow.screens.session import require

prices.show(require(permission("prices")))
