"""How far flows and steps are, and whoever works on them: counted from the items that are required."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.guidance.role_groups import SMALL_GROUPS, roles_together, told_roles
from orchflow.people.job_roles import role_names
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.calendar import WorkingCalendar, read_calendar
from orchflow.planning.days import day_of
from orchflow.planning.tables import ChecklistItem, Flow, ItemState, Step
from orchflow.store.engine import Store

Part: TypeAlias = Literal["person", "role"]
NOBODY: Final = ""
"""The key of what is given to nobody, or meant for no role."""


@dataclass(frozen=True)
class Counts:
    """How many items there are and what became of them; all but the `optional` ones are required.

    `overdue` are open and past their day, `given_away` open and with somebody whose account is disabled. `next_due` is
    the earliest day of an open one, `last_tick` the latest tick.
    """

    items: int = 0
    ticked: int = 0
    exempt: int = 0
    not_applicable: int = 0
    overdue: int = 0
    due: int = 0
    unassigned: int = 0
    given_away: int = 0
    optional: int = 0
    optional_ticked: int = 0
    next_due: date | None = None
    last_tick: datetime | None = None

    @property
    def open(self) -> int:
        """How many are still to do."""
        return self.items - self.ticked - self.exempt - self.not_applicable

    @property
    def begun(self) -> bool:
        """Whether there is something to do and any of it is not open any more, or something optional is ticked."""
        return self.items > 0 and (self.open < self.items or self.optional_ticked > 0)

    @property
    def complete(self) -> bool:
        """Whether there was something to do and nothing is left."""
        return self.items > 0 and self.open == 0

    @property
    def share(self) -> float | None:
        """The part of what applies that is ticked or exempt, from 0 to 1; None where nothing is required."""
        applies = self.items - self.not_applicable
        if self.items == 0:
            return None
        return (self.ticked + self.exempt) / applies if applies else 1.0

    @property
    def expected(self) -> float | None:
        """The part of all that should be ticked by today."""
        return self.due / self.items if self.items else None

    def document(self) -> dict[str, Any]:
        """All of it for programs, with what follows from it."""
        follows = {
            "open": self.open,
            "complete": self.complete,
            "share": self.share,
            "expected": self.expected,
        }
        return asdict(self) | follows

    def __add__(self, other: Counts) -> Counts:
        sums = {name: getattr(self, name) + getattr(other, name) for name in _COUNTED}
        days = [day for day in (self.next_due, other.next_due) if day is not None]
        ticks = [tick for tick in (self.last_tick, other.last_tick) if tick is not None]
        return Counts(**sums, next_due=min(days, default=None), last_tick=max(ticks, default=None))


_COUNTED = tuple(name for name in Counts.__dataclass_fields__ if name not in ("next_due", "last_tick"))


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


def total(parts: Iterable[Counts]) -> Counts:
    """The sum of counts."""
    return sum(parts, Counts())


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


def counted(session: Session, key: Any, day: date, *demands: Any) -> dict[Any, Counts]:
    """The counts for each value of `key`: grouped by what the items are as well, so that the store adds up little."""
    item = ChecklistItem
    gone = sa.select(User.id).where(User.active.is_(False))

    def many(demand: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((demand, 1), else_=0))

    groups = (
        sa.select(
            key, item.required, item.state, sa.func.count(), many(item.due_day < day), many(item.due_day == day),
            many(item.assignee_id.is_(None)), many(item.assignee_id.in_(gone)), sa.func.min(item.due_day),
            sa.func.max(item.ticked_at),
        )
        .where(*demands)
        .group_by(key, item.required, item.state)
    )  # fmt: skip
    if key is not item.assignee_id and key is not item.step_id:
        groups = groups.join(Step, Step.id == item.step_id)
    sums: dict[Any, list[Any]] = {}
    for value, *group in session.execute(groups):
        _add(sums.setdefault(value, [*[0] * len(_COUNTED), None, None]), *group)
    return {value: Counts(*counted) for value, counted in sums.items()}


_PLACE = {name: place for place, name in enumerate(Counts.__dataclass_fields__)}


def _add(
    sums: list[Any], required: bool, state: ItemState, items: int, past: int, today: int, unassigned: int, away: int,
    due: date | None, tick: datetime | None,
) -> None:  # fmt: skip
    """Add items that are alike to the counts, which stand in the order of `Counts`."""
    if not required:
        sums[_PLACE["optional"]] += items
        sums[_PLACE["optional_ticked"]] += items if state is ItemState.TICKED else 0
        return
    sums[_PLACE["items"]] += items
    sums[_PLACE["due"]] += past + today
    if state is ItemState.OPEN:
        sums[_PLACE["overdue"]] += past
        sums[_PLACE["unassigned"]] += unassigned
        sums[_PLACE["given_away"]] += away
        sums[_PLACE["next_due"]] = due
        return
    sums[_PLACE[state.value]] += items
    last = sums[_PLACE["last_tick"]]
    sums[_PLACE["last_tick"]] = tick if last is None or (tick is not None and tick > last) else last


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
