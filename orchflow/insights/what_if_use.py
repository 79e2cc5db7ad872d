"""What a what-if starts from: the models' use in the last full month, and the prices in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from orchflow.errors import Invalid, Problem
from orchflow.insights.cents import NOTHING, smallest_coin
from orchflow.insights.what_if import KINDS, Changes, Key, Outcome, Price, Tokens, what_if
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import UNATTRIBUTED, Filters
from orchflow.metrics.privacy import SMALL_GROUPS
from orchflow.metrics.read import lines
from orchflow.metrics.spending.daily import DAY, NO_USAGE, last_known
from orchflow.people.small_groups import WITHHELD
from orchflow.warehouse.sql import load_query

FIGURES = (
    "cost", "calls", "input_tokens", "cached_input_tokens", "cache_write_input_tokens", "output_tokens",
)  # fmt: skip
PACKAGE = "orchflow.insights"


@dataclass(frozen=True)
class Base:
    """The use of the month from `start` to `end` by provider and model, what it was `reported` to cost, and the prices in force
    of every model that is used or has a price; or why there is none (`missing`). `pooled`: the part of the reported cost of small
    groups, which is in no model."""

    start: date
    end: date
    use: dict[Key, Tokens]
    prices: dict[Key, Price]
    reported: Decimal
    pooled: Decimal
    missing: str = ""


def what_if_base(facts: Facts) -> Base:
    """What the part that the filters choose used in the last month that is known whole."""
    prices = prices_now(facts)
    last = last_known(facts)
    if last is None:
        nothing = NO_USAGE if facts.reach.usage_from is None or facts.privacy.people else WITHHELD
        return Base(facts.today, facts.today, {}, prices, NOTHING, NOTHING, nothing)
    end = min(facts.today, last + DAY).replace(day=1) - DAY
    start = end.replace(day=1)
    month = facts.over(replace(facts.filters, start=start, end=end))
    use, reported, pooled = _use(month)
    missing = "" if use else f"No use of models is known of {start:%B %Y}, the last full month"
    return Base(start, end, use, prices, reported, pooled, missing)


def what_if_of(facts: Facts, changes: Changes, base: Base | None = None) -> Outcome:
    """What the last full month would cost with these changes, at the prices in force. Invalid where it cannot be said."""
    base = base or what_if_base(facts)
    if base.missing:
        raise Invalid([Problem(None, "month", base.missing)], "Load the usage of a whole month first.")
    return what_if(base.use, base.prices, changes, smallest_coin(facts.ws.currency))


def prices_now(facts: Facts) -> dict[Key, Price]:
    """What one token costs now in the workspace's currency, by provider and model; a price that changes by the hour as its mean
    over the hours for which one is known."""
    warehouse = facts.warehouse
    rows = warehouse.query(load_query(PACKAGE, "prices_now"), {"now": facts.now}).to_pylist()
    asked = {"currency": facts.ws.currency, "day": facts.today}
    rates = {
        rate["currency"]: Decimal(rate["times"]) / Decimal(rate["per"])
        for rate in warehouse.query(load_query(PACKAGE, "rates_now"), asked).to_pylist()
    }
    rates[facts.ws.currency] = Decimal(1)
    sums: dict[Key, dict[str, Decimal]] = defaultdict(dict)
    known: dict[tuple[Key, str], int] = defaultdict(int)
    origins: dict[Key, str] = {}
    for row in rows:
        rate = rates.get(row["currency"])
        if rate is None:
            continue
        key = (row["provider"] or UNATTRIBUTED, row["model"])
        part = Decimal(row["price"]) * rate * row["minutes"]
        sums[key][row["kind"]] = sums[key].get(row["kind"], NOTHING) + part
        known[key, row["kind"]] += row["minutes"]
        origins[key] = row["origin"]
    means = {
        key: {kind: part / known[key, kind] for kind, part in kinds.items()} for key, kinds in sums.items()
    }
    return {key: Price(**kinds, origin=origins[key]) for key, kinds in means.items()}


def read_key(text: str, keys: Iterable[Key]) -> Key | None:
    """The model that `provider/model`, or the name of a model that only one provider has, means; None for *all*. Invalid for others."""
    if text.strip().lower() == "all":
        return None
    known = sorted(set(keys))
    matches = [key for key in known if text in ("/".join(key), key[1])]
    exact = [key for key in matches if "/".join(key) == text]
    if len(exact or matches) == 1:
        return (exact or matches)[0]
    words = (
        f"is not one model: {', '.join('/'.join(key) for key in matches)}"
        if matches
        else "is no model that is known"
    )
    raise Invalid(
        [Problem(None, "model", f"{text!r} {words}")],
        f"Use one of {', '.join('/'.join(key) for key in known)}.",
    )


def _use(month: Facts) -> tuple[dict[Key, Tokens], Decimal, Decimal]:
    """The use by provider and model, what all of it was reported to cost, and what of that is told of no model."""
    use: dict[Key, Tokens] = {}
    pooled = NOTHING
    providers = lines(month, ("cost",), by="provider")
    for provider in providers:
        name = provider["value"]
        if name == SMALL_GROUPS:
            pooled += provider["cost"] or NOTHING
            continue
        narrowed: Filters = replace(month.filters, providers=(name,))
        for row in lines(month.over(narrowed), FIGURES, by="model"):
            if row["value"] == SMALL_GROUPS:
                pooled += row["cost"] or NOTHING
            else:
                use[name, row["value"]] = _tokens(row)
    reported = sum((provider["cost"] or NOTHING for provider in providers), NOTHING)
    return use, reported, pooled


def _tokens(row: dict[str, Any]) -> Tokens:
    read, cached, write, output = (Decimal(row[name] or 0) for name in FIGURES[2:])
    parts = dict(zip(KINDS, (max(read - cached - write, NOTHING), cached, write, output), strict=True))
    return Tokens(calls=Decimal(row["calls"] or 0), **parts)


def changes_of(asked: dict[str, Any], base: Base) -> Changes:
    """The changes that a document asks for, its models written as `provider/model` or *all*; numbers are factors and shares of one."""
    from orchflow.insights.what_if import Shift

    used, priced = base.use.keys(), base.use.keys() | base.prices.keys()
    by_model = {
        name: {read_key(each["model"], used): _number(each["value"], name) for each in asked.get(name) or ()}
        for name in ("volume", "cached", "prices")
    }
    shifts = []
    for each in asked.get("shifts") or ():
        of, to = read_key(each["of"], used), read_key(each["to"], priced)
        if of is None or to is None:
            raise Invalid([Problem(None, "shifts", "is from one model to another, not of all")], "Name both.")
        shifts.append(Shift(of, to, _number(each["share"], "shifts")))
    return Changes(by_model["volume"], tuple(shifts), by_model["cached"], by_model["prices"])


def _number(value: Any, field: str) -> Decimal:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        number = Decimal("nan")
    if not number.is_finite():
        raise Invalid([Problem(None, field, f"{value!r} is no number")], "Write it like 1.2.")
    return number
