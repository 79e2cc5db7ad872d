"""Rates of exchange: what one unit of a currency is worth in another one, from a day on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.costs.tables import ExchangeRate
from orchflow.errors import Problem
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity, Filter
from orchflow.store.rows import row_type
from orchflow.store.rules import Rules

if TYPE_CHECKING:
    ExchangeRateRow: TypeAlias = ExchangeRate
else:
    ExchangeRateRow = row_type("ExchangeRateRow", ExchangeRate, __name__)


class _RateRules(Rules):
    """A rate is of two currencies."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        if value("currency") == value("into_currency"):
            problems.append(Problem(None, "into_currency", "is the same currency; a rate is of two"))
        return problems


EXCHANGE_RATES = Entity(
    ExchangeRate,
    ExchangeRateRow,
    "What one unit of a currency is worth in another one, from a day on.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.COSTS_EDIT,
    order=(ExchangeRate.currency, ExchangeRate.into_currency, ExchangeRate.valid_from.desc()),
    filters={
        "currency": Filter(str, lambda code: ExchangeRate.currency == code.upper(), "Of this currency."),
        "into_currency": Filter(
            str, lambda code: ExchangeRate.into_currency == code.upper(), "Into this currency."
        ),
    },
    known_by=("currency", "into_currency", "valid_from"),
    rules=_RateRules,
)
