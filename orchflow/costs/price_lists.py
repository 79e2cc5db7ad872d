"""Prices to look at: those that are shipped, and the usage that has none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orchflow.costs.price_kinds import EARLIEST, LATEST, SHORTEST, UNITS, PriceRule
from orchflow.costs.shipped_prices import shipped_models, shipped_rules
from orchflow.people.permissions import Actor, Permission
from orchflow.warehouse.sql import load_query
from orchflow.workspace import Workspace

MOST_MODELS = 60


@dataclass(frozen=True)
class ShippedPrice:
    """A price that comes with the product: what `per` units cost, as the price book would have it."""

    provider: str
    model: str
    kind: str
    price: Decimal
    per: int
    currency: str
    valid_from: date | None
    valid_to: date | None
    over_tokens: int | None
    time_from: str | None
    time_to: str | None
    service_tier: str | None
    origin: str

    @classmethod
    def of(cls, provider: str, model: str, rule: PriceRule) -> ShippedPrice:
        """A rule in these terms."""
        first, last = (None, None) if rule.minutes is None else map(_clock, rule.minutes)
        per = rule.unit_size if rule.unit_size in UNITS else 1_000
        return cls(
            provider, model, rule.kind.value, _written(rule.price * per), per, rule.currency,
            None if rule.from_at == EARLIEST else rule.from_at.date(),
            None if rule.until_at == LATEST else rule.until_at.date(),
            None if rule.over_tokens == SHORTEST else rule.over_tokens, first, last, rule.service_tier, rule.origin,
        )  # fmt: skip


@dataclass(frozen=True)
class UnpricedModel:
    """Usage of a model without an amount, between two days; `known`: whether there is any price for the model."""

    provider: str | None
    model: str | None
    calls: int
    input_tokens: int
    output_tokens: int
    first_day: date
    last_day: date
    known: bool


@dataclass(frozen=True)
class DaysWithoutPrice:
    """A model that has prices, but none on some of the days (UTC) on which it was used, from the first to the last of them."""

    provider: str | None
    model: str
    days: int
    calls: int
    first_day: date
    last_day: date


def shipped_prices(
    actor: Actor, find: str, used: Iterable[tuple[str | None, str]] = (), *, most: int = MOST_MODELS
) -> list[ShippedPrice]:
    """The shipped prices of the models whose provider and name have all the words of `find`, those that begin with one first;
    of the first `most` of them. Without a word those of the models that are `used`."""
    actor.require(Permission.INSIGHTS_VIEW)
    words = find.casefold().split()
    found = sorted((provider, model) for provider, model in used if provider is not None)
    if words:
        found = [
            (provider, model)
            for provider, model in shipped_models()
            if all(word in f"{provider} {model}".casefold() for word in words)
        ]
        found.sort(key=lambda pair: (not pair[1].casefold().startswith(tuple(words)), len(pair[1]), pair))
    return [
        ShippedPrice.of(provider, model, rule)
        for provider, model in found[:most]
        for rule in shipped_rules(provider, model)
    ]


def used_models(ws: Workspace) -> list[tuple[str | None, str]]:
    """Provider and model of all usage."""
    return [
        (provider, model)
        for provider, model in ws.warehouse.rows(load_query("orchflow.costs", "used_models"))
    ]


def days_without_price(ws: Workspace) -> list[DaysWithoutPrice]:
    """The holes in the prices of models, those with most calls first."""
    return [
        DaysWithoutPrice(*row)
        for row in ws.warehouse.rows(load_query("orchflow.costs", "days_without_price"))
    ]


def unpriced_models(ws: Workspace, actor: Actor) -> list[UnpricedModel]:
    """The models whose usage has no amount, those with most calls first."""
    actor.require(Permission.COSTS_EDIT)
    return [UnpricedModel(*row) for row in ws.warehouse.rows(load_query("orchflow.costs", "unpriced_models"))]


def unused_calls(ws: Workspace) -> int:
    """How many calls failed or were blocked before anything was used: they have no amount and need no price."""
    return int(ws.warehouse.value(load_query("orchflow.costs", "unused_calls")))


def _written(price: Decimal) -> Decimal:
    """A price with the decimals that it needs, at most those that the price book keeps."""
    price = price.quantize(Decimal("1e-12"))
    return price.quantize(Decimal(1)) if price == price.to_integral_value() else price.normalize()


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
