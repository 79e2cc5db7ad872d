"""How far job roles are with the topics of the flows: each topic of each step by the job role that its items are meant for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.guidance.progress import NOBODY
from orchflow.guidance.role_groups import SMALL_GROUPS, roles_together
from orchflow.people.job_roles import JobRole
from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.planning.tables import ChecklistItem, Flow, ItemState, Step
from orchflow.store.engine import Store

TOPICS: Final = (
    "flow", "flow_name", "step", "step_name", "topic", "role", "items", "settled", "overdue",
)  # fmt: skip


@dataclass(frozen=True)
class RoleTopics:
    """`frame`: a row for each topic and role with `TOPICS`, in the order of the flows; required items that apply, those settled
    (ticked or exempt) and those open and past their day. `withheld`: roles of few people are told together, or not at all."""

    frame: pd.DataFrame
    withheld: bool


def role_topics(store: Store, actor: Actor, today: date) -> RoleTopics:
    """The topics of the flows that were begun, by job role: the item's own, else that of who leads its step.

    Those who may not see figures of small groups see roles of fewer than five people together, those without anybody and
    their own excepted.
    """
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        frame = _counted(session, today)
        apart = roles_together(session, actor)
    if not apart:
        return RoleTopics(frame, False)
    small = frame["role"].isin(list(apart))
    if len(set().union(*apart.values())) < SMALLEST_GROUP:
        return RoleTopics(frame[~small].reset_index(drop=True), bool(small.any()))
    frame.loc[small, "role"] = SMALL_GROUPS
    keys = list(TOPICS[:6])
    together = frame.groupby(keys, sort=False, as_index=False).sum(numeric_only=True)
    return RoleTopics(together[list(TOPICS)], bool(small.any()))


def role_name(key: str, roles: Mapping[str, JobRole]) -> str:
    """What a job role is called among `roles`."""
    if key == SMALL_GROUPS:
        return "Small groups"
    return roles[key].name if key in roles else "No role"


def _counted(session: Session, today: date) -> pd.DataFrame:
    item = ChecklistItem
    settled = item.state.in_((ItemState.TICKED, ItemState.EXEMPT))
    overdue = sa.and_(item.state == ItemState.OPEN, item.due_day < today)

    def many(demand: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((demand, 1), else_=0))

    role = sa.func.coalesce(item.role, Step.lead, NOBODY)
    rows = session.execute(
        sa.select(
            Flow.number, Flow.name, Step.key, Step.name, item.topic, role, sa.func.count(), many(settled), many(overdue)
        )
        .join(Step, Step.id == item.step_id).join(Flow, Flow.id == Step.flow_id)
        .where(item.required, item.state != ItemState.NOT_APPLICABLE)
        .group_by(Flow.number, Flow.name, Step.position, Step.id, Step.key, Step.name, item.topic, role)
        .order_by(Flow.number, Step.position, Step.id, sa.func.min(item.position), role)
    ).all()  # fmt: skip
    return pd.DataFrame([tuple(row) for row in rows], columns=list(TOPICS))
