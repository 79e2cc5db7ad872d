"""How figures are read: cards with their comparison and trend, tables by any dimension, single values."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Sequence
from datetime import date
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pandas as pd

from orchflow.metrics.catalogue import METRICS, metric
from orchflow.metrics.comparison import ONLY_NOW, RULE
from orchflow.metrics.compiler import ALL, bases, compiled
from orchflow.metrics.figure_address import opened_at
from orchflow.metrics.metric import Dimension, Figure, Grain, Metric, Reading
from orchflow.metrics.sided import clear_filter, compared_bases, left_out, sided, unknown_narrowing
from orchflow.people.permissions import Permission

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

DAILY_UNTIL = 92
"""Trends of longer periods go by week."""


def figures(facts: Facts, keys: Sequence[str], *, trends: bool = True) -> tuple[Figure, ...]:
    """The figures `keys` in their order: value, comparison, target, trend, definition.

    Forbidden where the actor may not see one of them, or asks for single people without the permission.
    """
    for key in keys:
        facts.actor.require(metric(key).permission)
    facts.privacy.check(facts.filters)
    counted = tuple(key for key in keys if METRICS[key].read is None)
    totals, spark = _totals(facts, counted, trends) if counted and facts.told else ({}, {})
    return tuple(
        _computed(facts, METRICS[key])
        if METRICS[key].read
        else _aggregated(facts, METRICS[key], totals, spark)
        for key in keys
    )


def figure(facts: Facts, key: str) -> Figure:
    """One figure, without its trend."""
    return figures(facts, (key,), trends=False)[0]


def lines(
    facts: Facts, keys: Sequence[str], *, by: Dimension | None = None, grain: Grain | None = None,
    compared: bool = False, shown: Collection[str] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """A row for each `value` of `by` and `bucket` of `grain` (what is asked for), with the value of each of `keys`.

    With `compared` also the period before, as `previous_…`: both sides as `facts.comparison` has them. Values that are not
    in `shown` are pooled as OTHER, those that may not be told of small groups as SMALL_GROUPS. Invalid where a figure is not
    known by the dimension, Forbidden for single people's figures without the permission.
    """
    for key in keys:
        facts.actor.require(metric(key).permission)
    facts.privacy.check(facts.filters, by)
    if facts.told is None:
        return []
    query = compiled(
        tuple(keys), by, grain, facts.filters.narrowed, shown is not None, small_told=facts.privacy.people
    )
    params = facts.params() | {"shown": list(shown or ())}
    if compared:
        params["end"] = facts.comparison.end
    else:
        params |= ONLY_NOW
    axes = [name for name, asked in (("bucket", grain), ("value", by)) if asked]
    sides: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {"current": {}, "previous": {}}
    for row in facts.warehouse.query(query, params).to_pylist():
        sides[row.pop("period")][tuple(row[axis] for axis in axes)] = row
    now, before = sides["current"], sides["previous"]
    for key in keys:
        if not facts.tells(*bases(key)):
            for row in (*now.values(), *before.values()):
                row[key] = None
    if not compared:
        return [now[at] for at in sorted(now)]
    nothing = dict.fromkeys(keys)
    return [
        dict(zip(axes, at, strict=True))
        | {key: now.get(at, nothing)[key] for key in keys}
        | {f"previous_{key}": before.get(at, nothing)[key] for key in keys}
        for at in sorted(now.keys() | before.keys())
    ]


def table(
    facts: Facts, keys: Sequence[str], *, by: Dimension | None = None, grain: Grain | None = None,
    shown: Collection[str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """`lines` as a frame: `value`, `bucket`, and a column for each of `keys`."""
    axes = [name for name, asked in (("value", by), ("bucket", grain)) if asked]
    return pd.DataFrame(lines(facts, keys, by=by, grain=grain, shown=shown), columns=[*axes, *keys])


def sql_of(facts: Facts, keys: Sequence[str], by: Dimension | None = None) -> str:
    """The query behind figures, as it is run."""
    return compiled(tuple(keys), by, None, facts.filters.narrowed, small_told=facts.privacy.people).text


def code_of(key: str) -> str:
    """The function behind a figure that is computed; empty for one that is a query."""
    function = metric(key).read
    return inspect.getsource(function.func if isinstance(function, partial) else function) if function else ""


def definition(facts: Facts, key: str) -> str:
    """What a figure is, and how it is compared."""
    own = metric(key)
    rule = f" {RULE}" if own.read is None else ""
    return own.meaning(facts.targets) + rule


def _totals(
    facts: Facts, keys: tuple[str, ...], trends: bool
) -> tuple[dict[str, dict[str, Any]], dict[str, tuple[float, ...]]]:
    """By `current`, `compared` and `previous` the values of the keys; and, where they are asked for, their trends."""
    period = facts.period
    grain: Grain = "day" if (period.end - period.start).days < DAILY_UNTIL else "week"
    params = facts.params()
    asked = partial(compiled, keys, None, narrowed=facts.filters.narrowed, small_told=facts.privacy.people)
    query = asked(grain=grain, totals=True) if trends else asked()
    rows = facts.warehouse.query(query, params).to_pylist()
    whole = date.fromisoformat(ALL)
    totals = {row["period"]: row for row in rows if row.get("bucket", whole) == whole}
    if facts.comparison.shortened:
        query, params["end"] = asked(), facts.comparison.end
        shortened = {row["period"]: row for row in facts.warehouse.query(query, params).to_pylist()}
        totals["compared"] = shortened.get("current", {})
    buckets = (row for row in rows if row["period"] == "current" and row.get("bucket", whole) != whole)
    # A running day would look like a fall.
    ended = [row for row in buckets if grain == "week" or row["bucket"] < facts.today]
    ended.sort(key=itemgetter("bucket"))
    return totals, {key: tuple(float(row[key]) for row in ended if row[key] is not None) for key in keys}


def _aggregated(
    facts: Facts, own: Metric, totals: dict[str, dict[str, Any]], spark: dict[str, tuple[float, ...]]
) -> Figure:
    over = compared_bases(facts, own.key)
    told = sided(facts, own, totals)
    return Figure(
        own.key, own.label, told.value, own.unit, previous=told.previous, compared=told.compared,
        target=facts.target_of(own.key), aimed_at="budget" if facts.budget_of(own.key) else "target", direction=own.direction,
        spark=spark.get(own.key, ()),
        as_of=facts.reach.usage_as_of if "usage_lines" in over else facts.reach.runs_as_of, computed_at=facts.now,
        definition=definition(facts, own.key), sql=sql_of(facts, [own.key]), missing=told.missing,
        note=told.note, left_out=left_out(facts, own.key), opens=opened_at(facts, own.key),
        besides=own.besides(facts) if own.besides and told.missing is None else "",
    )  # fmt: skip


def _computed(facts: Facts, own: Metric) -> Figure:
    assert own.read is not None
    unknown = unknown_narrowing(facts, own)
    reading = Reading(None, missing=clear_filter(unknown)) if unknown else own.read(facts)
    return Figure(
        own.key, f"{own.label} ({reading.of})" if reading.of else own.label, reading.value, own.unit, previous=reading.previous,
        target=facts.target_of(own.key), direction=own.direction, spark=reading.spark,
        as_of=None if own.written or own.permission is Permission.PLAN_VIEW else facts.reach.as_of, computed_at=facts.now, definition=definition(facts, own.key),
        missing=(reading.missing or own.missing) if reading.value is None else None, note=reading.note,
        opens=opened_at(facts, own.key),
    )  # fmt: skip
