"""Whose cost is judged day by day: everything, each part, service and team of all costs, and each agent, model, provider and
organisation of what models cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchflow.metrics.filters import FILTERED, UNATTRIBUTED, Filters
from orchflow.metrics.queries import query
from orchflow.metrics.spending.anomaly_band import WINDOW, Judged, Least, judge
from orchflow.metrics.spending.daily import (
    BILLS_COME_WITHIN,
    DAY,
    IN_ALL,
    ArrowCells,
    Daily,
    before_it_begins,
    daily,
)

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts
    from orchflow.metrics.metric import Dimension

WORKSPACE = "workspace"
OF_MODELS: tuple[Dimension, ...] = ("agent", "model", "provider", "organization")
"""The dimensions whose values are scopes of what models cost, the most telling first."""
OF_ALL: tuple[Dimension, ...] = ("service", "team", "part")
"""Those whose values are scopes of all costs; what has no service or team is none."""
DIMENSIONS: tuple[Dimension, ...] = (*OF_MODELS, *OF_ALL)
MODELS_APART = ("provider", "model", "agent", "organization")
OTHERS_APART = ("part", "service", "team")


class Scopes:
    """Every scope day by day, and the days judged."""

    def __init__(self, facts: Facts, start: date, end: date, least: Least) -> None:
        self.facts, self.start, self.end = facts, start, end
        of = facts.over(Filters(start, end, sources=facts.filters.sources))
        narrowed = facts.filters.narrowed - {"source"}
        known = DIMENSIONS if facts.reach.expenses_from is not None else OF_MODELS
        wanted = [name for name in known if not narrowed or name in narrowed]
        first = max(start - DAY * WINDOW, facts.reach.usage_from or start - DAY * WINDOW)
        read = at_once if facts.privacy.people else one_by_one
        self.days: dict[str, Daily] = dict(read(of, wanted, not narrowed, first, end))
        self._wait_for_bills()
        self.judged: dict[str, Judged] = {
            name: judge(days.values, days.place(start), least, days.off(facts.calendar))
            for name, days in self.days.items()
            if days.keys
        }

    def told(self, dimension: str, value: str) -> bool:
        """Whether the filters choose this scope."""
        chosen = getattr(self.facts.filters, FILTERED[dimension]) if dimension in FILTERED else ()
        return not chosen or value in chosen

    def _wait_for_bills(self) -> None:
        """Days after the last that bills are of are not known of what they are a part of: they come later than calls."""
        newest = self.facts.warehouse.value(query("billed_until"), {"end": self.end})
        if newest is None or not self.end - DAY * BILLS_COME_WITHIN <= newest < self.end:
            return
        for name in (WORKSPACE, "service", "part"):
            if name in self.days:
                days = self.days[name]
                late = np.array([name != "part" or key == "infrastructure" for key in days.keys], dtype=bool)
                values = days.values.copy()
                values[np.ix_(late, np.arange(values.shape[1]) > days.place(newest))] = np.nan
                self.days[name] = replace(days, values=values)


def one_by_one(
    of: Facts, wanted: Sequence[Dimension], whole: bool, first: date, end: date
) -> Iterator[tuple[str, Daily]]:
    """As those are told who may not see small groups."""
    for name in wanted:
        days = daily(of, "cost" if name in OF_MODELS else "total_cost", first, end, name)
        yield name, _without(days, UNATTRIBUTED) if name in OF_ALL else days
    if whole:
        yield WORKSPACE, daily(of, "total_cost", first, end)


def at_once(
    of: Facts, wanted: Sequence[Dimension], whole: bool, first: date, end: date
) -> Iterator[tuple[str, Daily]]:
    """For those who may see small groups: each rollup is read once for all scopes."""
    asked: dict[str, Any] = {"start": first, "end": end, "sources": list(of.filters.sources) or None}
    models = of.warehouse.query(query("cost_of_models_by_scope"), asked)
    others = of.warehouse.query(query("cost_of_others_by_scope"), asked | {"rates": of.privacy.rates})
    for name in wanted:
        if name == "part":
            of_parts = _cells(_apart(models, MODELS_APART, ""), "llm")
            yield name, _of_cells(of_parts | _cells(_apart(others, OTHERS_APART, name)), first, end)
        elif name in OF_MODELS:
            yield name, _of_table(_apart(models, MODELS_APART, name), first, end)
        else:
            yield name, _of_table(_apart(others, OTHERS_APART, name), first, end)
    if whole:
        sums: dict[tuple[str, int], Decimal] = {}
        for table, order in ((models, MODELS_APART), (others, OTHERS_APART)):
            for at, amount in _cells(_apart(table, order, ""), IN_ALL).items():
                sums[at] = sums.get(at, Decimal(0)) + amount
        yield WORKSPACE, _of_cells(sums, first, end, begins=False)


def _apart(told: pa.Table, order: Sequence[str], name: str) -> pa.Table:
    """The rows of one dimension, its value in the column `value`; those of all where it is empty."""
    bits = (1 << len(order)) - 1 - (1 << (len(order) - 1 - order.index(name)) if name else 0)
    rows = told.take(np.flatnonzero(np.equal(told.column("apart").to_numpy(), bits)))
    kept = rows.select([*([name] if name else []), "place", "cost"]).drop_null()
    return kept.rename_columns(["value", "place", "cost"]) if name else kept


def _cells(told: pa.Table, all_are: str | None = None) -> dict[tuple[str, int], Decimal]:
    """By value and place; `all_are` where it is of all and has no value."""
    values = told.column("value").to_pylist() if all_are is None else [all_are] * told.num_rows
    places, sums = (told.column(column).to_pylist() for column in ("place", "cost"))
    return {
        (str(value), int(place or 0)): Decimal(cost or 0)
        for value, place, cost in zip(values, places, sums, strict=True)
    }


def _of_cells(exact: dict[tuple[str, int], Decimal], first: date, end: date, *, begins: bool = True) -> Daily:
    keys = tuple(sorted({value for value, _ in exact}))
    values = np.zeros((len(keys), (end - first).days + 1))
    for (value, place), amount in exact.items():
        values[keys.index(value), place] = amount
    if begins:
        before_it_begins(values)
    return Daily(first, end, keys, values, exact)


def _of_table(told: pa.Table, first: date, end: date) -> Daily:
    """As of cells, whose sums are made decimals only where somebody asks for them."""
    if not told.num_rows:
        return Daily(first, end, (), np.zeros((0, (end - first).days + 1)), {})
    encoded = told.column("value").combine_chunks().dictionary_encode()
    names = list(map(str, encoded.dictionary.to_pylist()))
    keys = tuple(sorted(names))
    rows = np.array([keys.index(name) for name in names])[encoded.indices.to_numpy()]
    places = told.column("place").to_numpy()
    values = np.zeros((len(keys), (end - first).days + 1))
    values[rows, places] = pc.cast(told.column("cost"), pa.float64()).to_numpy()
    before_it_begins(values)
    return Daily(first, end, keys, values, ArrowCells(keys, rows, places, told.column("cost")))


def _without(days: Daily, value: str) -> Daily:
    kept = [number for number, key in enumerate(days.keys) if key != value]
    return replace(days, keys=tuple(days.keys[number] for number in kept), values=days.values[kept])
