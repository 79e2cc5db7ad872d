"""Both sides of a figure that is a query, of the rows of its query: its value, or why there is none, and what it is compared with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from orchflow.ingest.recording import NOT_RECORDED
from orchflow.metrics.catalogue import metric
from orchflow.metrics.compiler import bases, dimensions, grows_with_days, needed, parts
from orchflow.metrics.filters import period_in_words
from orchflow.metrics.metric import Base, Metric, Number
from orchflow.metrics.unconverted import in_short
from orchflow.metrics.unpriced import of_money, unpriced_of
from orchflow.metrics.unvalued import unvalued
from orchflow.people.small_groups import WITHHELD

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

NOTHING_YET = "No cost is known yet: load usage, or add entries on Costs"
NOT_YET: dict[Base, str] = {
    "usage_lines": "No usage has been loaded yet",
    "expense_lines": "Nothing is recorded yet: add entries on Costs",
    "run_lines": "No runs of agents yet",
    "run_records": "No runs of agents yet",
    "agent_costs": "No agent has run and cost something yet",
    "benefit_lines": "No benefits are recorded yet: add them on Value",
}
THINGS: dict[Base, str] = {
    "usage_lines": "Calls",
    "expense_lines": "Bills",
    "run_lines": "Runs",
    "run_records": "Runs",
    "agent_costs": "Costs of agents",
    "benefit_lines": "Benefits",
}


@dataclass(frozen=True)
class Sided:
    """The value of a figure, None with the reason in `missing`; the sides of its comparison as `Figure` has them, in words by `note`."""

    value: Number | None
    missing: str | None
    compared: Number | None
    previous: Number | None
    note: str

    @property
    def now(self) -> Number | None:
        """What is set against `previous`."""
        return self.value if self.compared is None else self.compared


def sided(facts: Facts, own: Metric, totals: Mapping[str, Mapping[str, Any]]) -> Sided:
    """Both sides of a figure, of the rows `current`, `compared` and `previous` of its query; a row tells nothing of a figure that it has
    no column of."""
    rows = {period: row for period, row in totals.items() if own.key in row}
    over = compared_bases(facts, own.key)
    value, missing = _value(facts, own, rows.get("current"))
    if value is None and missing == own.missing:
        missing = left_out(facts, own.key) or (own.without_value(facts) if own.without_value else missing)
    comparison, now, previous = facts.comparison, None, None
    if missing is None and over and comparison.possible(*over):
        previous = _number(facts, own, rows.get("previous"))
        now = _number(facts, own, rows.get("compared")) if comparison.shortened else None
        whole = now if comparison.shortened else value
        previous = None if whole is None else previous
        if comparison.per_day and grows_with_days(own.key) and previous is not None and whole is not None:
            now, previous = comparison.a_day(whole, previous)
    return Sided(value, missing, now, previous, comparison.in_words(*over or bases(own.key)))


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


def left_out(facts: Facts, key: str) -> str:
    """Which amounts, calls and hours are in no sum of money that a figure is made of, for want of a rate or a price; nothing where all are."""
    own, over = metric(key), compared_bases(facts, key)
    if not of_money(key):
        return ""
    lacking = unvalued(facts, key) if "benefit_lines" in bases(key) else ""
    return " · ".join(filter(None, (lacking, unpriced_of(facts, own), in_short(facts.unconverted_of(*over)))))


def _value(facts: Facts, own: Metric, row: Mapping[str, Any] | None) -> tuple[Number | None, str | None]:
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


def _number(facts: Facts, own: Metric, row: Mapping[str, Any] | None) -> Number | None:
    """The figure of a row; without a row sums are zero, where nothing is withheld, save those of what has to be recorded, and
    ratios are not known."""
    if row:
        value: Number | None = row[own.key]
        return value
    if own.recorded or not grows_with_days(own.key) or _may_be_withheld(facts):
        return None
    return Decimal(0) if own.unit == "money" else 0
