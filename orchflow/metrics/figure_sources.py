"""Which sources a figure covers, and which of the workspace's it misses, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from orchflow.config.sources import KIND_NAMES, SourceSettings
from orchflow.config.sources import Facts as Delivered
from orchflow.ingest.status import SourceStatus, source_status
from orchflow.metrics.catalogue import metric
from orchflow.metrics.compiler import bases
from orchflow.metrics.filters import period_in_words
from orchflow.metrics.metric import Base
from orchflow.metrics.queries import rows
from orchflow.people.permissions import Permission

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

FED: dict[Base, Delivered] = {"usage_lines": "usage", "run_lines": "runs", "run_records": "runs"}
"""What of a source feeds each base."""
WORDS: dict[Delivered, str] = {
    "usage": "calls to models",
    "runs": "runs of agents",
    "platform": "agents and users",
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
    known: dict[tuple[str, str], dict[str, object]] = {
        (row["source"], row["feeds"]): row for row in rows(facts.warehouse, "sources_of_facts", asked)
    }
    settings = {source.name: source for source in facts.ws.settings.sources}
    told = [
        _told(facts, status, settings.get(status.name), [known.get((status.name, each)) for each in fed], fed)
        for status in source_status(facts.ws)
    ]
    return tuple(sorted(told, key=lambda one: not one.covered))


def _fed(key: str) -> tuple[Delivered, ...]:
    own = metric(key)
    if own.permission is Permission.PLAN_VIEW:
        return ()
    if own.base is None and own.read is not None:
        return ("usage",) if own.permission is Permission.SOURCES_VIEW else ("runs",)
    return tuple(dict.fromkeys(FED[base] for base in bases(key)))


def _told(
    facts: Facts, status: SourceStatus, settings: SourceSettings | None, found: list[dict[str, object] | None],
    fed: tuple[Delivered, ...],
) -> SourceCovered:  # fmt: skip
    newest = max((row["newest"] for row in found if row and isinstance(row["newest"], date)), default=None)
    if facts.filters.sources and status.name not in facts.filters.sources:
        return SourceCovered(status.name, False, "The figure is narrowed to other sources", newest)
    covered = any(row and row["within"] for row in found)
    return SourceCovered(
        status.name, covered, ". ".join(_reasons(facts, status, settings, newest, fed, covered)), newest
    )


def _reasons(
    facts: Facts, status: SourceStatus, settings: SourceSettings | None, newest: date | None, fed: tuple[Delivered, ...],
    covered: bool,
) -> Iterator[str]:  # fmt: skip
    """What is missing of a source, or what is to be known of one that is covered."""
    if settings is None:
        yield "It is no longer among the sources; its rows were kept"
    lacking = [WORDS[each] for each in fed if settings is not None and each not in settings.delivers]
    if lacking:
        kind = KIND_NAMES[settings.kind] if settings is not None else ""
        yield f"{kind}: such a source has no {' and '.join(lacking)}"
    if status.state == "never":
        yield "It was never run"
    elif status.state == "failed":
        told = f": {status.error}" if status.error and facts.actor.may(Permission.SOURCES_VIEW) else ""
        yield f"Its last run failed{told}"
    if not covered and not lacking and newest is not None:
        yield f"It has nothing of these days; its newest is of {period_in_words(newest, newest)}"
    elif not covered and not lacking and status.state not in ("never", "failed"):
        yield "It has delivered none yet"
