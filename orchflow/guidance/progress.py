"""How far flows and steps are, and whoever works on them: counted from the items that are required."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.guidance.counts import Counts, counted, total
from orchflow.guidance.role_groups import SMALL_GROUPS, roles_together, told_roles
from orchflow.people.job_roles import role_names
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.calendar import WorkingCalendar, read_calendar
from orchflow.planning.days import day_of
from orchflow.planning.tables import ChecklistItem, Flow, Step
from orchflow.store.engine import Store

Part: TypeAlias = Literal["person", "role"]
NOBODY: Final = ""
"""The key of what is given to nobody, or meant for no role."""


@dataclass(frozen=True)
class StepProgress:
    """A step and how far it is; `waits_for` are the keys of steps before it in which something required is open."""

    id: int
    key: str
    name: str
    lead: str | None
    person_id: int | None
    due_day: date | None
    counts: Counts
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class FlowProgress:
    """A flow and how far it is.

    `planned_end` is the last day of its last step, `finished_on` the day of the tick that completed it. `drift_days` are the
    working days that it is behind: since its earliest overdue item was due or, once complete, from its planned end to
    its real one, negative when it was early.
    """

    id: int
    key: str
    number: int
    name: str
    start_day: date
    owner_id: int | None
    planned_end: date | None
    counts: Counts
    steps: tuple[StepProgress, ...] = field(repr=False)
    finished_on: date | None = None
    drift_days: int = 0

    @property
    def steps_complete(self) -> int:
        """How many steps are complete."""
        return sum(step.counts.complete for step in self.steps)

    def document(self) -> dict[str, Any]:
        """All of it for programs, with what follows from it."""
        steps = [asdict(step) | {"counts": step.counts.document()} for step in self.steps]
        follows = {"steps_complete": self.steps_complete, "counts": self.counts.document(), "steps": steps}
        return asdict(self) | follows


@dataclass(frozen=True)
class PartProgress:
    """What is given to a person (its id as text) or meant for a job role (its key); NOBODY for the rest."""

    key: str
    name: str
    counts: Counts


def flow_progress(
    store: Store, actor: Actor, *, today: date | None = None, flow_id: int | None = None
) -> list[FlowProgress]:
    """Every flow that was begun with its steps, or one of them; in the order of their numbers."""
    actor.require(Permission.PLAN_VIEW)
    day = today or clock.now().astimezone(store.zone).date()
    with store.read() as session:
        calendar = read_calendar(session)
        steps = _steps(session, day, flow_id)
        chosen = sa.select(
            Flow.id, Flow.key, Flow.number, Flow.name, Flow.start_day, Flow.owner_id
        ).order_by(Flow.number)  # fmt: skip
        flows = session.execute(chosen if flow_id is None else chosen.where(Flow.id == flow_id)).all()
    progress = []
    for flow in flows:
        own = tuple(steps.get(flow.id, ()))
        counts = total(step.counts for step in own)
        end = max((step.due_day for step in own if step.due_day), default=None)
        finished = (
            day_of(counts.last_tick, store.zone) if counts.complete and counts.last_tick is not None else None
        )
        drift = _drift(counts, end, finished, day, calendar)
        progress.append(FlowProgress(*flow, end, counts, own, finished, drift))
    return progress


def progress_by(
    store: Store, actor: Actor, part: Part, *, today: date | None = None, flow_id: int | None = None
) -> list[PartProgress]:
    """How far people or job roles are with what is theirs, of all flows or of one.

    Those who may not see figures of single people see of people themselves alone, and roles of few people together.
    """
    actor.require(Permission.PLAN_VIEW)
    day = today or clock.now().astimezone(store.zone).date()
    key = ChecklistItem.assignee_id if part == "person" else sa.func.coalesce(ChecklistItem.role, Step.lead)
    demands = [] if flow_id is None else [_of_flow(flow_id)]
    if part == "person" and not actor.may(Permission.PERSON_FIGURES):
        demands.append(ChecklistItem.assignee_id == actor.user_id)
    with store.read() as session:
        rows = counted(session, key, day, *demands)
        names = _names(session, part, list(rows))
        if part == "role":
            rows = told_roles(rows, roles_together(session, actor))
    parts = [
        PartProgress(str(key or NOBODY), names.get(key, "Nobody" if part == "person" else "No role"), counts)
        for key, counts in rows.items()
    ]
    return sorted(parts, key=lambda each: (each.key == NOBODY, each.name.casefold()))


def _of_flow(flow_id: int) -> sa.ColumnElement[bool]:
    return ChecklistItem.step_id.in_(sa.select(Step.id).where(Step.flow_id == flow_id))


def _steps(session: Session, day: date, flow_id: int | None) -> dict[int, list[StepProgress]]:
    chosen = sa.select(
        Step.flow_id, Step.after, Step.id, Step.key, Step.name, Step.lead, Step.person_id, Step.due_day
    ).order_by(Step.flow_id, Step.position, Step.id)
    demands = [] if flow_id is None else [_of_flow(flow_id)]
    if flow_id is not None:
        chosen = chosen.where(Step.flow_id == flow_id)
    rows = session.execute(chosen).all()
    counts = counted(session, ChecklistItem.step_id, day, *demands)
    busy = {(row.flow_id, row.key) for row in rows if counts.get(row.id, Counts()).open}
    steps: dict[int, list[StepProgress]] = {}
    for row in rows:
        waits = tuple(other for other in row.after if (row.flow_id, other) in busy)
        of_step = StepProgress(
            row.id,
            row.key,
            row.name,
            row.lead,
            row.person_id,
            row.due_day,
            counts.get(row.id, Counts()),
            waits,
        )
        steps.setdefault(row.flow_id, []).append(of_step)
    return steps


def _names(session: Session, part: Part, keys: list[Any]) -> dict[Any, str]:
    if part == "role":
        return {SMALL_GROUPS: "Small groups"} | dict(role_names(session))
    people = sa.select(User.id, User.display_name).where(User.id.in_([key for key in keys if key]))
    return dict(session.execute(people).all())


def _drift(
    counts: Counts, end: date | None, finished: date | None, day: date, calendar: WorkingCalendar
) -> int:
    if finished is not None and end is not None:
        late = calendar.count(end + timedelta(days=1), finished)
        return late if finished > end else -calendar.count(finished + timedelta(days=1), end)
    if counts.next_due is None or counts.next_due >= day:
        return 0
    return calendar.count(counts.next_due + timedelta(days=1), day)
