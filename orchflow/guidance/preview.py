"""What would be due when, before a flow is begun or its first day is moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from orchflow.guidance.reflow import planned
from orchflow.guidance.schedule import ItemPlan, Schedule, StepPlan, schedule
from orchflow.guidance.shipped import shipped_flow
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.calendar import read_calendar
from orchflow.planning.tables import ChecklistItem, Flow, Step
from orchflow.store.engine import Store
from orchflow.store.rows import stored


@dataclass(frozen=True)
class Moves:
    """How many due days would move, how many were set by hand and stay, and when the last step would be due."""

    moved: int
    by_hand: int
    end: date | None


def due_if_begun(store: Store, actor: Actor, key: str, start_day: date) -> Schedule:
    """When steps and items (by key) of the flow that ships under `key` would be due, begun on `start_day`."""
    actor.require(Permission.PLAN_VIEW)
    flow = shipped_flow(key)
    steps = [StepPlan(step.key, step.after, step.days) for step in flow.steps]
    items = [
        ItemPlan(
            item.key,
            step.key,
            item.due.days if item.due else None,
            item.due.after if item.due else None,
            required=item.required,
        )
        for step in flow.steps
        for item in step.checklist
    ]
    with store.read() as session:
        return schedule(start_day, steps, items, read_calendar(session))


def moves_if(store: Store, actor: Actor, flow_id: int, start_day: date) -> Moves:
    """What moving the first day of a flow to `start_day` would do; nothing is written."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        flow = stored(session, Flow, flow_id)
        steps = list(session.scalars(sa.select(Step).where(Step.flow_id == flow.id).order_by(Step.id)))
        of_flow = sa.select(ChecklistItem).join(Step).where(Step.flow_id == flow.id)
        items = list(session.scalars(of_flow.order_by(ChecklistItem.id)))
        due = planned(start_day, steps, items, read_calendar(session))
        moved = sum(step.due_day != due.steps[step.key] for step in steps)
        moved += sum(item.due_day != due.items[item.id] for item in items)
        by_hand = sum(step.due_by_hand for step in steps) + sum(item.due_by_hand for item in items)
    return Moves(moved, by_hand, max(due.steps.values(), default=None))
