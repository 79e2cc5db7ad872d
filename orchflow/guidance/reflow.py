"""Due days follow the start of their flow, the rules of its steps and items, and the working calendar."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.guidance.schedule import ItemPlan, Schedule, StepPlan, schedule
from orchflow.planning.calendar import WorkingCalendar, read_calendar
from orchflow.planning.tables import ChecklistItem, Flow, Step


def reflow(session: Session, flow_ids: Collection[int] | None = None) -> int:
    """Set the due days of flows (None: of all) anew, those set by hand left as they are; returns how many moved.

    Invalid when steps wait for each other in a circle or a day lies past the year 9999.
    """
    session.flush()
    chosen = sa.select(Flow).order_by(Flow.id)
    if flow_ids is not None:
        chosen = chosen.where(Flow.id.in_(flow_ids))
    flows = list(session.scalars(chosen))
    if not flows:
        return 0
    known = {flow.id for flow in flows}
    calendar = read_calendar(session)
    steps: dict[int, list[Step]] = {flow.id: [] for flow in flows}
    for step in session.scalars(sa.select(Step).where(Step.flow_id.in_(known)).order_by(Step.id)):
        steps[step.flow_id].append(step)
    items: dict[int, list[ChecklistItem]] = {flow.id: [] for flow in flows}
    flow_of = {step.id: flow_id for flow_id, own in steps.items() for step in own}
    of_flows = sa.select(ChecklistItem).join(Step).where(Step.flow_id.in_(known)).order_by(ChecklistItem.id)
    for item in session.scalars(of_flows):
        items[flow_of[item.step_id]].append(item)
    moved = sum(_reflow(flow, steps[flow.id], items[flow.id], calendar) for flow in flows)
    session.flush()
    return moved


def planned(
    start: date, steps: Collection[Step], items: Collection[ChecklistItem], calendar: WorkingCalendar
) -> Schedule:
    """When the steps (by key) and items (by id) of a flow are due that begins on `start`."""
    keys = {step.id: step.key for step in steps}
    return schedule(
        start,
        [step_plan(step) for step in steps],
        [item_plan(item, keys[item.step_id]) for item in items],
        calendar,
    )


def _reflow(
    flow: Flow, steps: Collection[Step], items: Collection[ChecklistItem], calendar: WorkingCalendar
) -> int:
    due = planned(flow.start_day, steps, items, calendar)
    moved = 0
    for step in steps:
        moved += _put(step, due.steps[step.key])
    for item in items:
        moved += _put(item, due.items[item.id])
    return moved


def step_plan(step: Step) -> StepPlan:
    """What decides when a step ends."""
    return StepPlan(step.key, step.after, step.days, step.due_day if step.due_by_hand else None)


def item_plan(item: ChecklistItem, step: str) -> ItemPlan:
    """What decides when an item of a step (by key) is due."""
    by_hand = item.due_day if item.due_by_hand else None
    return ItemPlan(item.id, step, item.due_days, item.due_after, by_hand, item.required)


def _put(row: Step | ChecklistItem, day: object) -> int:
    if row.due_day == day:
        return 0
    row.due_day = day  # type: ignore[assignment]
    return 1
