"""When the plan can end: figures of the timeline, by the days that are planned now."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from orchflow.format import day
from orchflow.metrics.catalogue import plan_rows as behind
from orchflow.metrics.catalogue.plan import NO_TASKS, PEOPLE, plan
from orchflow.metrics.metric import Metric, Reading

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts
    from orchflow.planning.timeline.timeline import Bar

dates = partial(
    plan, parts=("effort", "project"), window="now",
    undivided=PEOPLE
    | dict.fromkeys(("sprint", "team", "flow"), "days are laid out along efforts and projects")
    | {"grain": "it looks ahead from the days that are planned now; those of the past are in baselines"},
)  # fmt: skip


def _days_to_end(facts: Facts) -> Reading:
    end = facts.timeline.end
    if end is None:
        return Reading(None, missing="Nothing is open.")
    end = max(end, facts.today)
    return Reading((end - facts.today).days, f"{day(end)} at full speed")


def _tasks(facts: Facts) -> list[Bar]:
    return [bar for bar in facts.timeline.bars if bar.row.kind == "task"]


def _of_open(tasks: Sequence[Bar]) -> str:
    return f"of {sum(bar.row.open for bar in tasks):,} open"


def _critical_tasks(facts: Facts) -> Reading:
    tasks = _tasks(facts)
    return Reading(len(facts.timeline.critical_path) if tasks else None, _of_open(tasks), missing=NO_TASKS)


def _late_tasks(facts: Facts) -> Reading:
    tasks = _tasks(facts)
    if not tasks:
        return Reading(None, missing=NO_TASKS)
    beyond = sum(bar.beyond_due > 0 and not bar.late for bar in tasks)
    said = f"{beyond} more will be late" if beyond else _of_open(tasks)
    return Reading(sum(bar.late for bar in tasks), said)


def _next_milestone(facts: Facts) -> Reading:
    rows = [bar.row for bar in _tasks(facts)]
    ahead = [row.end for row in rows if row.milestone and row.open and row.end and row.end >= facts.today]
    if not ahead:
        return Reading(None, missing="No open milestone lies ahead.")
    return Reading((min(ahead) - facts.today).days, day(min(ahead)))


METRICS: tuple[Metric, ...] = (
    dates(
        rows=behind.open_tasks, key="days_to_end", label="Until all can be done", question="When can everything be done?", unit="days",
        direction="down", read=_days_to_end,
        definition="Days to the earliest day on which every open task can be done: each takes its estimate within the days planned "
        "for it, starts when what it waits for is done, and not before today. It assumes that whoever does it is free; the "
        "forecast on Flow metrics goes by the pace of the past instead. A part of the plan waits for what is in it.",
    ),
    dates(
        rows=behind.critical_tasks, key="critical_tasks", label="Critical tasks", question="What decides the end?", unit="count", direction="none",
        read=_critical_tasks,
        definition="Open tasks with less than a day of slack: each day one of them slips moves the end. A part of the plan has an end of its "
        "own, so the parts do not add up to the whole.",
    ),
    dates(
        rows=behind.late_tasks, key="late_tasks", label="Open past their last day", question="What is late?", unit="count", direction="down",
        read=_late_tasks,
        definition="Open tasks whose due day is over; and beside it those whose due day is to come, but which end after it even at "
        "the earliest.",
    ),
    dates(
        rows=behind.milestones_ahead, key="next_milestone", label="Next milestone", question="When is the next milestone?", unit="days", direction="none",
        read=_next_milestone, definition="Days until the due day of the next open milestone.",
    ),
)  # fmt: skip
