"""Prices that come with the product: those of providers from `genai-prices`, and what Orchestrator AI's own list says of others.

Both are in US dollars. The list of the platform knows no days; it counts only where the library knows no model.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from importlib import resources
from importlib.metadata import version
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from orchflow.costs.price_kinds import DAY, EARLIEST, LATEST, PriceKind, PriceRule

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider

LIBRARY: Final = "genai-prices"
PLATFORM: Final = "platform"
CURRENCY: Final = "USD"
ATOM: Final = Decimal("1e-18")
"""The smallest part of a price of one unit."""

_KINDS: Final = {
    "input_mtok": (PriceKind.INPUT, 1_000_000),
    "cache_read_mtok": (PriceKind.CACHED, 1_000_000),
    "cache_write_mtok": (PriceKind.CACHE_WRITE, 1_000_000),
    "cache_write_5m_mtok": (PriceKind.CACHE_WRITE, 1_000_000),
    "cache_write_1h_mtok": (PriceKind.CACHE_WRITE_1H, 1_000_000),
    "output_mtok": (PriceKind.OUTPUT, 1_000_000),
    "output_reasoning_mtok": (PriceKind.REASONING, 1_000_000),
    "requests_kcount": (PriceKind.REQUEST, 1_000),
    "audio_hours": (PriceKind.SECOND, 3_600),
    "input_audio_hours": (PriceKind.SECOND, 3_600),
}
"""Key of the library → kind of use, and for how many units its price is."""


def shipped_version() -> str:
    """The version of the prices that come with the product."""
    return f"{LIBRARY} {version('genai-prices')}"


@cache
def shipped_rules(provider: str | None, model: str) -> tuple[PriceRule, ...]:
    """What a model costs, as usage spells it and its provider; nothing where nobody knows."""
    known = _find(provider, model)
    if known is not None and (rules := tuple(_rules(*known))):
        return rules
    if provider is None:
        return ()
    return _platform().get((provider.casefold(), model.casefold()), ())


def shipped_models(provider: str | None = None) -> list[tuple[str, str]]:
    """Provider and model of everything that has a shipped price, or of what usage calls `provider`."""
    names = []
    for known in _providers():
        if provider is None or known is _provider(provider):
            names += [(provider or known.id, model.id) for model in known.models]
    names += [key for key in _platform() if provider in (None, key[0])]
    return sorted(set(names))


def _find(provider: str | None, model: str) -> tuple[Provider, ModelInfo] | None:
    from genai_prices.data_snapshot import get_snapshot

    try:
        return get_snapshot().find_provider_model(model, None, provider, None)
    except LookupError:
        return None


def _provider(name: str) -> Provider | None:
    from genai_prices.data_snapshot import find_provider_by_id

    return find_provider_by_id(_providers(), name)


def _providers() -> list[Provider]:
    from genai_prices.data_snapshot import get_snapshot

    return get_snapshot().providers


def _rules(provider: Provider, model: ModelInfo) -> Iterator[PriceRule]:
    """The library is asked at one instant of every stretch between two of its boundaries, so that its own order of precedence
    holds whatever it is."""
    days, minutes = _boundaries(model)
    asked: list[tuple[str | None, dict[str, str] | None]] = [(None, None)]
    if any(
        own is model for own in provider.models
    ):  # the variants of another provider's model are that one's
        asked += [(tier, context) for tier, context in _contexts(model).items()]
    for from_day, until_day in _stretches(days):
        for from_minute, until_minute in zip(minutes, [*minutes[1:], DAY], strict=True):
            window = None if len(minutes) == 1 else (from_minute, until_minute % DAY)
            at = datetime.combine(from_day or EARLIEST.date(), time(), UTC) + timedelta(minutes=from_minute)
            standard: dict[str, Any] = {}
            for tier, context in asked:
                prices = vars(model.get_prices(at, context))
                told = {key: price for key, price in prices.items() if price is not None and key in _KINDS}
                if tier is None:
                    standard = told
                else:
                    told = {key: price for key, price in told.items() if price != standard.get(key)}
                for key, price in told.items():
                    yield from _of_price(key, price, tier, window, from_day, until_day)


def _of_price(
    key: str, price: Any, tier: str | None, window: tuple[int, int] | None, from_day: date | None, until_day: date | None
) -> Iterator[PriceRule]:  # fmt: skip
    kind, size = _KINDS[key]
    tiers = [(-1, price)] if isinstance(price, Decimal) else [(-1, price.base)]
    if not isinstance(price, Decimal):
        tiers += [(step.start, step.price) for step in price.tiers]
    for over, each in tiers:
        yield PriceRule(
            kind, of_one(each, size), size, CURRENCY, LIBRARY, version("genai-prices"), tier, over, window,
            _midnight(from_day) if from_day else EARLIEST, _midnight(until_day) if until_day else LATEST,
        )  # fmt: skip


def of_one(price: Decimal, size: int) -> Decimal:
    """The price of one unit where `size` of them cost `price`, to the eighteenth decimal."""
    return (price / size).quantize(ATOM, ROUND_HALF_EVEN)


def _boundaries(model: ModelInfo) -> tuple[list[date], list[int]]:
    """The days on which something of a model's prices changes, and the minutes of the day (UTC); these begin with 0."""
    from genai_prices.types import ModelPrice, StartDateConstraint, TimeOfDateConstraint

    constraints = [variant.constraint for variant in model.price_variants or ()]
    if not isinstance(model.prices, ModelPrice):
        constraints += [each.constraint for each in model.prices]
    days = {each.start_date for each in constraints if isinstance(each, StartDateConstraint)}
    minutes = {0}
    for each in constraints:
        if isinstance(each, TimeOfDateConstraint):
            minutes |= {_minute(each.start_time), _minute(each.end_time)}
    return sorted(days), sorted(minutes)


def _minute(clock: time) -> int:
    """The minute of the day, in UTC."""
    at = datetime.combine(EARLIEST.date(), clock, clock.tzinfo or UTC).astimezone(UTC)
    return at.hour * 60 + at.minute


def _contexts(model: ModelInfo) -> dict[str, dict[str, str]]:
    """Service tier → what the library is to be told of a call of it."""
    tiers = {value for variant in model.price_variants or () for value in variant.when.values()}
    return {
        tier.lower(): {"service_tier": tier, "processing": tier, "speed": tier}
        for tier in sorted(tiers - {"default", "standard"})
    }


def _stretches(days: Iterable[date]) -> Iterator[tuple[date | None, date | None]]:
    edges: list[date | None] = [None, *days, None]
    return pairwise(edges)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@cache
def _platform() -> dict[tuple[str, str], tuple[PriceRule, ...]]:
    text = resources.files("orchflow.costs").joinpath("platform_prices.csv").read_text(encoding="utf-8")
    found: dict[tuple[str, str], tuple[PriceRule, ...]] = {}
    for row in csv.DictReader(text.splitlines()):
        key, size = (row["provider"].casefold(), row["model"].casefold()), int(row["per"])
        price = of_one(Decimal(row["price"]), size)
        rule = PriceRule(PriceKind(row["kind"]), price, size, CURRENCY, PLATFORM, "1")
        found[key] = (*found.get(key, ()), rule)
    return found
