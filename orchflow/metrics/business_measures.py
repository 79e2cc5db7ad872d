"""What one unit of what the business does costs: of each measure that is kept, over the whole months for which it is."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from orchflow.metrics.filters import period_in_words
from orchflow.metrics.metric import Reading, RowsBehind
from orchflow.metrics.queries import rows

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

NOTHING_KEPT = "No measure of the business is kept: add one on Costs, such as claims handled"
COUNTED = "total_cost"
PLACES = Decimal(1).scaleb(-12)


@dataclass(frozen=True)
class Measured:
    """A measure: what was done in each month, from its first day on; the months in order."""

    name: str
    unit: str
    months: dict[date, Decimal]


def measures(facts: Facts) -> tuple[Measured, ...]:
    """The measures that are kept, the one with most months first."""
    known: dict[str, Measured] = {}
    for row in rows(facts.warehouse, "business_months"):
        known.setdefault(row["name"], Measured(row["name"], row["unit"], {})).months[row["month"]] = row[
            "value"
        ]
    return tuple(sorted(known.values(), key=lambda each: (-len(each.months), each.name)))


def cost_per_measure(facts: Facts, of: Measured | None = None) -> Reading:
    """The total cost of the whole months of the period for which the measure is kept, divided by what was done in them."""
    measure = of or next(iter(measures(facts)), None)
    if measure is None:
        return Reading(None, missing=NOTHING_KEPT)
    told = measure.name
    months = _months(facts, measure)
    if not months:
        return Reading(
            None, missing=f"No month of {told} is kept that is over by these days: add it on Costs"
        )
    done = sum((measure.months[month] for month in months), Decimal(0))
    costs = [_cost(facts, month) for month in months]
    if not done:
        return Reading(None, missing=f"{told} is 0 in {_in_words(months)}")
    if None in costs:
        lacking = [month for month, cost in zip(months, costs, strict=True) if cost is None]
        without = " · ".join(filter(None, dict.fromkeys(_left_out(facts, lacking))))
        if without:
            return Reading(None, missing=f"Nothing of {_in_words(lacking)} has a cost. {without}")
        return Reading(None, missing=f"The cost of {_in_words(lacking)} is not known to you")
    value = (sum((cost for cost in costs if cost is not None), Decimal(0)) / done).quantize(PLACES)
    last = "" if facts.period.start <= months[0] else ", the last month kept"
    words = f"{told}: {done.normalize():,f} {measure.unit}, {_in_words(months)}{last}"
    said = (words, _lacking(facts, months), *_left_out(facts, months))
    return Reading(value, note=" · ".join(filter(None, dict.fromkeys(said))))


def measure_rows(facts: Facts) -> Sequence[RowsBehind]:
    """The months of the measure, and the costs of the days from the first of them to the last."""
    measure = next(iter(measures(facts)), None)
    if measure is None:
        return (RowsBehind("business_measures"),)
    months = _months(facts, measure)
    if not months:
        return (RowsBehind("business_measures", {"name": (measure.name,)}),)
    days = months[0], _last_day(months[-1])
    return (
        RowsBehind("business_measures", {"name": (measure.name,)}, *days),
        RowsBehind("expenses", {}, *days),
        RowsBehind("usage_events", {}, *days),
    )


def _months(facts: Facts, measure: Measured) -> list[date]:
    """The months that are over and lie in the period whole; where none does, the last one before its end."""
    end = min(facts.period.end, facts.today - timedelta(days=1))
    over = [month for month in sorted(measure.months) if _last_day(month) <= end]
    return [month for month in over if facts.period.start <= month] or over[-1:]


def _cost(facts: Facts, month: date) -> Decimal | None:
    """What all of it cost in a month; None where it is not known, or not told to the reader alone."""
    from orchflow.metrics.read import lines  # which reads the catalogue, and that this

    over = _over(facts, month, month)
    if (over.period.start, over.period.end) != (month, _last_day(month)):
        return None
    cost: Decimal | None = next((line[COUNTED] for line in lines(over, (COUNTED,))), None)
    return cost


def _left_out(facts: Facts, months: Sequence[date]) -> list[str]:
    """Which amounts, calls and hours of the months are in no sum of their cost: for each run of months that follow each other."""
    from orchflow.metrics.sided import left_out

    runs: list[list[date]] = []
    for month in months:
        if runs and _last_day(runs[-1][-1]) + timedelta(days=1) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return [left_out(_over(facts, run[0], run[-1]), COUNTED) for run in runs]


def _over(facts: Facts, first: date, last: date) -> Facts:
    """The same over the whole months from `first` to `last`."""
    return facts.over(replace(facts.filters, start=first, end=_last_day(last)))


def _lacking(facts: Facts, months: Sequence[date]) -> str:
    """From when on calls are known, where that is later than the months begin."""
    first = facts.reach.usage_from
    if first is None or first <= months[0]:
        return ""
    return f"calls are known only since {period_in_words(first, first)}"


def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def _in_words(months: Sequence[date]) -> str:
    return period_in_words(months[0], _last_day(months[-1]))
