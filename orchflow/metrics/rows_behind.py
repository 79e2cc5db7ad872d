"""From which rows a figure is counted, as parts of datasets: what opens under a figure, in every door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from orchflow.metrics.catalogue import metric
from orchflow.metrics.compiler import parts
from orchflow.metrics.filters import FILTERED, UNATTRIBUTED
from orchflow.metrics.metric import DIMENSIONS, FIXED, Base, Metric, RowsBehind
from orchflow.metrics.sided import clear_filter, unknown_narrowing

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

DATASETS: Mapping[Base, str] = {
    "usage_lines": "usage_events",
    "expense_lines": "expenses",
    "run_lines": "agent_runs",
    "run_records": "agent_runs",
    "agent_costs": "expenses",
    "benefit_lines": "benefits",
}
"""The dataset whose rows each base sums up."""
Values = Mapping[str, tuple[str, ...]]
KEPT: tuple[Base, ...] = ("benefit_lines",)
"""The bases whose rows people keep, each over a period of its own: no days and no filters narrow their dataset."""
NO_VALUE = "none"
"""How datasets are asked for rows without a value."""


def rows_behind(facts: Facts, key: str) -> tuple[RowsBehind, ...]:
    """The rows that the figure `key` is counted from within the facts; none where it says why.

    A composed figure has those of what it is made of, each once; `of` names the figures whose rows they are. One that is not
    known by what the facts are narrowed to has none. Forbidden where
    the actor may not see the figure, NotFound for an unknown one.
    """
    own = metric(key)
    facts.actor.require(own.permission)
    facts.privacy.check(facts.filters)
    if unknown_narrowing(facts, own):
        return ()
    if own.read is not None:
        return tuple(replace(one, of=(key,)) for one in own.rows(facts)) if own.rows else ()
    known: dict[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], list[str]] = {}
    for part in parts(key):
        if part.base is not None and _counted(facts, part.base):
            narrowed = {} if part.base in KEPT else _narrowed(facts, part.base)
            where = narrowed | {**part.rows_where} if part.rows_in else _both(narrowed, part.rows_where)
            known.setdefault((part.rows_in or DATASETS[part.base], tuple(where.items())), []).append(part.key)
    period = facts.period
    kept = {part.rows_in or DATASETS[part.base] for part in parts(key) if part.base in KEPT}
    return tuple(
        RowsBehind(dataset, dict(where), None, None, tuple(of))
        if dataset in kept
        else RowsBehind(dataset, dict(where), period.start, period.end, tuple(of))
        for (dataset, where), of in known.items()
    )


def why_no_rows(facts: Facts, key: str) -> str:
    """Why the figure has no rows to show within the facts, as a sentence."""
    own = metric(key)
    unknown = unknown_narrowing(facts, own)
    return f"{clear_filter(unknown)}." if unknown else f"{own.no_rows.capitalize()}."


def components(key: str) -> Iterator[Metric]:
    """The figures that `key` is directly composed of."""
    own = metric(key)
    if own.base is None and own.read is None:
        yield from (part for part in parts(key) if part is not own and f"{{{part.key}}}" in own.made_of)


def _counted(facts: Facts, base: Base) -> bool:
    """Whether any row of a base can be meant: not where all have another value than the one asked for."""
    asked = (
        (getattr(facts.filters, FILTERED[name]), value)
        for name, value in FIXED.get(base, {}).items()
        if name in FILTERED
    )
    return all(not values or value in values for values, value in asked)


def _both(some: Values, others: Values) -> dict[str, tuple[str, ...]]:
    """What both ask for: in a column that both narrow, the values that are in both."""
    return {**some, **others} | {
        name: tuple(value for value in others[name] if value in some[name]) for name in some if name in others
    }


def _narrowed(facts: Facts, base: Base) -> dict[str, tuple[str, ...]]:
    """The filters of the facts as a dataset has them."""
    narrowed: dict[str, tuple[str, ...]] = {}
    for name, field in FILTERED.items():
        values: tuple[str, ...] = getattr(facts.filters, field)
        if values and name in DIMENSIONS[base]:
            column = "user_id" if name == "user" else name
            narrowed[column] = tuple(NO_VALUE if value == UNATTRIBUTED else value for value in values)
    return narrowed
