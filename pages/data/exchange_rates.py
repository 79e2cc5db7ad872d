"""Exchange rates."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.data import exchange_rates
from orchflow.screens.session import require

exchange_rates.show(require(permission("exchange_rates")))
