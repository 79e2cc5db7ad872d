"""Use cases by how far they are, what stands still, and what was never built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from orchflow.metrics.metric import Direction, Metric, Reading, RowsBehind
from orchflow.value.portfolio import OPEN, STALLED_DAYS, Standing, never_built, stalled, standings
from orchflow.value.tables import Stage

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

NONE_KEPT = "No use cases are kept yet: add them on Value"
Chosen = Callable[[Sequence[Standing]], Sequence[Standing]]


def _standings(facts: Facts) -> Sequence[Standing]:
    return standings(facts.ws.store, facts.actor, facts.now, facts.ws.zone)


def _in(*stages: Stage) -> Chosen:
    return lambda rows: [each for each in rows if each.case.stage in stages]


def _counted(chosen: Chosen) -> Callable[[Facts], Reading]:
    def read(facts: Facts) -> Reading:
        rows = _standings(facts)
        return Reading(len(chosen(rows)) if rows else None, f"of {len(rows):,}" if rows else "", NONE_KEPT)

    return read


def _rows(chosen: Chosen) -> Callable[[Facts], Sequence[RowsBehind]]:
    return lambda facts: (
        RowsBehind(
            "use_cases", {"id": tuple(str(each.case.id) for each in chosen(_standings(facts))) or ("0",)}
        ),
    )


def _count(
    key: str, label: str, question: str, chosen: Chosen, definition: str, direction: Direction
) -> Metric:
    return partial(Metric, owner="AI lead", unit="count", window="now", missing=NONE_KEPT)(
        written=True, key=key, label=label, question=question, definition=definition, direction=direction,
        read=_counted(chosen), rows=_rows(chosen),
    )  # fmt: skip


METRICS = (
    _count("use_cases_open", "Use cases under way", "How many use cases are on their way?", _in(*OPEN),
           "Use cases that are an idea, selected, in development or in pilot.", "none"),
    _count("use_cases_production", "Use cases in production", "How many use cases are in production?", _in(Stage.PRODUCTION),
           "Use cases in the stage production, as their owners say: when an agent is in production is counted from its runs.", "up"),
    _count("use_cases_stalled", "Stalled use cases", "Which use cases stand still?", stalled,
           f"Use cases under way that entered their stage more than {STALLED_DAYS} days ago, by the history of their changes.", "down"),
    _count("use_cases_never_built", "Never built", "Which use cases that were worth it did nobody build?", never_built,
           "Use cases with an estimated value that were dropped or stand still before development: what was left lying.", "down"),
)  # fmt: skip
