"""Whose cost is judged day by day: everything, each part, service and team of all costs, and each agent, model, provider and
organisation of what models cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from orchflow.metrics.filters import FILTERED, UNATTRIBUTED, Filters
from orchflow.metrics.queries import query
from orchflow.metrics.spending.anomaly_band import WEEKDAYS, WINDOW, Judged, Least, judge
from orchflow.metrics.spending.daily import DAY, ArrowCells, Daily, before_it_begins, daily

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts
    from orchflow.metrics.metric import Dimension

WORKSPACE = "workspace"
OF_MODELS: tuple[Dimension, ...] = ("agent", "model", "provider", "organization")
"""The dimensions whose values are scopes of what models cost, the most telling first."""
OF_ALL: tuple[Dimension, ...] = ("service", "team", "part")
"""Those whose values are scopes of all costs; what has no service or team is none."""
DIMENSIONS: tuple[Dimension, ...] = (*OF_MODELS, *OF_ALL)
MOST_LATE = DAY * 5 * WEEKDAYS
"""Bills that are later than that come no more."""


class Scopes:
    """Every scope day by day, and the days judged."""

    def __init__(self, facts: Facts, start: date, end: date, least: Least) -> None:
        self.facts, self.start, self.end = facts, start, end
        of = facts.over(Filters(start, end, sources=facts.filters.sources))
        narrowed = facts.filters.narrowed - {"source"}
        known = DIMENSIONS if facts.reach.expenses_from is not None else OF_MODELS
        wanted = [name for name in known if not narrowed or name in narrowed]
        first = max(start - DAY * WINDOW, facts.reach.usage_from or start - DAY * WINDOW)
        read = in_one_query if facts.privacy.people else one_by_one
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
        if newest is None or not self.end - MOST_LATE <= newest < self.end:
            return
        for name in (WORKSPACE, "service", "part"):
            if name in self.days:
                days = self.days[name]
                late = np.array([name != "part" or key == "infrastructure" for key in days.keys], dtype=bool)
                values = days.values.copy()
                values[np.ix_(late, np.arange(values.shape[1]) > days.place(newest))] = np.nan
                self.days[name] = replace(days, values=values)


def one_by_one(
    of: Facts, wanted: list[Dimension], whole: bool, first: date, end: date
) -> Iterator[tuple[str, Daily]]:
    """As those are told who may not see small groups."""
    for name in wanted:
        days = daily(of, "cost" if name in OF_MODELS else "total_cost", first, end, name)
        yield name, _without(days, UNATTRIBUTED) if name in OF_ALL else days
    if whole:
        yield WORKSPACE, daily(of, "total_cost", first, end)


def in_one_query(
    of: Facts, wanted: list[Dimension], whole: bool, first: date, end: date
) -> Iterator[tuple[str, Daily]]:
    """For those who may see everything: the rollups are read once for all scopes."""
    asked: dict[str, Any] = {"start": first, "end": end, "sources": list(of.filters.sources) or None}
    told: pa.Table = of.warehouse.query(query("cost_by_scope"), asked).combine_chunks()
    scopes = told.column("dimension").combine_chunks().dictionary_encode()
    named, numbers = scopes.dictionary.to_pylist(), scopes.indices.to_numpy()
    for name in (*wanted, *((WORKSPACE,) if whole else ())):
        number = named.index(name) if name in named else len(named)
        begin, stop = np.searchsorted(numbers, [number, number + 1])
        yield name, _daily(told.slice(int(begin), int(stop - begin)), first, end, apart=name != WORKSPACE)


def _daily(told: pa.Table, first: date, end: date, *, apart: bool) -> Daily:
    values = np.zeros((0, (end - first).days + 1))
    if not told.num_rows:
        return Daily(first, end, (), values, {})
    encoded = told.column("value").combine_chunks().dictionary_encode()
    keys, rows = tuple(map(str, encoded.dictionary.to_pylist())), encoded.indices.to_numpy()
    places = told.column("place").to_numpy()
    values = np.zeros((len(keys), (end - first).days + 1))
    values[rows, places] = told.column("amount").to_numpy()
    if apart:
        before_it_begins(values)
    return Daily(first, end, keys, values, ArrowCells(keys, rows, places, told.column("cost")))


def _without(days: Daily, value: str) -> Daily:
    kept = [number for number, key in enumerate(days.keys) if key != value]
    return replace(days, keys=tuple(days.keys[number] for number in kept), values=days.values[kept])
