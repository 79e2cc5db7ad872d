"""The prices in force, as the table `price_stretches` of the warehouse: kept in step with the price book, with what is shipped
and with the models that usage names."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Final, TypeAlias

from orchflow.costs.price_kinds import DAY, EARLIEST, LATEST, SHORTEST, PriceKind, PriceRule
from orchflow.costs.price_lists import used_models
from orchflow.costs.price_stretches import PriceStretch, as_table, stretches
from orchflow.costs.prices import PRICES, PriceRow
from orchflow.costs.shipped_prices import of_one, shipped_rules, shipped_version
from orchflow.people.permissions import SYSTEM
from orchflow.warehouse.sql import Query, load_query
from orchflow.workspace import Workspace

_MADE_OF: Final = "prices_made_of"
_MADE_BY: Final = "2"
"""How prices are made of these, and of which list of the platform; another one has them made again."""
Pair: TypeAlias = tuple[str | None, str]
"""Provider and model as usage spells them."""


def prices_in_force(ws: Workspace) -> None:
    """Bring the table `price_stretches` in step with the price book, the shipped prices and the models in use.

    Of one call at most one row of a kind holds: its provider and model as usage spells them, its service tier (none of a
    model that has no prices of that tier), the instant (`from_at` inclusive, `until_at` exclusive), the minute of the day in
    UTC, and its input tokens (above `over_tokens`, at most `to_tokens`; of a row of several calls their mean). `price` is
    that of one unit. Nothing is written where nothing has changed.
    """
    own = PRICES.list(ws.store, SYSTEM)
    used = used_models(ws)
    made_of = _digest(own, used)
    if ws.warehouse.value("meta_get", {"key": _MADE_OF}) == made_of:
        return
    table = as_table(all_stretches(own, used))
    with ws.warehouse.write() as tx:
        tx.execute(_named("stretches_clear"))
        tx.register("made", table)
        tx.execute(_named("stretches_fill"))
        tx.unregister("made")
        tx.execute("meta_put", {"key": _MADE_OF, "value": made_of})


def all_stretches(own: Iterable[PriceRow], used: Iterable[Pair]) -> Iterator[PriceStretch]:
    """The prices of every model that usage or the price book names."""
    by_model: dict[tuple[str, str], list[PriceRow]] = defaultdict(list)
    for row in own:
        by_model[row.provider.casefold(), row.model.casefold()].append(row)
    pairs = dict.fromkeys(used)
    known = {((provider or "").casefold(), model.casefold()) for provider, model in pairs}
    pairs |= {(rows[0].provider, rows[0].model): None for key, rows in by_model.items() if key not in known}
    for provider, model in pairs:
        rules = [*_own_rules(provider, model, by_model), *shipped_rules(provider, model)]
        yield from stretches(provider, model, rules)


def _own_rules(
    provider: str | None, model: str, by_model: dict[tuple[str, str], list[PriceRow]]
) -> Iterator[PriceRule]:
    """The workspace's own prices of a model. Usage that names no provider takes those of the one provider that has the model."""
    if provider is not None:
        rows = by_model.get((provider.casefold(), model.casefold()), [])
    else:
        matches = [rows for (_, name), rows in by_model.items() if name == model.casefold()]
        rows = matches[0] if len(matches) == 1 else []
    for row in rows:
        yield own_rule(row)


def own_rule(row: PriceRow) -> PriceRule:
    """A row of the price book as a rule: its days begin and end at midnight UTC, as those of providers do."""
    window = None
    if row.time_from is not None and row.time_to is not None:
        window = (_minute(row.time_from), _minute(row.time_to))
    return PriceRule(
        PriceKind(row.kind), of_one(row.price, row.per), row.per, row.currency, "own", str(row.version),
        row.service_tier.lower() if row.service_tier else None,
        SHORTEST if row.over_tokens is None else row.over_tokens, window,
        _midnight(row.valid_from, EARLIEST), _midnight(row.valid_to, LATEST), row.id,
    )  # fmt: skip


def _minute(clock: str) -> int:
    return (int(clock[:2]) * 60 + int(clock[3:])) % DAY


def _midnight(day: date | None, otherwise: datetime) -> datetime:
    return (
        otherwise
        if day is None
        else min(max(datetime.combine(day, time(), EARLIEST.tzinfo), EARLIEST), LATEST)
    )


def _digest(own: Iterable[PriceRow], used: Iterable[Pair]) -> str:
    parts = [_MADE_BY, shipped_version(), *map(str, own), *map(str, used)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _named(name: str) -> Query:
    return load_query("orchflow.costs", name)
