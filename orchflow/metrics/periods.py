"""Figures over several periods as one query: the rows of all of them are read once, and each counts in every period in which it lies.

A day that is cut short, since the day it is compared with still goes on, is read beside the whole days and counts only where it is cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.metrics.comparison import ONLY_NOW
from orchflow.metrics.compiler import bases, compiled, has
from orchflow.metrics.filters import Filters
from orchflow.metrics.metric import Base, Dimension

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

Row: TypeAlias = dict[str, Any]
Sides: TypeAlias = dict[str, dict[str, Row]]
"""By `current`, `previous` and, where the comparison is shortened, `compared`: by the value of the dimension (`""` for the whole) what
the figures are. A figure of which there is no row has no key there."""
APART: frozenset[Base] = frozenset({"agent_costs", "benefit_lines"})
"""Bases whose rows are made of the days of one period: nothing of them stands on a day that is read beside these."""
DAY = timedelta(days=1)


def read_sides(each: Sequence[Facts], keys: Sequence[str], by: Dimension | None = None) -> list[Sides]:
    """Of each of some facts, which one reader has of several periods, the figures `keys` by a dimension or in all; with what they
    are compared with. Nothing of facts of which nothing is told. Their filters differ in their days alone."""
    together = tuple(key for key in keys if APART.isdisjoint(bases(key)))
    apart = tuple(key for key in keys if key not in together)
    told = [facts for facts in each if facts.told is not None]
    found: dict[int, Sides] = {id(facts): {} for facts in each}
    for facts in told:
        facts.privacy.check(facts.filters, by)
    if together and told:
        for facts, sides in zip(told, _together(told, together, by), strict=True):
            _add(found[id(facts)], sides)
    if apart:
        for facts in told:
            _add(found[id(facts)], _alone(facts, apart, by))
    for facts in told:
        for key in keys:
            if not facts.tells(*bases(key)):
                for lines in found[id(facts)].values():
                    for line in lines.values():
                        line[key] = None
    return [found[id(facts)] for facts in each]


def of_keys(sides: Sides, keys: Sequence[str]) -> Sides:
    """What is known there of some of the figures: the lines in which a base of theirs has rows, as if they had been read alone."""
    over = {has(base) for key in keys for base in bases(key)}
    return {
        period: {value: line for value, line in lines.items() if any(line.get(name) for name in over)}
        for period, lines in sides.items()
    }


def _add(found: Sides, sides: Sides) -> None:
    for period, lines in sides.items():
        for value, line in lines.items():
            found.setdefault(period, {}).setdefault(value, {}).update(line)


def _alone(facts: Facts, keys: tuple[str, ...], by: Dimension | None) -> Sides:
    """By the query of one period and the one before."""
    query = compiled(keys, by, None, facts.filters.narrowed, small_told=facts.privacy.people)
    params, known = facts.params(), {has(base): True for key in keys for base in bases(key)}
    sides = _by_period(facts.warehouse.query(query, params).to_pylist())
    if facts.comparison.shortened:
        shortened = facts.warehouse.query(query, params | {"end": facts.comparison.end}).to_pylist()
        sides["compared"] = _by_period(shortened).get("current", {})
    for lines in sides.values():
        for line in lines.values():
            line |= known
    return sides


def _together(each: Sequence[Facts], keys: tuple[str, ...], by: Dimension | None) -> list[Sides]:
    """By one query of all periods."""
    first = each[0]
    days: list[tuple[date, date | None, str]] = []
    names: dict[Filters, str] = {}
    cuts: dict[date, dict[str, Any]] = {}
    for facts in each:
        if facts.filters not in names:
            names[facts.filters] = str(len(names))
            days += _days(facts, names[facts.filters])
            _cut(facts, cuts)
    start, end = min(day for day, _, _ in days), max(day for day, _, _ in days)
    wide = replace(first.filters, start=start, end=end)
    params = first.params() | wide.params() | ONLY_NOW
    params |= {
        "window_days": [day for day, _, _ in days], "window_cuts": [cut for _, cut, _ in days], "window_names": [told for _, _, told in days],
    }  # fmt: skip
    for place, (day, until) in enumerate(cuts.items()):
        params |= {f"previous_end_{place}": day} | {f"{name}_{place}": at for name, at in until.items()}
    if not first.privacy.people:
        params |= first.stretches.params(start, end)
    query = compiled(keys, by, None, first.filters.narrowed, small_told=first.privacy.people, cuts=len(cuts))
    read: dict[str, list[Row]] = {}
    for row in first.warehouse.query(query, params).to_pylist():
        name, _, row["period"] = row["period"].partition(" ")
        read.setdefault(name, []).append(row)
    return [_by_period(read.get(names[facts.filters], [])) for facts in each]


def _by_period(lines: Sequence[Row]) -> Sides:
    sides: Sides = {}
    for line in lines:
        row = dict(line)
        sides.setdefault(row.pop("period"), {})[row.pop("value", "")] = row
    return sides


def _days(facts: Facts, name: str) -> list[tuple[date, date | None, str]]:
    """The days of a period and of the one before, each with the day as which it is cut short, and what it counts in."""
    own, compared = facts.period, facts.comparison
    days: list[tuple[date, date | None, str]] = [
        (day, None, f"{name} current") for day in _from(own.start, own.end)
    ]
    if compared.shortened:
        days += [(day, None, f"{name} compared") for day in _from(own.start, compared.end)]
    last = compared.previous_end
    whole = last - DAY if compared.running else last
    days += [(day, None, f"{name} previous") for day in _from(compared.previous_start, whole)]
    if compared.running and compared.previous_start <= last:
        days.append((last, last, f"{name} previous"))
    return days


def _from(start: date, end: date) -> list[date]:
    return [start + DAY * place for place in range((end - start).days + 1)]


def _cut(facts: Facts, cuts: dict[date, dict[str, Any]]) -> None:
    """The day before that is cut short, and until when usage and runs count in it."""
    compared = facts.comparison
    until: Mapping[str, Any] = {"usage_until": compared.usage_until, "runs_until": compared.runs_until}
    if compared.running and any(until.values()):
        cuts[compared.previous_end] = dict(until)
