"""The cost of language models: figures, days, values of a dimension, and the calls behind a bar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import sub
from typing import Any, Literal

import pandas as pd

from orchflow.metrics.coverage import Coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.metric import Dimension, Figure, share
from orchflow.metrics.read import figures, rows_of, sql_of, table
from orchflow.warehouse.sql import load_query

CostDimension = Literal["provider", "model", "agent", "organization", "user"]
DIMENSIONS: dict[CostDimension, str] = {
    "provider": "Provider",
    "model": "Model",
    "agent": "Agent",
    "organization": "Organisation",
    "user": "User",
}
FIGURES = ("cost", "cost_per_run", "tokens", "unattributed")
COLUMNS = ("cost", "calls", "tokens", "unpriced_calls")
PROVENANCE = {
    "reported": "the platform gave the amount",
    "priced": "worked out with the price book",
    "estimated": "an estimate for a local model",
    "unpriced": "no amount is known",
}
SERIES_SHOWN = 7
EVENTS_SHOWN = 200


@dataclass(frozen=True)
class Line:
    """Cost and calls of one provenance in the period."""

    provenance: str
    cost: Decimal | None
    calls: int
    share: float | None
    meaning: str


@dataclass(frozen=True)
class CostReport:
    """Everything on the Cost screen but the calls behind a bar.

    `by_day`: day, series, label, cost, calls, tokens, unpriced_calls; no more than `SERIES_SHOWN` values, the rest
    pooled. `by_value`: every value with cost, previous_cost, delta, share, calls, tokens, unpriced_calls; the dearest
    first. `movers`: the part of it that moved, by size; empty when the periods cannot be compared.
    """

    figures: tuple[Figure, ...]
    lines: tuple[Line, ...]
    by_day: pd.DataFrame
    by_value: pd.DataFrame
    movers: pd.DataFrame
    comparable: bool
    compared_with: str
    coverage: Coverage
    computed_at: datetime
    sql: str


def cost_report(facts: Facts, dimension: CostDimension) -> CostReport:
    """The cost of the period, by `dimension`. Forbidden for single people's cost without the permission."""
    comparable = facts.comparison.possible("usage_lines")
    by_value = _by_value(facts, dimension, comparable)
    moved = by_value[by_value["delta"].fillna(0) != 0] if comparable else by_value.iloc[:0]
    return CostReport(
        figures=figures(facts, FIGURES),
        lines=_lines(facts),
        by_day=cost_by_day(facts, dimension, by_value["value"]),
        by_value=by_value,
        movers=moved.sort_values("delta", key=lambda deltas: -deltas.abs()),
        comparable=comparable,
        compared_with=facts.comparison.in_words("usage_lines"),
        coverage=facts.reach,
        computed_at=facts.now,
        sql=sql_of(facts, COLUMNS, dimension),
    )


def cost_by_day(
    facts: Facts, dimension: Dimension, dearest: pd.Series[str], top: int = SERIES_SHOWN
) -> pd.DataFrame:
    """Day, series, label and `COLUMNS`: the `top` first of `dearest` and what has no value; all others are one."""
    shown = [value for value in dearest if value != "UNATTRIBUTED"][:top]
    frame = table(facts, COLUMNS, by=dimension, grain="day", shown=shown)
    frame = frame.rename(columns={"bucket": "day", "value": "series"})
    return facts.names.label(frame, dimension, "series")


def cost_by_value(facts: Facts, dimension: Dimension) -> pd.DataFrame:
    """Value, label and `COLUMNS`, the dearest first."""
    return facts.names.label(_dearest_first(table(facts, COLUMNS, by=dimension)), dimension)


@dataclass(frozen=True)
class Calls:
    """The calls behind a bar: the dearest `EVENTS_SHOWN` of `count`."""

    frame: pd.DataFrame
    count: int
    sql: str


def calls_behind(facts: Facts, dimension: CostDimension, day: date, value: str | None) -> Calls:
    """The calls of one day and one value of `dimension` (None: of all values), within the filters."""
    privacy = facts.privacy
    privacy.check(facts.filters, dimension)
    params = facts.params() | {
        "dimension": dimension, "day": day, "value": value, "people": privacy.people, "row_limit": EVENTS_SHOWN,
    }  # fmt: skip
    query = load_query("orchflow.insights", "cost_events")
    frame = facts.warehouse.frame(query, params)
    for column in ("agent", "organization") + (("user",) if privacy.people else ()):
        source = "user_id" if column == "user" else column
        frame[column] = [facts.names.of(column, key) for key in frame[source]]
    count = int(frame["count"].iloc[0]) if len(frame) else 0
    return Calls(frame.drop(columns=["count", "user_id"]), count, query.text)


def _lines(facts: Facts) -> tuple[Line, ...]:
    known = {line["value"]: line for line in rows_of(table(facts, ("cost", "calls"), by="provenance"))}
    calls = sum(line["calls"] for line in known.values())
    return tuple(
        Line(name, known[name]["cost"], known[name]["calls"], share(known[name]["calls"], calls), meaning)
        for name, meaning in PROVENANCE.items()
        if name in known
    )


def _by_value(facts: Facts, dimension: CostDimension, comparable: bool) -> pd.DataFrame:
    """Every value; `previous_cost` and `delta` are a day where the periods are of unequal length."""
    comparison = facts.comparison
    frame = table(facts, COLUMNS, by=dimension, compared=True).assign(compared=lambda moved: moved["cost"])
    if comparison.shortened:
        before = frame[["value", "compared", "previous_cost"]]
        frame = table(facts, COLUMNS, by=dimension).merge(before, how="outer", on="value")
    days, previous_days = (comparison.days, comparison.previous_days) if comparison.per_day else (1, 1)
    costs, compared, previous = (_costs(frame[name]) for name in ("cost", "compared", "previous_cost"))
    now = [cost / days for cost in compared]
    then = [cost / previous_days for cost in previous]
    unknown = [None] * len(frame)
    total = sum(costs, Decimal(0))
    frame = frame.assign(
        **{name: frame[name].fillna(0).astype("int64") for name in COLUMNS if name != "cost"},
        share=pd.Series([share(cost, total) for cost in costs], index=frame.index, dtype=float),
        previous_cost=pd.Series(then if comparable else unknown, index=frame.index, dtype=object),
        delta=pd.Series(
            list(map(sub, now, then)) if comparable else unknown, index=frame.index, dtype=object
        ),
    )
    return facts.names.label(_dearest_first(frame), dimension)


def _dearest_first(frame: pd.DataFrame) -> pd.DataFrame:
    costs = _costs(frame["cost"])
    known, calls, values = frame["cost"].notna(), frame["calls"], frame["value"]
    order = sorted(
        range(len(frame)), key=lambda at: (not known.iloc[at], -costs[at], -calls.iloc[at], values.iloc[at])
    )
    return frame.iloc[order].reset_index(drop=True)


def _costs(column: pd.Series[Any]) -> list[Decimal]:
    """Decimals, zero where none is known."""
    return [cost if isinstance(cost, Decimal) else Decimal(0) for cost in column]
