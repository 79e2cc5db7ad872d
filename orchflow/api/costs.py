"""The endpoints of costs."""

from __future__ import annotations

from orchflow.api.entities import entity_router
from orchflow.api.models import models_of
from orchflow.costs.exchange_rates import EXCHANGE_RATES

router = entity_router(
    EXCHANGE_RATES,
    models_of(
        EXCHANGE_RATES,
        {
            "new": {"currency": "EUR", "into_currency": "USD", "valid_from": "2026-11-01", "rate": 1.0825},
            "edit": {"version": 1, "changes": {"rate": 1.091}},
        },
    ),
    deletes="; the days it covered are counted anew",
)
