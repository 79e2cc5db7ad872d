"""The entities of costs, by the name the history knows their rows by (targets are of the figures: `metrics.targets`)."""

from __future__ import annotations

from typing import Any, Final

from orchflow.costs.anomaly_opinions import ANOMALY_OPINIONS
from orchflow.costs.budgets import BUDGETS
from orchflow.costs.entries import COST_ENTRIES
from orchflow.costs.exchange_rates import EXCHANGE_RATES
from orchflow.costs.hourly_rates import HOURLY_RATES
from orchflow.costs.occasions import BUSINESS_MEASURES, TIMELINE_EVENTS
from orchflow.costs.prices import PRICES
from orchflow.costs.shares import COST_SHARES
from orchflow.store.entity import Entity

ENTITIES: Final[dict[str, Entity[Any]]] = {
    entity.key: entity
    for entity in (
        EXCHANGE_RATES, HOURLY_RATES, COST_ENTRIES, BUDGETS, COST_SHARES, TIMELINE_EVENTS, BUSINESS_MEASURES,
        PRICES, ANOMALY_OPINIONS,
    )
}  # fmt: skip
