"""The rows that figures of the plan and of the guidance are counted from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import sqlalchemy as sa

from orchflow.metrics.metric import RowsBehind
from orchflow.planning.days import Days
from orchflow.planning.flow.cumulative_flow import tasks_done, until
from orchflow.planning.flow.scope import EVERYTHING
from orchflow.planning.steps import NONE
from orchflow.planning.tables import ChecklistItem, ItemState

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

Behind = tuple[RowsBehind, ...]


def _of(dataset: str, ids: Iterable[int]) -> Behind:
    """The rows with these ids; where there are none, none."""
    return (RowsBehind(dataset, {"id": tuple(map(str, sorted(set(map(int, ids))))) or ("0",)}),)


def tasks_of_scope(facts: Facts) -> Behind:
    """The tasks that were there at the instant of the facts."""
    if facts.plan.tasks == EVERYTHING and not facts.looks_back:
        return (RowsBehind("tasks"),)
    now = until(facts.history(), facts.now).last_of_each()
    return _of("tasks", now.task[now.state != NONE])


def tasks_in_progress(facts: Facts) -> Behind:
    """The open tasks that were started."""
    return _of("tasks", facts.flow.ageing.frame["task_id"])


def oldest_task(facts: Facts) -> Behind:
    """The one of them that is oldest."""
    return _of("tasks", facts.flow.ageing.frame["task_id"][:1])


def tasks_measured(facts: Facts) -> Behind:
    """The tasks whose time from start to end is counted."""
    return _of("tasks", facts.flow.cycle.frame["task_id"])


def tasks_finished(facts: Facts) -> Behind:
    """The tasks that reached done in the period."""
    days = Days.between(facts.filters.start, min(facts.filters.end, facts.today), facts.ws.zone)
    return _of("tasks", tasks_done(until(facts.history(), facts.now), days))


def tasks_of_sprint(facts: Facts) -> Behind:
    """The tasks that ever were in the sprint, and the changes that moved its scope."""
    sprint = facts.burndown
    if sprint is None:
        return _of("tasks", ())
    return _of("tasks", facts.history("sprint_id").of_tasks_ever_in("sprint_id", [sprint.sprint_id]).task)


def closed_sprints(facts: Facts) -> Behind:
    """The sprints that were closed."""
    return _of("sprints", (sprint.sprint_id for sprint in facts.velocity.sprints))


def open_tasks(facts: Facts) -> Behind:
    """The tasks that are laid out from today on."""
    return _of(
        "tasks", (bar.row.id for bar in facts.timeline.bars if bar.row.kind == "task" and bar.row.open)
    )


def critical_tasks(facts: Facts) -> Behind:
    """The tasks that decide the end."""
    return _of("tasks", facts.timeline.critical_path)


def late_tasks(facts: Facts) -> Behind:
    """The open tasks whose last day is over."""
    return _of("tasks", (bar.row.id for bar in facts.timeline.bars if bar.row.kind == "task" and bar.late))


def milestones_ahead(facts: Facts) -> Behind:
    """The open milestones whose day is to come."""
    rows = (bar.row for bar in facts.timeline.bars if bar.row.kind == "task" and bar.row.milestone)
    return _of("tasks", (row.id for row in rows if row.open and row.end and row.end >= facts.today))


def checklist_items(facts: Facts) -> Behind:
    """The required items of the flows that were begun."""
    wanted = facts.plan.tasks.flow
    begun = (flow.number for flow in facts.begun_flows if wanted in (None, flow.number))
    flows = tuple(str(number) for number in begun if number is not None) or ("0",)
    return (RowsBehind("checklist_items", {"flow": flows, "required": ("true",)}),)


def overdue_items(facts: Facts) -> Behind:
    """Of these the ones that are open and past their day."""
    [required] = checklist_items(facts)
    overdue = sa.select(ChecklistItem.id).where(
        ChecklistItem.state == ItemState.OPEN, ChecklistItem.due_day < facts.today
    )
    with facts.ws.store.read() as session:
        [late] = _of("checklist_items", session.scalars(overdue))
    return (RowsBehind("checklist_items", {**required.where, **late.where}),)


def steps_standing(facts: Facts) -> Behind:
    """The steps of the flows that were begun."""
    flow = facts.plan.tasks.flow
    return (RowsBehind("step_standings", {} if flow is None else {"flow": (str(flow),)}),)


def check_results(_: Facts) -> Behind:
    """Every self-check as it was last evaluated."""
    return (RowsBehind("check_results"),)


def page_opinions(_: Facts) -> Behind:
    """Every opinion of a guide."""
    return (RowsBehind("page_opinions"),)
