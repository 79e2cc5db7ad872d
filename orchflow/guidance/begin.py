"""Begin a flow that ships: its steps and items become rows, due on working days from its first day on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Invalid, Problem
from orchflow.guidance.flows import LOCK
from orchflow.guidance.reflow import reflow
from orchflow.guidance.rows import FlowRow
from orchflow.guidance.shipped import edition, item_values, pinned, shipped_flow, step_values
from orchflow.people.job_role_changes import allowed_by_job, may_by_job
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.journey.content import load_flows
from orchflow.planning.tables import ChecklistItem, Evidence, Flow, Step
from orchflow.store import locks
from orchflow.store.engine import Store
from orchflow.store.field import read_values
from orchflow.store.request import new_request, races_explained
from orchflow.store.rows import row_of
from orchflow.store.tables import Setting


@dataclass(frozen=True)
class Begun:
    """A flow that was begun; `undo` takes `request` back."""

    flow: FlowRow
    request: str


@dataclass(frozen=True)
class Offer:
    """A flow that ships; `flow_id` when it was begun, `newer` when other content ships now than it was begun with."""

    key: str
    number: int
    name: str
    summary: str
    steps: int
    items: int
    from_day: int
    to_day: int
    flow_id: int | None = None
    newer: bool = False


def offered(store: Store, actor: Actor) -> list[Offer]:
    """The flows that ship, and which of them were begun."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        rows = session.execute(sa.select(Flow.key, Flow.id, Flow.edition)).all()
    begun = {row.key: row for row in rows}
    offers = []
    for flow in load_flows().flows:
        row = begun.get(flow.slug)
        offers.append(
            Offer(
                flow.slug, flow.flow, flow.name, flow.summary.strip(), len(flow.steps),
                sum(len(step.checklist) for step in flow.steps), flow.window.from_day, flow.window.to_day,
                row.id if row else None, row is not None and row.edition != edition(flow),
            )
        )  # fmt: skip
    return offers


def may_begin(store: Store, actor: Actor) -> bool:
    """Whether the actor may begin flows: by their role, or by their job role."""
    with store.read() as session:
        return allowed_by_job(session, actor, "begins", Permission.PLAN_EDIT)


def begin(
    store: Store,
    actor: Actor,
    key: str,
    start_day: date | str | None = None,
    *,
    owner_id: int | None = None,
    day_one: date | None = None,
    request: str | None = None,
) -> Begun:
    """Begin the flow that ships under `key`.

    Without a `start_day` it begins where its window does after the workspace's Day 1: `day_one`, else the one kept here. What only one person's job
    role is named for is given to that person. By those who may change the plan, or whose job role begins flows. Invalid when it was begun already, or when no day is known.
    """
    actor.require(Permission.PLAN_VIEW)
    shipped = shipped_flow(key)
    request = request or new_request()
    chosen = read_values(Flow, {"owner_id": owner_id} | ({"start_day": start_day} if start_day else {}))
    with races_explained(), store.unit(actor, request) as session:
        may_by_job(session, actor, "begins", Permission.PLAN_EDIT)
        locks.take(session, LOCK)
        _refuse_begun(session, key)
        holders = only_holders(session)
        kept = pinned(shipped)
        flow = Flow(
            key=key, number=shipped.flow, name=shipped.name, summary=shipped.summary.strip(),
            start_day=chosen.get("start_day") or _day_of(session, shipped.window.from_day, day_one),
            owner_id=_present(session, owner_id), edition=edition(shipped), content=kept, own=False,
        )  # fmt: skip
        session.add(flow)
        session.flush()
        add_steps(session, flow, kept["steps"], holders)
        reflow(session, [flow.id])
        return Begun(row_of(FlowRow, flow), request)


def add_steps(session: Session, flow: Flow, steps: list[dict[str, Any]], holders: Mapping[str, int]) -> None:
    """Add steps of pinned content with their items; `holders`: job role → the one person who has it."""
    made = [
        Step(
            flow_id=flow.id, key=step["key"], position=float(place), person_id=holders.get(step["lead"] or ""),
            due_by_hand=False, own=False, **step_values(step),
        )
        for place, step in enumerate(steps, start=1)
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    for row, step in zip(made, steps, strict=True):
        session.add_all(
            new_item(row.id, item, float(place), holders)
            for place, item in enumerate(step["checklist"], start=1)
        )


def new_item(
    step_id: int, item: dict[str, Any], position: float, holders: Mapping[str, int]
) -> ChecklistItem:
    """An item of pinned content, to be added to a step."""
    values = item_values(item)
    values["evidence"] = Evidence(values["evidence"])
    return ChecklistItem(
        step_id=step_id, key=item["key"], position=position, assignee_id=holders.get(item["role"] or ""),
        due_by_hand=False, own=False, **values,
    )  # fmt: skip


def only_holders(session: Session) -> dict[str, int]:
    """Job role → the one active person who has it; roles of several people or of nobody are left out."""
    holders: dict[str, list[int]] = {}
    people = sa.select(User.job_role, User.id).where(User.active, User.job_role.is_not(None))
    for role, number in session.execute(people):
        holders.setdefault(str(role), []).append(number)
    return {role: numbers[0] for role, numbers in holders.items() if len(numbers) == 1}


def _refuse_begun(session: Session, key: str) -> None:
    begun = session.scalar(sa.select(Flow.start_day).where(Flow.key == key))
    if begun is not None:
        raise Invalid(
            [Problem(None, "key", f"{key} was begun already, on {begun}")],
            "Go on with it, or move its first day.",
        )


def _present(session: Session, owner_id: int | None) -> int | None:
    if owner_id is not None:
        active = session.scalar(sa.select(User.active).where(User.id == owner_id))
        if not active:
            why = "there is no such person" if active is None else "that account is disabled"
            raise Invalid([Problem(None, "owner_id", why)])
    return owner_id


def _day_of(session: Session, number: int, day_one: date | None) -> date:
    """A day of the journey, by the workspace's Day 1."""
    kept = session.scalar(sa.select(Setting.value).where(Setting.key == "workspace.start_date"))
    if day_one is None and kept is None:
        raise Invalid(
            [Problem(None, "start_day", "is needed: the workspace has no Day 1 yet")],
            "Give the first day, or set workspace.start_date.",
        )
    return (day_one or date.fromisoformat(str(kept))) + timedelta(days=number - 1)
