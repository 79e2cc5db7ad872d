"""The whole weeks of use and cost, as their reader may know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from orchflow.metrics.read import lines
from orchflow.metrics.scaling import LOOKED_AT, WEEK, Scaling, Week

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

KEYS = ("runs", "users", "agents_used", "cost", "total_cost", "error_rate", "p95_latency_ms")


def read_scaling(facts: Facts) -> Scaling:
    """The last `LOOKED_AT` whole weeks up to the end of the period that are over, from the first with a run on."""
    last = min(facts.period.end, facts.today - timedelta(days=1), facts.reach.runs_to or facts.today)
    end = last - timedelta(days=(last.weekday() + 1) % 7)
    start = end + timedelta(days=1) - LOOKED_AT * WEEK
    over = facts.over(replace(facts.filters, start=start, end=end))
    by_week = {row["bucket"]: row for row in lines(over, KEYS, grain="week") if start <= row["bucket"] <= end}
    first = min((day for day, row in by_week.items() if row["runs"]), default=None)
    if first is None:
        return Scaling(())
    return Scaling(
        [
            _week(first + place * WEEK, by_week.get(first + place * WEEK, {}), known=facts.privacy.people)
            for place in range((end - first).days // 7 + 1)
        ]
    )


def _week(start: date, row: Mapping[str, Any], known: bool) -> Week:
    """A week; one without a row had no runs only where everything is `known`: else it may be told with the week before, or withheld."""
    told = {key: row.get(key) for key in KEYS}
    return Week(start, **(told | {"runs": told["runs"] or 0} if known else told))
