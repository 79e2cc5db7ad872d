"""How figures are read: cards with their comparison and trend, tables by any dimension, single values."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pandas as pd

from orchflow.ingest.recording import NOT_RECORDED
from orchflow.metrics.catalogue import METRICS, metric
from orchflow.metrics.comparison import ONLY_NOW, RULE
from orchflow.metrics.compiler import ALL, bases, compiled, dimensions, grows_with_days, needed, parts
from orchflow.metrics.figure_address import opened_at
from orchflow.metrics.filters import period_in_words
from orchflow.metrics.metric import Base, Dimension, Figure, Grain, Metric, Number, Reading
from orchflow.metrics.unconverted import in_short
from orchflow.metrics.unpriced import unpriced_of
from orchflow.people.permissions import Permission
from orchflow.people.small_groups import WITHHELD

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

DAILY_UNTIL = 92
"""Trends of longer periods go by week."""
NOTHING_YET = "No cost is known yet: load usage, or add entries on Costs"
NOT_YET: dict[Base, str] = {
    "usage_lines": "No usage has been loaded yet",
    "expense_lines": "Nothing is recorded yet: add entries on Costs",
    "run_lines": "No runs of agents yet",
    "run_records": "No runs of agents yet",
    "agent_costs": "No agent has run and cost something yet",
}
THINGS: dict[Base, str] = {
    "usage_lines": "Calls",
    "expense_lines": "Bills",
    "run_lines": "Runs",
    "run_records": "Runs",
    "agent_costs": "Costs of agents",
}


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


def compared_bases(facts: Facts, key: str) -> tuple[Base, ...]:
    """The bases whose facts have to reach back where a figure is compared: those it needs, and those that it has some of."""
    return tuple(base for base in bases(key) if base in needed(key) or facts.reach.known_from(base))


def comparable(facts: Facts, key: str) -> bool:
    """Whether a figure can be set against the period before."""
    return facts.comparison.possible(*compared_bases(facts, key))


def unknown_narrowing(facts: Facts, own: Metric) -> frozenset[str]:
    """What the facts are narrowed to and the figure is not known by."""
    known = {*dimensions(own.key), *own.filtered_by, *own.parts}
    return (facts.filters.narrowed | facts.plan.narrowed) - known


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
    value, missing = _value(facts, own, totals.get("current"))
    left_out = _left_out(facts, own, over)
    if value is None and left_out and missing == own.missing:
        missing = left_out
    comparison, now, previous = facts.comparison, None, None
    if missing is None and over and comparison.possible(*over):
        previous = _number(facts, own, totals.get("previous"))
        now = _number(facts, own, totals["compared"]) if comparison.shortened else None
        whole = now if comparison.shortened else value
        previous = None if whole is None else previous
        if comparison.per_day and grows_with_days(own.key) and previous is not None and whole is not None:
            now, previous = comparison.a_day(whole, previous)
    return Figure(
        own.key, own.label, value, own.unit, previous=previous, compared=now,
        target=facts.target_of(own.key), aimed_at="budget" if facts.budget_of(own.key) else "target", direction=own.direction,
        spark=spark.get(own.key, ()),
        as_of=facts.reach.usage_as_of if "usage_lines" in over else facts.reach.runs_as_of, computed_at=facts.now,
        definition=definition(facts, own.key), sql=sql_of(facts, [own.key]), missing=missing,
        note=comparison.in_words(*over or bases(own.key)), left_out=left_out, opens=opened_at(facts, own.key),
        besides=own.besides(facts) if own.besides and missing is None else "",
    )  # fmt: skip


def _left_out(facts: Facts, own: Metric, over: Collection[Base]) -> str:
    """Which amounts and hours are in no sum of money, for want of a rate; nothing where all are."""
    if own.unit != "money":
        return ""
    return " · ".join(filter(None, (unpriced_of(facts, own), in_short(facts.unconverted_of(*over)))))


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


def _value(facts: Facts, own: Metric, row: dict[str, Any] | None) -> tuple[Number | None, str | None]:
    """The value, or why there is none."""
    over = needed(own.key)
    if facts.told is None or not facts.tells(*bases(own.key)):
        return None, WITHHELD
    if not over and not any(map(facts.reach.known_from, bases(own.key))):
        return None, NOTHING_YET
    known = [facts.reach.known_from(base) for base in over]
    for base, first in zip(over, known, strict=True):
        if first is None and not (base == "usage_lines" and facts.recording.nothing):
            return None, NOT_YET[base]
    unknown = unknown_narrowing(facts, own)
    if unknown:
        return None, clear_filter(unknown)
    if "usage_lines" in over and facts.recording.nothing:
        return None, NOT_RECORDED
    counted = compared_bases(facts, own.key) if over else ()  # a sum is of what is known
    firsts = [(facts.reach.known_from(base), base) for base in counted]
    begun = [(first, base) for first, base in firsts if first and first != date.min]
    if len({first for first, _ in begun}) > 1 and max(begun)[0] > facts.period.start:
        latest, base = max(begun)
        return None, known_since(base, latest)
    value = _number(facts, own, row)
    if not value and (outside := _not_known_then(facts, own)):
        return None, outside
    if value is None and (_may_be_withheld(facts) if row is None else _counts_a_part(facts, own)):
        return None, WITHHELD
    return value, own.missing if value is None else None


def _not_known_then(facts: Facts, own: Metric) -> str:
    """Why nothing is said of days on which there can be nothing yet: they are to come, or facts begin later."""
    if facts.period.start > facts.today:
        return "These days are still to come"
    firsts = [(first, base) for base in bases(own.key) if (first := facts.reach.known_from(base))]
    first, base = min(firsts, default=(date.min, None))
    if base is None or first <= facts.period.end:
        return ""
    return known_since(base, first)


def known_since(base: Base, first: date) -> str:
    """What is said of a figure of things that are not all known on its days, and so cannot be divided by one another."""
    return f"{THINGS[base]} begin on {period_in_words(first, first)}: choose days from then on"


def clear_filter(unknown: Collection[str]) -> str:
    """What is said of a figure that is not known by what it is narrowed to."""
    return f"It is not known by {' and '.join(sorted(unknown))}: clear that filter"


def _may_be_withheld(facts: Facts) -> bool:
    """Whether nothing may mean too few people: they are told apart from nobody nowhere."""
    return not facts.privacy.people and bool(facts.filters.narrowed)


def _counts_a_part(facts: Facts, own: Metric) -> bool:
    """Whether nothing may mean that too few people's part of the rows is counted."""
    return not facts.privacy.people and any(part.only for part in parts(own.key))


def _number(facts: Facts, own: Metric, row: dict[str, Any] | None) -> Number | None:
    """The figure of a row; without a row sums are zero, where nothing is withheld, save those of what has to be recorded, and
    ratios are not known."""
    if row:
        value: Number | None = row[own.key]
        return value
    if own.recorded or not grows_with_days(own.key) or _may_be_withheld(facts):
        return None
    return Decimal(0) if own.unit == "money" else 0
