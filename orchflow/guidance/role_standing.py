"""How far the items that are meant for a job role are, flow by flow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from orchflow import clock
from orchflow.guidance.counts import Counts, counted
from orchflow.guidance.role_groups import roles_together
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


def role_standing(
    store: Store, actor: Actor, role: str, *, today: date | None = None
) -> list[RoleInFlow] | None:
    """The flows that have items for a job role (those without a role of their own are for whoever leads their step).

    None where it is of few people and the actor may not see figures of small groups.
    """
    actor.require(Permission.PLAN_VIEW)
    day = today or clock.now().astimezone(store.zone).date()
    meant = sa.func.coalesce(ChecklistItem.role, Step.lead) == role
    with store.read() as session:
        if role in roles_together(session, actor):
            return None
        counts = counted(session, Step.flow_id, day, meant)
        flows = session.execute(
            sa.select(Flow.id, Flow.key, Flow.number, Flow.name).order_by(Flow.number)
        ).all()
    return [
        RoleInFlow(flow.key, flow.number, flow.name, counts[flow.id]) for flow in flows if flow.id in counts
    ]
