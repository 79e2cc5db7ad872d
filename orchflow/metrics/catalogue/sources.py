"""How good the data is that all other figures are made of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from orchflow.metrics.catalogue import fact_rows as behind
from orchflow.metrics.metric import Metric, Reading
from orchflow.metrics.queries import row
from orchflow.people.permissions import Permission

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

ONE_SOURCE = Reading(None, missing="Choose one source")

data = partial(
    Metric,
    filtered_by=("source",),
    owner="Data",
    permission=Permission.SOURCES_VIEW,
    window="now",
    direction="down",
)


def _lag(facts: Facts) -> Reading:
    if len(facts.filters.sources) > 1:
        return ONE_SOURCE
    newest = facts.quality.newest_at if facts.quality else facts.reach.usage_as_of
    if newest is None:
        return Reading(None, missing="no usage yet")
    return Reading((facts.now - newest).total_seconds() * 1000)


def _gaps(facts: Facts) -> Reading:
    return Reading(len(facts.quality.gaps)) if facts.quality else ONE_SOURCE


def _duplicates(facts: Facts) -> Reading:
    return Reading(facts.quality.duplicates) if facts.quality else ONE_SOURCE


def _open_rejects(facts: Facts) -> Reading:
    return Reading(int(row(facts.warehouse, "open_rejects", facts.filters.params())["rejects"]))


METRICS = (
    data(
        rows=behind.newest_usage, key="lag", label="Lag", question="How old is the newest data?", unit="ms", read=_lag,
        definition="Now minus the newest usage event, of one source or of all.",
    ),
    data(
        rows=behind.usage_days, key="gaps", label="Gaps", question="Are days of data missing?", unit="count", read=_gaps,
        definition="Days without usage on weekdays that usually have some, within the last year, of one source.",
    ),
    data(
        rows=behind.loads, key="duplicates", label="Duplicates dropped", question="Is anything delivered twice?", unit="count",
        read=_duplicates,
        definition="Rows of one source that were delivered more than once, within a run or by another source.",
    ),
    data(
        no_rows="rows set aside stand on Sources, each with its reason", key="open_rejects", label="Rows set aside", question="What could not be loaded?", unit="count",
        read=_open_rejects,
        definition="Rows of sources that could not be kept and wait to be tried again, of one source or of all.",
    ),
)  # fmt: skip
