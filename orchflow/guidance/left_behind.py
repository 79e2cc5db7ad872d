"""What people whose account was disabled still had to do, and handing it over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Invalid, NotFound, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.tables import ChecklistItem, Flow, ItemState, Step
from orchflow.store.engine import Store
from orchflow.store.merge import lock_rows
from orchflow.store.request import new_request, races_explained


@dataclass(frozen=True)
class LeftBehind:
    """A person who left, with the ids of what is still theirs: open items, steps and flows."""

    person_id: int
    name: str
    items: tuple[int, ...]
    steps: tuple[int, ...]
    flows: tuple[int, ...]


@dataclass(frozen=True)
class HandedOver:
    """How much was handed over; `undo` takes `request` back."""

    request: str
    items: int
    steps: int
    flows: int


def left_behind(store: Store, actor: Actor, *, flow_id: int | None = None) -> list[LeftBehind]:
    """What is still with people whose account is disabled, by their names; of all flows or of one."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        gone = sa.select(User.id, User.display_name).where(User.active.is_(False))
        people = dict(session.execute(gone.order_by(User.display_name, User.id)).all())
        items, steps, flows = _held(session, people.keys(), flow_id)
    told = []
    for person, name in people.items():
        own = (tuple(items.get(person, ())), tuple(steps.get(person, ())), tuple(flows.get(person, ())))
        if any(own):
            told.append(LeftBehind(person, name, *own))
    return told


def hand_over(
    store: Store, actor: Actor, person_id: int, to_id: int | None, *, request: str | None = None
) -> HandedOver:
    """Give the open items, steps and flows of one person to another, or (None) to nobody: then its job role does them.

    What was ticked stays as it is. Invalid when the other's account is disabled.
    """
    actor.require(Permission.PLAN_EDIT)
    request = request or new_request()
    with races_explained(), store.unit(actor, request) as session:
        known = dict(
            session.execute(sa.select(User.id, User.active).where(User.id.in_([person_id, to_id or 0]))).all()
        )
        if person_id not in known:
            raise NotFound(f"There is no person {person_id}", "Look the person up on People.")
        if to_id is not None and not known.get(to_id):
            why = "that account is disabled" if to_id in known else "there is no such person"
            raise Invalid([Problem(None, "to", why)])
        own_items, own_steps, own_flows = _held(session, {person_id})
        items = lock_rows(session, ChecklistItem, own_items.get(person_id, ()))
        steps = lock_rows(session, Step, own_steps.get(person_id, ()))
        flows = lock_rows(session, Flow, own_flows.get(person_id, ()))
        for item in items.values():
            item.assignee_id = to_id
        for step in steps.values():
            step.person_id = to_id
        for flow in flows.values():
            flow.owner_id = to_id
        return HandedOver(request, len(items), len(steps), len(flows))


def _held(
    session: Session, people: Collection[int], flow_id: int | None = None
) -> tuple[dict[int, list[int]], dict[int, list[int]], dict[int, list[int]]]:
    """Person → the ids of their open items, of their steps and of their flows."""
    items = sa.select(ChecklistItem.assignee_id, ChecklistItem.id).where(
        ChecklistItem.assignee_id.in_(people), ChecklistItem.state == ItemState.OPEN
    )
    steps = sa.select(Step.person_id, Step.id).where(Step.person_id.in_(people))
    flows = sa.select(Flow.owner_id, Flow.id).where(Flow.owner_id.in_(people))
    if flow_id is not None:
        items = items.join(Step, Step.id == ChecklistItem.step_id).where(Step.flow_id == flow_id)
        steps, flows = steps.where(Step.flow_id == flow_id), flows.where(Flow.id == flow_id)
    return (
        _by_person(session, items.order_by(ChecklistItem.id)),
        _by_person(session, steps.order_by(Step.id)),
        _by_person(session, flows.order_by(Flow.id)),
    )


def _by_person(session: Session, pairs: sa.Select[int | None, int]) -> dict[int, list[int]]:
    held: dict[int, list[int]] = {}
    for person, number in session.execute(pairs):
        held.setdefault(person or 0, []).append(number)
    return held
