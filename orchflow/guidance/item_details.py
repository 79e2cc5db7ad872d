"""One item of a checklist with all that its reader needs: where it stands in its flow, what holds it up, who may do what."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.results import CheckStanding, list_checks
from orchflow.guidance.items import get_item
from orchflow.guidance.rows import ItemRow, StepRow
from orchflow.guidance.steps import get_step
from orchflow.guidance.waits import waits_for
from orchflow.people.job_roles import roles_in
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.tables import Flow, Project, Task, WorkflowColumn
from orchflow.planning.work.own_items import OwnItems
from orchflow.workspace import Workspace


@dataclass(frozen=True)
class ItemTask:
    """The task that an item became, with its status in words and the project that it is in."""

    id: int
    title: str
    status: str
    project: str


@dataclass(frozen=True)
class ItemDetails:
    """An item, its step and flow, and what the reader may do.

    `works` says that they may tick it, `manages` that they may assign it and set its day. `who` are those that work on it, in
    words. `waits_for` are the names of the steps before its own that still have open items. `project_id` is where a task of
    its step would go.
    """

    item: ItemRow
    step: StepRow
    flow_id: int
    flow_key: str
    flow_number: int
    flow_name: str
    role: str | None
    assignee: str | None
    ticked_by: str | None
    works: bool
    manages: bool
    who: str
    waits_for: tuple[str, ...]
    check: CheckStanding | None
    task: ItemTask | None
    project_id: int | None


def item_details(ws: Workspace, actor: Actor, item_id: int) -> ItemDetails:
    """All of it; NotFound when there is no such item."""
    item = get_item(ws.store, actor, item_id)
    step = get_step(ws.store, actor, item.step_id)
    role = item.role or step.lead
    with ws.store.read() as session:
        flow = session.execute(
            sa.select(Flow.id, Flow.key, Flow.number, Flow.name).where(Flow.id == step.flow_id)
        ).one()
        known = roles_in(session).get(role or "")
        people = _people(session, [item.assignee_id, item.ticked_by_id, step.person_id])
        works = actor.may(Permission.PLAN_EDIT) or (
            actor.may(Permission.PLAN_EDIT_OWN) and OwnItems(session, actor).has(item)
        )
        waits, task, project = (
            waits_for(session).get(step.id, ()),
            _task(session, item.task_id),
            _project(session, step),
        )
    check = None
    if item.check_key in CHECKS:
        check = list_checks(ws, actor, keys=(item.check_key,))[0]
    return ItemDetails(
        item, step, *flow,
        role=role, assignee=people.get(item.assignee_id or 0), ticked_by=people.get(item.ticked_by_id or 0),
        works=works, manages=actor.may(Permission.PLAN_EDIT),
        who=_who(people.get(item.assignee_id or 0), known.name if known else "", people.get(step.person_id or 0)),
        waits_for=waits, check=check, task=task, project_id=project,
    )  # fmt: skip


def _people(session: Session, ids: list[int | None]) -> dict[int, str]:
    wanted = {number for number in ids if number is not None}
    return dict(session.execute(sa.select(User.id, User.display_name).where(User.id.in_(wanted))).all())


def _who(assignee: str | None, role: str, person: str | None) -> str:
    """Those who may tick it, the nearest first."""
    named = [
        assignee,
        f"anybody with the job role {role}" if role else None,
        person,
    ]
    return " or ".join(filter(None, [", ".join(dict.fromkeys(filter(None, named))), "a manager"]))


def _task(session: Session, task_id: int | None) -> ItemTask | None:
    if task_id is None:
        return None
    called = sa.select(sa.func.min(WorkflowColumn.name)).where(WorkflowColumn.key == Task.status)
    row = session.execute(
        sa.select(Task.id, Task.title, sa.func.coalesce(called.scalar_subquery(), Task.status), Project.name)
        .join(Project, Project.id == Task.project_id)
        .where(Task.id == task_id)
    ).one_or_none()
    return None if row is None else ItemTask(*row)


def _project(session: Session, step: StepRow) -> int | None:
    """Where tasks of the step are already."""
    return session.scalar(sa.select(sa.func.min(Task.project_id)).where(Task.step == step.key))
