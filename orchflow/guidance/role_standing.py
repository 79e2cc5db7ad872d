"""How far the items that are meant for a job role are, flow by flow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from orchflow import clock
from orchflow.guidance.progress import Counts, counted
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import ChecklistItem, Flow, Step
from orchflow.store.engine import Store


@dataclass(frozen=True)
class RoleInFlow:
    """The items of a flow that are meant for a job role."""

    flow: str
    number: int
    name: str
    counts: Counts


def role_standing(store: Store, actor: Actor, role: str, *, today: date | None = None) -> list[RoleInFlow]:
    """The flows that have items for a job role (those without a role of their own are for whoever leads their step)."""
    actor.require(Permission.PLAN_VIEW)
    day = today or clock.now().astimezone(store.zone).date()
    meant = sa.func.coalesce(ChecklistItem.role, Step.lead) == role
    with store.read() as session:
        counts = counted(session, Step.flow_id, day, meant)
        flows = session.execute(
            sa.select(Flow.id, Flow.key, Flow.number, Flow.name).order_by(Flow.number)
        ).all()
    return [
        RoleInFlow(flow.key, flow.number, flow.name, counts[flow.id]) for flow in flows if flow.id in counts
    ]
