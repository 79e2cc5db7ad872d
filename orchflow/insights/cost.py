"""The cost of language models: figures, days, values of a dimension, and the calls behind a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from orchflow.errors import Forbidden
from orchflow.ingest.recording import Recording
from orchflow.metrics.catalogue import metric
from orchflow.metrics.compiler import dimensions
from orchflow.metrics.coverage import Coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import UNATTRIBUTED, Filters
from orchflow.metrics.metric import Dimension, Figure, share
from orchflow.metrics.privacy import SMALL_GROUPS
from orchflow.metrics.read import figures, lines, sql_of, table
from orchflow.metrics.sided import comparable as is_comparable
from orchflow.metrics.sided import compared_bases, unknown_narrowing
from orchflow.metrics.strips import STRIPS
from orchflow.metrics.unconverted import UnconvertedAmount
from orchflow.people.small_groups import ASK, SINGLE
from orchflow.warehouse.sql import load_query

CostDimension = Literal[
    "part", "provider", "service", "model", "agent", "team", "project", "organization", "user"
]  # fmt: skip
DIMENSIONS: dict[CostDimension, str] = {
    "part": "Part",
    "provider": "Provider",
    "service": "Service",
    "model": "Model",
    "agent": "Agent",
    "team": "Team",
    "project": "Project",
    "organization": "Organisation",
    "user": "User",
}
FIGURES = STRIPS["cost"]
ALSO = STRIPS["cost/also"]
A_MONTH = ("cost_per_agent_month", "own_cost_per_agent_month")
"""What the cost of an agent is told by beside: with its share of what names no agent, and without."""
COUNTED = ("calls", "tokens", "unpriced_calls")
COLUMNS = ("cost", *COUNTED)
OF_EXPENSES: tuple[CostDimension, ...] = ("part", "service", "team", "project")
"""What only other costs than those of models can be told apart by."""
WHOLE = {"total_cost": "cost", "previous_total_cost": "previous_cost"}
PROVENANCE = {
    "reported": "the source gave the amount",
    "priced": "worked out with the price book",
    "estimated": "an estimate for a local model",
    "unpriced": "no amount is known",
    "unused": "failed or blocked before anything was used: there is nothing to price",
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

    Cost is that of all parts. `by_day`: day, series, label, cost, and calls, tokens, unpriced_calls where calls are known by
    the dimension; no more than `SERIES_SHOWN` values, the rest pooled. `by_value`: every value with cost, previous_cost,
    delta, share, and the same of calls; the dearest first. `movers`: the part of it that moved, by size; empty when the periods cannot be compared.
    Of an agent it also has what it costs a month, with and without its share of what names no agent, and the part of the target.
    `unpriced` are the hours without an hourly rate, in words, `unpriced_calls` the calls without a price. `period` is the one that is told, `withheld` what of it is not.
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
    unpriced: str
    unpriced_calls: str
    period: Filters
    withheld: str


def cost_report(facts: Facts, dimension: CostDimension) -> CostReport:
    """The cost of the period, by `dimension`. Forbidden for single people's cost without the permission."""
    comparable = is_comparable(facts, "total_cost")
    by_value = _by_value(facts, dimension, comparable)
    moved = (
        by_value[[bool(delta) and delta == delta for delta in by_value["delta"]]]
        if len(by_value)
        else by_value
    )
    return CostReport(
        figures=figures(facts, FIGURES),
        lines=_lines(facts),
        by_day=cost_by_day(facts, dimension, by_value["value"], columns=_asked(dimension)).rename(
            columns=WHOLE
        ),
        by_value=by_value,
        movers=moved.iloc[sorted(range(len(moved)), key=lambda at: -abs(moved["delta"].iloc[at]))],
        comparable=comparable,
        compared_with=facts.comparison.in_words(*compared_bases(facts, "total_cost") or ("usage_lines",)),
        coverage=facts.reach,
        recording=facts.recording,
        computed_at=facts.now,
        sql=sql_of(facts, _asked(dimension), dimension),
        unconverted=facts.unconverted,
        unpriced=facts.unpriced,
        unpriced_calls=facts.unpriced_calls,
        period=facts.period,
        withheld=facts.withheld,
    )


def also_as(facts: Facts) -> tuple[Figure, ...]:
    """What the cost comes to beside: of an agent a month, of nobody's use, of a cache, in months of engineers, by what was done."""
    return figures(facts, ALSO)


def cost_by_day(
    facts: Facts, dimension: Dimension, dearest: pd.Series[str], top: int = SERIES_SHOWN, columns: Sequence[str] = COLUMNS
) -> pd.DataFrame:  # fmt: skip
    """Day, series, label and `columns`: the `top` first of `dearest`, what has no value, and small groups; all others are one."""
    shown = [value for value in dearest if value not in (UNATTRIBUTED, SMALL_GROUPS)][:top]
    frame = table(facts, columns, by=dimension, grain="day", shown=shown)
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


@dataclass(frozen=True)
class Expenses:
    """The rows of other costs behind a bar: the dearest `EVENTS_SHOWN` of `count`."""

    frame: pd.DataFrame
    count: int
    sql: str


def expenses_behind(facts: Facts, dimension: CostDimension, day: date, value: str | None) -> Expenses:
    """What is no call to a model of one day and one value of `dimension` (None: of all values), within the filters.

    Forbidden for those who may not see single people's figures: hours are one person's.
    """
    if not facts.privacy.people:
        raise Forbidden(SINGLE, ASK)
    params = facts.params() | {"dimension": dimension, "day": day, "value": value, "row_limit": EVENTS_SHOWN}
    query = load_query("orchflow.insights", "cost_expenses")
    frame = facts.warehouse.frame(query, params)
    for column in ("part", "agent", "team", "project"):
        frame[column] = [None if key is None else facts.names.of(column, key) for key in frame[column]]
    count = int(frame["count"].iloc[0]) if len(frame) else 0
    return Expenses(frame.drop(columns=["count"]), count, query.text)


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
    asked = _asked(dimension)
    counted = asked[1:]
    sides = {line["value"]: line for line in _lines_by(facts, asked, dimension, compared=True)}
    whole = (
        {line["value"]: line for line in _lines_by(facts, asked, dimension)}
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
                **{name: line.get(name, 0 if facts.privacy.people else None) for name in counted},
                "share": share(line.get("cost") or NOTHING, total) if line or facts.privacy.people else None,
                "previous_cost": before if compared else None,
                "delta": now - before if compared else None,
            }
        )
    columns = ["value", "cost", *counted, "share", "previous_cost", "delta"]
    if dimension == "agent" and not unknown_narrowing(facts, metric(A_MONTH[0])):
        columns += _a_month(facts, rows)
    return facts.names.label(pd.DataFrame(_dearest_first(rows), columns=columns), dimension)


def _a_month(facts: Facts, rows: list[dict[str, Any]]) -> list[str]:
    """Tell of each agent what it costs a month, and as a part of the target where one is kept; the names of the columns."""
    known = {line["value"]: line for line in lines(facts, A_MONTH, by="agent")}
    target = facts.target_of(A_MONTH[0])
    for row in rows:
        line = known.get(row["value"], {})
        row |= {key: line.get(key) for key in A_MONTH}
        row["of_target"] = (
            None if line.get(A_MONTH[0]) is None or not target else float(line[A_MONTH[0]] / Decimal(target))
        )
    return [*A_MONTH, *(["of_target"] if target else [])]


def _lacks_a_side(side: dict[str, Any]) -> bool:
    """Whether one of the periods has no such value, or, where small groups are withheld, none that is told."""
    sign = "calls" if "calls" in side else "cost"
    return side.get(sign) is None or side.get(f"previous_{sign}") is None


def _asked(dimension: CostDimension) -> tuple[str, ...]:
    """The figures of the screen by a dimension: cost of all parts, and of calls where they are known by it."""
    return ("total_cost", *(COUNTED if dimension in dimensions("calls") else ()))


def _lines_by(
    facts: Facts, keys: Sequence[str], dimension: CostDimension, *, compared: bool = False
) -> list[dict[str, Any]]:
    """Lines whose cost is that of all parts."""
    told = lines(facts, keys, by=dimension, compared=compared)
    return [{WHOLE.get(name, name): value for name, value in line.items()} for line in told]


def _dearest_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        rows,
        key=lambda row: (
            row["cost"] is None,
            -(row["cost"] or NOTHING),
            -(row.get("calls") or 0),
            row["value"],
        ),
    )
