"""The cost of language models: figures, days, values of a dimension, and the calls behind a bar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from orchflow.errors import Forbidden
from orchflow.ingest.recording import Recording
from orchflow.metrics.coverage import Coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import UNATTRIBUTED, Filters
from orchflow.metrics.metric import Dimension, Figure, share
from orchflow.metrics.privacy import SMALL_GROUPS
from orchflow.metrics.read import figures, lines, sql_of, table
from orchflow.metrics.strips import STRIPS
from orchflow.metrics.unconverted import UnconvertedAmount
from orchflow.people.small_groups import ASK, SINGLE
from orchflow.warehouse.sql import load_query

CostDimension = Literal["provider", "model", "agent", "organization", "user"]
DIMENSIONS: dict[CostDimension, str] = {
    "provider": "Provider",
    "model": "Model",
    "agent": "Agent",
    "organization": "Organisation",
    "user": "User",
}
FIGURES = STRIPS["cost"]
COLUMNS = ("cost", "calls", "tokens", "unpriced_calls")
PROVENANCE = {
    "reported": "the source gave the amount",
    "priced": "worked out with the price book",
    "estimated": "an estimate for a local model",
    "unpriced": "no amount is known",
}
SERIES_SHOWN = 7
NOTHING = Decimal(0)
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
    `period` is the one that is told, `withheld` what of it is not.
    """

    figures: tuple[Figure, ...]
    lines: tuple[Line, ...]
    by_day: pd.DataFrame
    by_value: pd.DataFrame
    movers: pd.DataFrame
    comparable: bool
    compared_with: str
    coverage: Coverage
    recording: Recording
    computed_at: datetime
    sql: str
    unconverted: tuple[UnconvertedAmount, ...]
    period: Filters
    withheld: str


def cost_report(facts: Facts, dimension: CostDimension) -> CostReport:
    """The cost of the period, by `dimension`. Forbidden for single people's cost without the permission."""
    comparable = facts.comparison.possible("usage_lines")
    by_value = _by_value(facts, dimension, comparable)
    moved = (
        by_value[[bool(delta) and delta == delta for delta in by_value["delta"]]]
        if len(by_value)
        else by_value
    )
    return CostReport(
        figures=figures(facts, FIGURES),
        lines=_lines(facts),
        by_day=cost_by_day(facts, dimension, by_value["value"]),
        by_value=by_value,
        movers=moved.iloc[sorted(range(len(moved)), key=lambda at: -abs(moved["delta"].iloc[at]))],
        comparable=comparable,
        compared_with=facts.comparison.in_words("usage_lines"),
        coverage=facts.reach,
        recording=facts.recording,
        computed_at=facts.now,
        sql=sql_of(facts, COLUMNS, dimension),
        unconverted=facts.unconverted,
        period=facts.period,
        withheld=facts.withheld,
    )


def cost_by_day(
    facts: Facts, dimension: Dimension, dearest: pd.Series[str], top: int = SERIES_SHOWN
) -> pd.DataFrame:
    """Day, series, label and `COLUMNS`: the `top` first of `dearest`, what has no value, and small groups; all others are one."""
    shown = [value for value in dearest if value not in (UNATTRIBUTED, SMALL_GROUPS)][:top]
    frame = table(facts, COLUMNS, by=dimension, grain="day", shown=shown)
    frame = frame.rename(columns={"bucket": "day", "value": "series"})
    return facts.names.label(frame, dimension, "series")


def cost_by_value(facts: Facts, dimension: Dimension) -> pd.DataFrame:
    """Value, label and `COLUMNS`, the dearest first."""
    rows = _dearest_first(lines(facts, COLUMNS, by=dimension))
    return facts.names.label(pd.DataFrame(rows, columns=["value", *COLUMNS]), dimension)


@dataclass(frozen=True)
class Calls:
    """The rows behind a bar: the dearest `EVENTS_SHOWN` of `count`, which tell of so many `calls`."""

    frame: pd.DataFrame
    count: int
    calls: int
    sql: str


def calls_behind(facts: Facts, dimension: CostDimension, day: date, value: str | None) -> Calls:
    """The calls of one day and one value of `dimension` (None: of all values), within the filters.

    Forbidden for those who may not see single people's figures: each call is one person's.
    """
    if not facts.privacy.people:
        raise Forbidden(SINGLE, ASK)
    params = facts.params() | {"dimension": dimension, "day": day, "value": value, "row_limit": EVENTS_SHOWN}
    query = load_query("orchflow.insights", "cost_events")
    frame = facts.warehouse.frame(query, params)
    for column, source in (("agent", "agent"), ("organization", "organization"), ("user", "user_id")):
        frame[column] = [facts.names.of(column, key) for key in frame[source]]
    count, all_calls = (int(frame[name].iloc[0]) if len(frame) else 0 for name in ("count", "all_calls"))
    return Calls(frame.drop(columns=["count", "all_calls", "user_id"]), count, all_calls, query.text)


def _lines(facts: Facts) -> tuple[Line, ...]:
    known = {line["value"]: line for line in lines(facts, ("cost", "calls"), by="provenance")}
    calls = sum(line["calls"] for line in known.values())
    return tuple(
        Line(name, known[name]["cost"], known[name]["calls"], share(known[name]["calls"], calls), meaning)
        for name, meaning in PROVENANCE.items()
        if name in known and (known[name]["calls"] or known[name]["cost"])
    )


def _by_value(facts: Facts, dimension: CostDimension, comparable: bool) -> pd.DataFrame:
    """Every value; `previous_cost` and `delta` are a day where the periods are of unequal length."""
    comparison = facts.comparison
    sides = {line["value"]: line for line in lines(facts, COLUMNS, by=dimension, compared=True)}
    whole = (
        {line["value"]: line for line in lines(facts, COLUMNS, by=dimension)}
        if comparison.shortened
        else sides
    )
    total = sum((line["cost"] or NOTHING for line in whole.values()), NOTHING)
    rows = []
    for value in sides.keys() | whole.keys():
        line, side = whole.get(value, {}), sides.get(value, {})
        now, before = comparison.a_day(side.get("cost") or NOTHING, side.get("previous_cost") or NOTHING)
        compared = comparable and (facts.privacy.people or not _lacks_a_side(side))
        rows.append(
            {
                "value": value,
                "cost": line.get("cost"),
                **{
                    name: line.get(name, 0 if facts.privacy.people else None)
                    for name in COLUMNS
                    if name != "cost"
                },
                "share": share(line.get("cost") or NOTHING, total) if line or facts.privacy.people else None,
                "previous_cost": before if compared else None,
                "delta": now - before if compared else None,
            }
        )
    columns = ["value", *COLUMNS, "share", "previous_cost", "delta"]
    return facts.names.label(pd.DataFrame(_dearest_first(rows), columns=columns), dimension)


def _lacks_a_side(side: dict[str, Any]) -> bool:
    """Whether one of the periods has no such value, or, where small groups are withheld, none that is told."""
    return side.get("calls") is None or side.get("previous_calls") is None


def _dearest_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        rows,
        key=lambda row: (row["cost"] is None, -(row["cost"] or NOTHING), -(row["calls"] or 0), row["value"]),
    )
