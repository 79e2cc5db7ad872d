"""Amounts that are in no sum of cost, since no rate of exchange into the workspace's currency holds on their day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from orchflow import format as fmt
from orchflow.metrics.filters import FILTERED
from orchflow.metrics.queries import rows
from orchflow.workspace import Workspace

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts


@dataclass(frozen=True)
class Unconverted:
    """What lacks a rate in one currency; `amount` is in it, `said` tells it to people."""

    currency: str
    amount: Decimal
    rows: int
    said: str

    @classmethod
    def of(cls, currency: str, amount: Decimal, rows: int) -> Unconverted:
        """With its words: `Not converted: 1,200.00 GBP, 31 rows; add a rate`."""
        return cls(
            currency,
            amount,
            rows,
            f"Not converted: {fmt.number(amount, digits=2)} {currency}, {fmt.quantity(rows, 'row')}; add a rate",
        )


def unconverted(facts: Facts) -> tuple[Unconverted, ...]:
    """What of the period, within the filters, lacks a rate; a line for each currency, most rows first."""
    facts.privacy.check(facts.filters)
    found = rows(facts.warehouse, "unconverted", facts.params())
    return tuple(Unconverted.of(**line) for line in found)


def every_unconverted(ws: Workspace) -> tuple[Unconverted, ...]:
    """What of all days and sources lacks a rate."""
    everything = {"start": date.min, "end": date.max, "pooled": None, **dict.fromkeys(FILTERED.values())}
    return tuple(Unconverted.of(**line) for line in rows(ws.warehouse, "unconverted", everything))


def in_short(lines: Sequence[Unconverted]) -> str:
    """All of it on one line; nothing where there is none."""
    if len(lines) < 2:
        return "".join(line.said for line in lines)
    return f"Not converted: {len(lines)} currencies, {fmt.quantity(sum(line.rows for line in lines), 'row')}; add rates"
