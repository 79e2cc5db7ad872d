"""Which sources a figure covers, and which of the workspace's it misses, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from orchflow.config.sources import KIND_NAMES, SourceSettings
from orchflow.config.sources import Facts as Delivered
from orchflow.ingest.status import SourceStatus, source_status
from orchflow.metrics.catalogue import metric
from orchflow.metrics.compiler import bases
from orchflow.metrics.filters import period_in_words
from orchflow.metrics.metric import MADE_OF, Base
from orchflow.metrics.queries import rows
from orchflow.people.permissions import Permission

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

FED: dict[Base, Delivered] = {
    "usage_lines": "usage", "expense_lines": "bills", "run_lines": "runs", "run_records": "runs",
}  # fmt: skip
"""What of a source feeds each base."""
Row = dict[str, Any]
WORDS: dict[Delivered, str] = {
    "usage": "calls to models",
    "runs": "runs of agents",
    "platform": "agents and users",
    "bills": "bills",
}


@dataclass(frozen=True)
class SourceCovered:
    """A source of the workspace: whether it is in the figure, why not (or what is wrong with it), and its newest day."""

    source: str
    covered: bool
    reason: str
    newest: date | None


def figure_sources(facts: Facts, key: str) -> tuple[SourceCovered, ...]:
    """Every source of the workspace, those that the figure covers first; none for a figure of what people write here.

    A source counts as covered where it has at least one row of what feeds the figure within its period.
    """
    fed = _fed(key)
    if not fed:
        return ()
    period = facts.period
    asked = {"start": period.start, "end": period.end}
    known: dict[tuple[str, str], Row] = {
        (row["source"], row["feeds"]): row for row in rows(facts.warehouse, "sources_of_facts", asked)
    }
    standing: dict[str, SourceStatus | None] = {status.name: status for status in source_status(facts.ws)}
    names = standing.keys() | {source for source, _ in known}
    told = [
        _told(facts, name, standing.get(name), [known.get((name, each)) for each in fed], fed)
        for name in (*standing, *sorted(names - standing.keys()))
    ]
    return tuple(sorted(told, key=lambda one: not one.covered))


def _fed(key: str) -> tuple[Delivered, ...]:
    own = metric(key)
    if own.written or own.permission is Permission.PLAN_VIEW:
        return ()
    if own.base is None and own.read is not None:
        usual: Delivered = "usage" if own.permission is Permission.SOURCES_VIEW else "runs"
        return tuple(FED[base] for base in own.covers) or (usual,)
    counted = (base for each in bases(key) for base in MADE_OF.get(each, (each,)))
    return tuple(dict.fromkeys(FED[base] for base in counted if base in FED))


def _told(
    facts: Facts, name: str, status: SourceStatus | None, found: list[Row | None], fed: tuple[Delivered, ...]
) -> SourceCovered:
    newest = max((row["newest"] for row in found if row), default=None)
    if facts.filters.sources and name not in facts.filters.sources:
        return SourceCovered(name, False, "The figure is narrowed to other sources", newest)
    covered = any(row and row["within"] for row in found)
    settings = next((source for source in facts.ws.settings.sources if source.name == name), None)
    lacking = [WORDS[each] for each in fed if settings is not None and each not in settings.delivers]
    reasons = [*_standing(facts, status, settings), *_lacking(settings, lacking)]
    if not covered and not lacking and newest is not None:
        reasons.append(f"It has nothing of these days; its newest is of {period_in_words(newest, newest)}")
    elif not covered and not reasons:
        reasons.append("It has delivered none yet")
    return SourceCovered(name, covered, ". ".join(reasons), newest)


def _standing(facts: Facts, status: SourceStatus | None, settings: SourceSettings | None) -> Iterator[str]:
    """What is to be known of how the source stands."""
    if settings is None:
        yield "It is no longer among the sources; its rows were kept"
    elif status is None or status.state == "never":
        yield "It was never run"
    elif status.state == "failed":
        told = f": {status.error}" if status.error and facts.actor.may(Permission.SOURCES_VIEW) else ""
        yield f"Its last run failed{told}"


def _lacking(settings: SourceSettings | None, lacking: list[str]) -> Iterator[str]:
    """What such a source never has."""
    if settings is not None and lacking:
        yield f"{KIND_NAMES[settings.kind]}: such a source has no {' and '.join(lacking)}"
