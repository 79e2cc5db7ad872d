"""Prices as stretches: for every model the times, hours, lengths of input and service tiers between which nothing changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

import pyarrow as pa

from orchflow.costs.price_kinds import DAY, EARLIEST, LATEST, SHORTEST, PriceKind, PriceRule


@dataclass(frozen=True)
class PriceStretch:
    """What one unit of `kind` costs of the calls it holds of, in the columns of the warehouse's table `price_stretches`."""

    provider: str | None
    model: str
    kind: str
    service_tier: str | None
    over_tokens: int
    to_tokens: int | None
    from_minute: int
    until_minute: int
    from_at: datetime
    until_at: datetime
    price: Decimal
    unit_size: int
    currency: str
    origin: str
    origin_version: str
    price_id: int | None


def stretches(provider: str | None, model: str, rules: Sequence[PriceRule]) -> Iterator[PriceStretch]:
    """The prices of one model without overlaps: every kind of use is cut at the same places, so that of a call one place holds."""
    tiers = [None, *sorted({rule.service_tier for rule in rules if rule.service_tier is not None})]
    lengths = sorted({SHORTEST, *(rule.over_tokens for rule in rules)})
    minutes = sorted({0, *(minute for rule in rules for minute in rule.minutes or ())} - {DAY})
    instants = sorted({EARLIEST, LATEST, *(at for rule in rules for at in (rule.from_at, rule.until_at))})
    ranked = sorted(rules, key=lambda rule: rule.rank, reverse=True)
    for from_at, until_at in pairwise(instants):
        in_time = [rule for rule in ranked if rule.from_at <= from_at < rule.until_at]
        for from_minute, until_minute in pairwise([*minutes, DAY]):
            for over, to in zip(lengths, [*lengths[1:], None], strict=True):
                for tier in tiers:
                    chosen: dict[PriceKind, PriceRule] = {}
                    for rule in in_time:
                        if rule.kind not in chosen and rule.holds(tier, over, from_minute, from_at):
                            chosen[rule.kind] = rule
                    for kind, rule in chosen.items():
                        yield PriceStretch(
                            provider, model, kind.value, tier, over, to, from_minute, until_minute, from_at, until_at,
                            rule.price, rule.unit_size, rule.currency, rule.origin, rule.origin_version, rule.price_id,
                        )  # fmt: skip


def as_table(rows: Iterable[PriceStretch]) -> pa.Table:
    """The rows for the warehouse."""
    instant = pa.timestamp("us", "UTC")
    kinds: dict[str, pa.DataType] = {
        "from_at": instant, "until_at": instant, "price": pa.decimal128(38, 18), "over_tokens": pa.int64(),
        "to_tokens": pa.int64(), "from_minute": pa.int16(), "until_minute": pa.int16(), "unit_size": pa.int64(),
        "price_id": pa.int64(),
    }  # fmt: skip
    schema = pa.schema([(field.name, kinds.get(field.name, pa.string())) for field in fields(PriceStretch)])
    columns = list(zip(*map(astuple, rows), strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
