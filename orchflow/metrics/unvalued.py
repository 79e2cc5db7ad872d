"""Benefits, and work of checking, that are in no sum of value: an assumption, a rate of exchange or a run is missing to count them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from orchflow.format import quantity
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.comparison import ONLY_NOW
from orchflow.metrics.compiler import Rows, parts
from orchflow.metrics.metric import Dimension
from orchflow.metrics.queries import query
from orchflow.warehouse.sql import Query

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

REMEDY = "add the assumption on Value"
ASSUMED = {"without_recapture": "recapture", "without_rate": "loaded rate"}
"""What is assumed, by the column that says where it is not."""


def unvalued(facts: Facts, key: str) -> str:
    """What a figure does not count of the period, within the filters, and what to do; nothing where it counts everything.

    Who may not see figures of small groups is told what is missing in the period, but not of how much, whatever the filters.
    """
    counted = [part.key for part in parts(key) if part.base == "benefit_lines"]
    lines = [line for line in facts.unvalued if any(line[name] for name in counted)]
    told = []
    for column, name in ASSUMED.items():
        for checking, what in ((False, "hours saved"), (True, "checking")):
            lacking = [line for line in lines if line[column] and (line["kind"] == "checking") is checking]
            if lacking:
                told.append(_said(facts, what, name, lacking))
    idle = [line for line in lines if line["idle"]]
    if idle:
        agents = ", ".join(sorted({line["agent"] for line in idle}))
        told.append(f"{_benefits(idle)} of hours saved without a completed run: {agents}")
    currencies = sorted({line["unconverted_from"] for line in lines if line["unconverted_from"]})
    if currencies:
        told.append(f"Amounts in {', '.join(currencies)} lack a rate of exchange")
    return " · ".join(told)


def unvalued_lines(facts: Facts) -> Sequence[dict[str, Any]]:
    """What has no value, a line for each benefit or agent whose runs are checked, with its `days`; under the key of each figure whether
    it would be in it."""
    if facts.told is None or not facts.tells("benefit_lines"):
        return ()
    narrowed = facts.filters.narrowed if facts.privacy.people else frozenset()
    lines: list[dict[str, Any]] = facts.warehouse.query(
        _query(narrowed), facts.params() | ONLY_NOW
    ).to_pylist()
    return lines if facts.privacy.people else [line for line in lines if not line["idle"]]


def _said(facts: Facts, what: str, name: str, lines: Collection[dict[str, Any]]) -> str:
    if not facts.privacy.people:
        return f"{what.capitalize()} without a {name} in no sum: {REMEDY}"
    days = quantity(len({day for line in lines for day in line["days"]}), "day")
    return (
        f"Checking without a {name} on {days}: {REMEDY}"
        if what == "checking"
        else f"{_benefits(lines)} of {what} without a {name} on {days}: {REMEDY}"
    )


def _benefits(lines: Collection[dict[str, Any]]) -> str:
    return quantity(len({line["id"] for line in lines}), "benefit")


@lru_cache(maxsize=64)
def _query(narrowed: frozenset[Dimension]) -> Query:
    conditions = ",\n    ".join(
        f"coalesce({own.only[1]}, false) as {own.key}"
        for own in METRICS.values()
        if own.base == "benefit_lines" and own.only
    )
    return Query.of(
        "unvalued",
        "-- one row is one benefit, or the checking of one agent, of which there is something without a value; by what it lacks and counts in\n"
        "select id, kind, agent, without_recapture, without_rate, unconverted_from, idle, list(distinct day) as days,\n"
        f"    {conditions}\nfrom (\n"
        "select id, kind, grade, bound, agent, day, without_recapture, without_rate, unconverted_from, false as idle\n"
        f"from (\n{Rows('benefit_lines', None, None, narrowed).text('')}\n)\nwhere worth is null\nunion all by name\n"
        f"select *, true as idle from (\n{query('idle_benefits').text}\n)\n)\ngroup by all",
    )
