"""The cost of language models: figures, days, values of a dimension, and the calls behind a bar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from orchflow import clock
from orchflow.insights import definitions
from orchflow.insights.coverage import Coverage, comparison, coverage
from orchflow.insights.figures import Figure, share
from orchflow.insights.filters import Filters, period_in_words
from orchflow.insights.names import read_names
from orchflow.insights.privacy import Privacy
from orchflow.insights.queries import query, read, rows
from orchflow.warehouse.database import Warehouse

Dimension = Literal["provider", "model", "agent", "organization", "user"]
DIMENSIONS: dict[Dimension, str] = {
    "provider": "Provider",
    "model": "Model",
    "agent": "Agent",
    "organization": "Organisation",
    "user": "User",
}
SERIES_SHOWN = 7
EVENTS_SHOWN = 200
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Line:
    """Cost, calls and tokens of one provenance in the period."""

    provenance: str
    cost: Decimal | None
    calls: int
    share: float | None
    meaning: str


@dataclass(frozen=True)
class Loose:
    """What of the period's cost belongs to no agent, and how many of its calls have no price."""

    cost: Decimal
    unattributed: Decimal
    calls: int
    unpriced_calls: int


@dataclass(frozen=True)
class CostReport:
    """Everything on the Cost screen but the calls behind a bar.

    `by_day`: day, value, label, cost, calls, tokens, unpriced_calls; no more than `SERIES_SHOWN` values, the rest
    pooled. `by_value`: every value with cost, previous_cost, delta, share, calls, tokens, unpriced_calls; the dearest
    first. `movers`: the part of it that moved, by size; empty when the periods cannot be compared.
    """

    figures: tuple[Figure, ...]
    lines: tuple[Line, ...]
    loose: Loose
    by_day: pd.DataFrame
    by_value: pd.DataFrame
    movers: pd.DataFrame
    comparable: bool
    compared_with: str
    coverage: Coverage
    computed_at: datetime
    sql: str


def cost_report(warehouse: Warehouse, filters: Filters, dimension: Dimension, privacy: Privacy) -> CostReport:
    """The cost of the period, by `dimension`. Forbidden for single people's cost without the permission."""
    privacy.check(filters, dimension)
    params = filters.params() | privacy.params() | {"dimension": dimension, "top": SERIES_SHOWN}
    reach = coverage(warehouse)
    comparable, compared_with = comparison(filters, reach.usage_from)
    names = read_names(warehouse, privacy)
    by_day = names.label(read(warehouse, "cost_by_day", params).to_pandas(), dimension, "series")
    by_value = _with_deltas(
        names.label(read(warehouse, "cost_by_value", params).to_pandas(), dimension), comparable
    )
    totals = _totals(rows(warehouse, "cost_totals", params))
    runs = {entry["period"]: int(entry["runs"] or 0) for entry in rows(warehouse, "run_totals", params)}
    stamps = {"as_of": reach.usage_as_of, "computed_at": clock.now(), "note": compared_with}
    return CostReport(
        figures=(
            _cost(totals, by_day, comparable, stamps),
            _cost_per_run(totals, runs, filters, reach, stamps),
            _tokens(totals, by_day, comparable, stamps),
            _unattributed(totals, comparable, stamps),
        ),
        lines=_lines(totals["current"]),
        loose=_loose(totals["current"]),
        by_day=by_day,
        by_value=by_value,
        movers=_movers(by_value) if comparable else by_value.iloc[:0],
        comparable=comparable,
        compared_with=compared_with,
        coverage=reach,
        computed_at=clock.now(),
        sql=query("cost_by_value").text,
    )


@dataclass(frozen=True)
class Calls:
    """The calls behind a bar: the dearest `EVENTS_SHOWN` of `found`."""

    frame: pd.DataFrame
    found: int
    sql: str


def calls_behind(
    warehouse: Warehouse,
    filters: Filters,
    dimension: Dimension,
    privacy: Privacy,
    day: date,
    value: str | None,
) -> Calls:
    """The calls of one day and one value of `dimension` (None: of all values), within the filters."""
    privacy.check(filters, dimension)
    params = filters.params() | privacy.params() | {
        "dimension": dimension, "day": day, "value": value, "people": privacy.people, "row_limit": EVENTS_SHOWN,
    }  # fmt: skip
    frame = read(warehouse, "cost_events", params).to_pandas()
    names = read_names(warehouse, privacy)
    for column in ("agent", "organization") + (("user",) if privacy.people else ()):
        source = "user_id" if column == "user" else column
        frame[column] = [names.of(column, key) for key in frame[source]]
    found = int(frame["found"].iloc[0]) if len(frame) else 0
    return Calls(frame.drop(columns=["found", "user_id"]), found, query("cost_events").text)


@dataclass
class _Total:
    cost: Decimal = NOTHING
    tokens: int = 0
    calls: int = 0
    unattributed: Decimal = NOTHING
    unpriced_calls: int = 0
    provenance: dict[str, tuple[Decimal | None, int]] | None = None


def _totals(entries: list[dict[str, Any]]) -> dict[str, _Total]:
    totals = {"current": _Total(provenance={}), "previous": _Total(provenance={})}
    for entry in entries:
        total = totals[entry["period"]]
        cost = entry["cost"]
        total.cost += cost or NOTHING
        total.calls += entry["calls"]
        total.tokens += entry["input_tokens"] + entry["output_tokens"]
        total.unattributed += NOTHING if entry["attributed"] else cost or NOTHING
        total.unpriced_calls += entry["calls"] if entry["provenance"] == "unpriced" else 0
        assert total.provenance is not None
        known, calls = total.provenance.get(entry["provenance"], (None, 0))
        total.provenance[entry["provenance"]] = (_plus(known, cost), calls + entry["calls"])
    return totals


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if one is None else one if other is None else one + other


def _lines(total: _Total) -> tuple[Line, ...]:
    known = total.provenance or {}
    return tuple(
        Line(
            provenance,
            known[provenance][0],
            known[provenance][1],
            share(known[provenance][1], total.calls),
            meaning,
        )
        for provenance, meaning in definitions.PROVENANCE.items()
        if provenance in known
    )


def _loose(total: _Total) -> Loose:
    return Loose(total.cost, total.unattributed, total.calls, total.unpriced_calls)


def _cost(
    totals: dict[str, _Total], by_day: pd.DataFrame, comparable: bool, stamps: dict[str, Any]
) -> Figure:
    now, before = totals["current"], totals["previous"]
    nothing_priced = _nothing_priced(now)
    return Figure(
        "cost", "Cost", None if nothing_priced else now.cost, "money", previous=before.cost if comparable else None, direction="down",
        spark=_per_day(by_day, "cost"), definition=definitions.COST, sql=query("cost_totals").text,
        missing=nothing_priced, **stamps,
    )  # fmt: skip


def _nothing_priced(total: _Total) -> str | None:
    if total.calls and total.unpriced_calls == total.calls:
        return "None of the calls has a price"
    return None


def _cost_per_run(
    totals: dict[str, _Total], runs: dict[str, int], filters: Filters, reach: Coverage, stamps: dict[str, Any]
) -> Figure:
    missing = None
    if filters.providers or filters.models:
        missing = "Runs have no provider or model: clear those filters"
    elif reach.runs_from is None or not runs.get("current"):
        missing = "No runs of agents in this period"
    elif reach.runs_from > filters.start:
        missing = f"Runs are known only since {period_in_words(reach.runs_from, reach.runs_from)}"
    comparable, note = comparison(
        filters, max(filter(None, (reach.usage_from, reach.runs_from)), default=None)
    )
    comparable = comparable and bool(runs.get("previous"))
    return Figure(
        "cost_per_run", "Cost per run",
        None if missing else totals["current"].cost / runs["current"], "money",
        previous=totals["previous"].cost / runs["previous"] if comparable and not missing else None,
        direction="down", definition=definitions.COST_PER_RUN,
        sql=f"{query('cost_totals').text}\n\n{query('run_totals').text}", missing=missing, **(stamps | {"note": note}),
    )  # fmt: skip


def _tokens(
    totals: dict[str, _Total], by_day: pd.DataFrame, comparable: bool, stamps: dict[str, Any]
) -> Figure:
    return Figure(
        "tokens", "Tokens", totals["current"].tokens, "count",
        previous=totals["previous"].tokens if comparable else None, spark=_per_day(by_day, "tokens"),
        definition=definitions.TOKENS, sql=query("cost_totals").text, **stamps,
    )  # fmt: skip


def _unattributed(totals: dict[str, _Total], comparable: bool, stamps: dict[str, Any]) -> Figure:
    return Figure(
        "unattributed", "Unattributed cost", totals["current"].unattributed, "money",
        previous=totals["previous"].unattributed if comparable else None, direction="down",
        definition=definitions.UNATTRIBUTED, sql=query("cost_totals").text, **stamps,
    )  # fmt: skip


def _per_day(by_day: pd.DataFrame, column: str) -> tuple[float, ...]:
    if by_day.empty:
        return ()
    sums: dict[Any, float] = {}
    for day, value in zip(by_day["day"], by_day[column], strict=True):
        sums[day] = sums.get(day, 0.0) + (float(value) if value is not None and value == value else 0.0)
    return tuple(sums.values())


def _with_deltas(by_value: pd.DataFrame, comparable: bool) -> pd.DataFrame:
    frame = by_value.copy()
    costs = [cost if cost is not None else NOTHING for cost in frame["cost"]]
    before = [cost if cost is not None else NOTHING for cost in frame["previous_cost"]]
    total = sum(costs, NOTHING)
    frame["share"] = [share(cost, total) for cost in costs]
    deltas = [now - then if comparable else None for now, then in zip(costs, before, strict=True)]
    frame["delta"] = pd.Series(deltas, index=frame.index, dtype=object)
    if not comparable:
        frame["previous_cost"] = None
        frame["previous_calls"] = None
    frame["tokens"] = frame["input_tokens"] + frame["output_tokens"]
    return frame


def _movers(by_value: pd.DataFrame) -> pd.DataFrame:
    moved = by_value[[delta != 0 for delta in by_value["delta"]]]
    return moved.iloc[sorted(range(len(moved)), key=lambda at: -abs(moved["delta"].iloc[at]))]
