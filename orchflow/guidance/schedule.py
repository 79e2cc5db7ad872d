"""When the steps and items of a flow are due: counted on working days from its first day, or from the end of a step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np

from orchflow.errors import Invalid, Problem
from orchflow.planning.calendar import WorkingCalendar


@dataclass(frozen=True)
class StepPlan:
    """A step that comes after others and takes so many working days; `fixed` is a last day that was set by hand."""

    key: str
    after: Sequence[str] = ()
    days: int = 1
    fixed: date | None = None


@dataclass(frozen=True)
class ItemPlan:
    """An item of a step, due `days` working days after the flow's first day or after the end of the step `after`.

    Without `days` it is due with its step. `fixed` is a day that was set by hand. An optional one (not `required`) may be
    due after its step, which does not wait for it.
    """

    key: Any
    step: str
    days: int | None = None
    after: str | None = None
    fixed: date | None = None
    required: bool = True


@dataclass(frozen=True)
class Schedule:
    """The days on which steps (by key) and items (by key) are due."""

    steps: Mapping[str, date]
    items: Mapping[Any, date]


def schedule(
    start: date, steps: Sequence[StepPlan], items: Sequence[ItemPlan], calendar: WorkingCalendar
) -> Schedule:
    """The due days of a flow that begins on `start`, or on the first working day after it.

    A step ends with the last of its required items (of all, where none is required) that has a rule or a day of its own;
    without any with a rule, so many working days after those before it. What names a step that is not there counts from the flow's first day. Invalid when steps wait for
    each other in a circle, or a day lies past the year 9999.
    """
    by_step: dict[str, list[ItemPlan]] = {step.key: [] for step in steps}
    for item in items:
        by_step[item.step].append(item)
    ends: dict[str, date] = {}
    dues: dict[Any, date] = {}
    by_key = {step.key: step for step in steps}
    for key in in_order(waits(steps, items)):
        step = by_key[key]
        own = {
            item.key: item.fixed or _after(calendar, ends.get(item.after or "", start), item.days or 0)
            for item in by_step[key]
            if item.fixed is not None or item.days is not None
        }
        deciding = [item for item in by_step[key] if item.required] or by_step[key]
        last = [own[item.key] for item in deciding if item.key in own]
        if all(item.days is None for item in deciding):
            begins = [_after(calendar, ends[before], 1) for before in step.after if before in ends]
            last.append(_after(calendar, max([start, *begins]), max(step.days - 1, 0)))
        ends[key] = step.fixed or max(last)
        dues |= {item.key: own.get(item.key, ends[key]) for item in by_step[key]}
    return Schedule(ends, dues)


def waits(steps: Iterable[StepPlan], items: Iterable[ItemPlan]) -> dict[str, set[str]]:
    """Step → the steps whose ends decide on its own, itself left out."""
    before = {step.key: set(step.after) - {step.key} for step in steps}
    for item in items:
        if item.after is not None and item.days is not None and item.after != item.step:
            before[item.step].add(item.after)
    return {key: needed & before.keys() for key, needed in before.items()}


def in_order(before: Mapping[str, Iterable[str]]) -> list[str]:
    """The steps, each after those that it waits for; Invalid names a circle."""
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError as error:
        circle = " → ".join(error.args[1])
        raise Invalid([Problem(None, "after", f"steps wait for each other in a circle: {circle}")]) from None


def _after(calendar: WorkingCalendar, day: date, days: int) -> date:
    """So many working days after `day`; 0 is the day itself, or the first working day after it."""
    due = calendar.nth(day, np.array([days]))[0].astype(object)
    if not isinstance(due, date):
        raise Invalid([Problem(None, "start_day", "leads past the year 9999")])
    return due
