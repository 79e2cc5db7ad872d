"""Hours of work and calls that are in no sum of cost: no hourly rate holds on the day of the ones, the others have no price."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from orchflow import format as fmt
from orchflow.metrics.comparison import ONLY_NOW
from orchflow.metrics.compiler import Rows, parts
from orchflow.metrics.metric import Dimension, Metric
from orchflow.warehouse.sql import Query

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

PRICE_THEM = "price them on Prices"
REMEDY = "add hourly rates on Costs"
UNTOLD = "without a rate that can be told"
"""What is said of hours to those who may not see hourly rates: they have none, or too few worked to tell a mean."""
UNCOUNTED = f"Hours {UNTOLD} are in no sum"
"""What those are told who may not see how many hours of single people that are."""


def unpriced(facts: Facts) -> str:
    """The hours of the period, within the filters, that lack an hourly rate, in words; empty where all have one.

    Who may not see figures of single people is told that there are some in the period, whatever the filters.
    """
    if facts.reach.known_from("expense_lines") is None or facts.told is None:
        return ""
    if facts.privacy.people:
        return in_words(_count(facts, facts.filters.narrowed), facts.privacy.rates)
    return UNCOUNTED if _count(facts, frozenset()) else ""


def in_words(hours: Decimal | None, rates: bool = True) -> str:
    """`Without an hourly rate: 12.5 hours; add hourly rates on Costs`; nothing where there are none.

    Who may not see hourly `rates` is told that none can be told.
    """
    if not hours:
        return ""
    return (
        f"Without an hourly rate: {fmt.hours(hours)}; {REMEDY}"
        if rates
        else f"{UNTOLD.capitalize()}: {fmt.hours(hours)}"
    )


def unpriced_calls(facts: Facts) -> str:
    """The calls of the period, within the filters, that have no price, in words; empty where all have one."""
    from orchflow.metrics.read import lines  # which says of every figure what is not in it

    if facts.reach.usage_from is None or not facts.tells("usage_lines"):
        return ""
    told = [line["unpriced_calls"] for line in lines(facts, ("unpriced_calls",))]
    if None in told:
        return f"Calls without a price are in no sum; {PRICE_THEM}"
    return f"Without a price: {fmt.quantity(sum(told), 'call')}; {PRICE_THEM}" if sum(told) else ""


def unpriced_of(facts: Facts, own: Metric) -> str:
    """`unpriced` and `unpriced_calls`, of a figure made of money in which the cost of such hours or calls is; of any other nothing."""
    if not of_money(own.key):
        return ""
    hours = facts.unpriced if counts_hours(own.key) else ""
    return " · ".join(filter(None, (facts.unpriced_calls if _counts_calls(own.key) else "", hours)))


@lru_cache(maxsize=256)
def of_money(key: str) -> bool:
    """Whether a figure is an amount, or a ratio that is made of amounts."""
    return any(part.unit == "money" for part in parts(key))


@lru_cache(maxsize=256)
def counts_hours(key: str) -> bool:
    """Whether the cost of hours is in a figure."""
    return any(
        part.base == "expense_lines" and (part.only is None or part.only[0] != "part" or "development" in part.only[1])
        for part in parts(key)
    )  # fmt: skip


@lru_cache(maxsize=256)
def _counts_calls(key: str) -> bool:
    own = parts(key)
    return any(
        (part.base == "usage_lines" and part.formula == "sum(cost)") or part.key == "agent_models"
        for part in own
    )


def _count(facts: Facts, narrowed: frozenset[Dimension]) -> Decimal:
    hours: Decimal | None = facts.warehouse.value(_query(narrowed), facts.params() | ONLY_NOW)
    return hours or Decimal(0)


@lru_cache(maxsize=64)
def _query(narrowed: frozenset[Dimension]) -> Query:
    rows = Rows("expense_lines", None, None, narrowed)
    text = f"-- one row: the hours that lack an hourly rate\nselect sum(unpriced_hours) as hours\nfrom (\n{rows.text('')}\n)"
    return Query.of("unpriced_hours", text)
