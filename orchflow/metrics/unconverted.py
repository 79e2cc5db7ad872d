"""Amounts that are in no sum of cost, since no rate of exchange into the workspace's currency holds on their day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from orchflow import format as fmt
from orchflow.costs.hourly_rates import may_see_rates
from orchflow.metrics.comparison import ONLY_NOW
from orchflow.metrics.compiler import Rows, withheld
from orchflow.metrics.filters import FILTERED
from orchflow.metrics.metric import Base, Dimension
from orchflow.metrics.privacy import SMALL_GROUPS
from orchflow.metrics.queries import row
from orchflow.people.permissions import Actor
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

MONEY: tuple[Base, ...] = ("usage_lines", "expense_lines")
"""The bases whose rows are of money."""


@dataclass(frozen=True)
class UnconvertedAmount:
    """What lacks a rate in one currency; `amount` is in it, `said` tells it to people.

    What may not be told of small groups is one line of no currency, SMALL_GROUPS, without an amount.
    """

    currency: str
    amount: Decimal | None
    rows: int
    said: str

    @classmethod
    def of(cls, currency: str, amount: Decimal, rows: int) -> UnconvertedAmount:
        """With its words: `Not converted: 1,200.00 GBP, 31 rows; add a rate`."""
        small = currency == SMALL_GROUPS
        what = "small groups" if small else f"{fmt.number(amount, digits=2)} {currency}"
        said = f"Not converted: {what}, {fmt.quantity(rows, 'row')}; add a rate"
        return cls(currency, None if small else amount, rows, said)

    @property
    def what(self) -> str:
        """The amount with its currency."""
        return (
            "Small groups" if self.amount is None else f"{fmt.number(self.amount, digits=2)} {self.currency}"
        )


def unconverted(facts: Facts, base: Base) -> tuple[UnconvertedAmount, ...]:
    """What of the period, within the filters, lacks a rate; a line for each currency, most rows first."""
    facts.privacy.check(facts.filters)
    if facts.told is None or facts.reach.known_from(base) is None:
        return ()
    if not row(facts.warehouse, "unconverted_bases", facts.params())[base]:
        return ()
    query = _query(base, facts.filters.narrowed, facts.privacy.people)
    return _lines(facts.warehouse, query, facts.params() | ONLY_NOW)


def every_unconverted(ws: Workspace, actor: Actor) -> tuple[UnconvertedAmount, ...]:
    """What of all days and sources lacks a rate; hours of single people are in it for those who may see what these cost."""
    everything = {
        "start": date.min,
        "end": date.max,
        "rates": may_see_rates(actor),
        **dict.fromkeys(FILTERED.values()),
        **ONLY_NOW,
    }
    lines = (_lines(ws.warehouse, _query(base, frozenset(), True), everything) for base in MONEY)
    return together(line for of_base in lines for line in of_base)


def together(lines: Iterable[UnconvertedAmount]) -> tuple[UnconvertedAmount, ...]:
    """One line for each currency, most rows first."""
    by_currency: dict[str, list[UnconvertedAmount]] = {}
    for line in lines:
        by_currency.setdefault(line.currency, []).append(line)
    sums = [
        UnconvertedAmount.of(
            currency, sum((line.amount or Decimal(0) for line in same), Decimal(0)), sum(line.rows for line in same)
        )
        for currency, same in by_currency.items()
    ]  # fmt: skip
    return tuple(sorted(sums, key=lambda line: (-line.rows, line.currency)))


def in_short(lines: Sequence[UnconvertedAmount]) -> str:
    """All of it on one line; nothing where there is none."""
    if len(lines) < 2:
        return "".join(line.said for line in lines)
    return f"Not converted: {len(lines)} currencies, {fmt.quantity(sum(line.rows for line in lines), 'row')}; add rates"


def _lines(warehouse: Warehouse, query: Query, params: Mapping[str, Any]) -> tuple[UnconvertedAmount, ...]:
    return tuple(UnconvertedAmount.of(**line) for line in warehouse.query(query, params).to_pylist())


@lru_cache(maxsize=64)
def _query(base: Base, narrowed: frozenset[Dimension], small_told: bool) -> Query:
    rows = Rows(base, "currency", None, narrowed, small_told=small_told)
    tables = withheld([rows])
    # hours without a cost are not among those whose people are counted
    of_nobody = " and user_id is null" if base == "expense_lines" and not small_told else ""
    text = (
        "-- one row is one currency in which something of the period is that has no rate of exchange: its amount and rows\n"
        + (f"with {', '.join(tables)}\n" if tables else "")
        + "select value as currency, sum(unconverted_amount) as amount, sum(unconverted)::bigint as rows\n"
        f"from (\n{rows.text('')}\n)\nwhere unconverted > 0{of_nobody}\ngroup by value\norder by rows desc, currency"
    )
    return Query.of("unconverted", text)
