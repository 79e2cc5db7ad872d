"""The history of rows: what happened to one, told in order; and the past of tasks that come from elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.encoding import encode
from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import SYSTEM, Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.figure_index import FIGURE_FIELDS
from orchflow.planning.tables import Sprint, SprintState, Task
from orchflow.planning.work.change_columns import of_figures
from orchflow.planning.work.rules import anchor
from orchflow.planning.work.workflow import states_in
from orchflow.store.engine import Store
from orchflow.store.field import fields_of
from orchflow.store.moments import instant
from orchflow.store.past import IMPORTED, PastChange, known_past, write_past
from orchflow.store.rows import portions
from orchflow.store.tables import Change
from orchflow.store.written import Refused


@dataclass(frozen=True, slots=True)
class RowChange:
    """One field of a row that changed. `action`: insert, update, delete, or import for what happened elsewhere.

    `old` and `new` are as the history keeps them: dates, instants and amounts as text. `by` is a username, `who` what
    people call them.
    """

    id: int
    row_id: int
    action: str
    field: str
    old: Any
    new: Any
    occurred_at: datetime
    by: str
    version: int
    request: str | None
    who: str

    @property
    def imported(self) -> bool:
        """Whether it happened in another program, before the row came here."""
        return self.action == IMPORTED


def task_changes(store: Store, actor: Actor, task_id: int) -> list[RowChange]:
    """Everything that happened to a task, oldest first; also to one that was deleted."""
    return row_changes(store, actor, Task.__tablename__, task_id)


def row_changes(store: Store, actor: Actor, entity: str, row_id: int) -> list[RowChange]:
    """Everything that happened to a row of the plan or of the guidance (by the name of its table), oldest first."""
    actor.require(Permission.PLAN_VIEW)
    anchor(entity)
    with store.read() as session:
        return list(changes_of(session, [row_id], entity))


def was_stored(store: Store, actor: Actor, request: str) -> bool:
    """Whether anything was written under a request."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        return session.scalar(sa.select(Change.id).where(Change.request == request).limit(1)) is not None


def changes_of(
    session: Session, row_ids: Collection[int], entity: str = Task.__tablename__
) -> Iterator[RowChange]:
    """Everything that happened to some rows of a table, of each row oldest first."""
    who = sa.func.coalesce(User.display_name, sa.case((Change.actor == SYSTEM.username, SYSTEM.display_name)))
    columns = (
        Change.id, Change.entity_id, Change.action, Change.field, Change.old, Change.new, Change.occurred_at,
        Change.actor, Change.version, Change.request, sa.func.coalesce(who, Change.actor),
    )  # fmt: skip
    named = sa.select(*columns).outerjoin(User, User.username == Change.actor)
    for some in portions(row_ids):
        chosen = named.where(Change.entity == entity, Change.entity_id.in_(some))
        for row in session.execute(chosen.order_by(Change.occurred_at, Change.id)):
            yield RowChange(*row)


def record_past(session: Session, actor: Actor, past: Mapping[int, Iterable[Mapping[str, Any]]]) -> int:
    """Write what happened to tasks (id → rows) before they came here; returns how many changes were not known yet.

    A row has `occurred_at` (aware, or ISO 8601 with a zone), `field`, `old`, `new` and `by` (without one: the actor).
    The tasks are stored already, as they are now. A field without a past of its own has had its value since the first
    thing that is known of the task, so that every figure is the one it would be had all of it happened here. Writing
    the same past twice writes it once. Invalid names every refused row; the row of a problem is the task's id.
    """
    actor.require(Permission.PLAN_EDIT)
    statuses = states_in(session)
    problems: list[Problem] = []
    changes: dict[int, list[PastChange]] = {}
    for task_id, rows in past.items():
        for number, row in enumerate(rows, start=1):
            try:
                changes.setdefault(task_id, []).append(past_change(row, actor, statuses))
            except Refused as error:
                problems.append(Problem(task_id, "history", f"entry {number}: {error}"))
    if problems:
        raise Invalid(problems)
    written, left = write_changes(session, changes, ClosedSprints.of(session))
    if left:
        raise Invalid([Problem(task_id, "history", said) for task_id, said in left])
    return written


def write_changes(
    session: Session, changes: Mapping[int, Sequence[PastChange]], closed: ClosedSprints
) -> tuple[int, list[tuple[int, str]]]:
    """The same for changes that were read already (`past_change`), without those that would change a closed sprint.

    Returns how many were not known yet, and of each that was left out its task and why.
    """
    session.flush()
    known = known_past(session, Task, changes.keys()) if closed.closed_at else set()
    stays = closed.stays(session, changes.keys())
    first = _first_known(session, changes.keys())
    written: dict[int, list[PastChange]] = {}
    left: list[tuple[int, str]] = []
    for task_id, own in changes.items():
        for change in own:
            reason = closed.reason(change, stays.get(task_id))
            if reason and (task_id, *change.identity) not in known:
                left.append((task_id, reason))
            else:
                written.setdefault(task_id, []).append(change)
    for task_id, kept in written.items():
        kept[:0] = _from_the_beginning(kept, first.get(task_id, {}), closed)
    return write_past(session, Task, written), left


@dataclass(frozen=True)
class ClosedSprints:
    """Sprints whose figures stay as they are: by id, when each was closed, and what it is called.

    `begun` are sprints in which a task has only been since its past says so, not all along.
    """

    closed_at: Mapping[int, datetime]
    names: Mapping[int, str]
    begun: Collection[int]

    @classmethod
    def of(cls, session: Session, *, running: bool = False) -> ClosedSprints:
        """Those of the plan as a session sees it; `running`: what is under way now has begun, too."""
        closed = sa.select(Sprint.id, Sprint.closed_at, Sprint.name).where(
            Sprint.state == SprintState.CLOSED, Sprint.closed_at.is_not(None)
        )
        rows = session.execute(closed).all()
        begun = {row.id for row in rows}
        if running:
            begun |= set(session.scalars(sa.select(Sprint.id).where(Sprint.started_at.is_not(None))))
        return cls({row.id: row.closed_at for row in rows}, {row.id: row.name for row in rows}, begun)

    def stays(self, session: Session, task_ids: Collection[int]) -> dict[int, int]:
        """Task → the closed sprint that it has been in; of several the one that was closed last."""
        stays: dict[int, int] = {}
        for some in portions(task_ids if self.closed_at else ()):
            were = sa.select(Change.entity_id, Change.new, Change.occurred_at).where(
                Change.entity == "task", Change.entity_id.in_(some), Change.field == "sprint_id"
            )
            for task_id, sprint_id, joined in session.execute(were):
                at = self.closed_at.get(sprint_id)
                if at and joined <= at and (task_id not in stays or at > self.closed_at[stays[task_id]]):
                    stays[task_id] = sprint_id
        return stays

    def reason(self, change: PastChange, stay: int | None) -> str:
        """Why a change of a task that has been in the closed sprint `stay` is left out; empty when it is not."""
        if change.field == "sprint_id":
            stay = next((side for side in (change.new, change.old) if side in self.closed_at), stay)
        elif stay is None or change.occurred_at > self.closed_at[stay]:
            return ""
        if stay is None or (change.occurred_at > self.closed_at[stay] and change.new not in self.closed_at):
            return ""
        return f"{self.names[stay]} is closed; its figures stay as they are"


def past_change(row: Mapping[str, Any], actor: Actor, statuses: Mapping[str, Any]) -> PastChange:
    """A row of a past as it is written; Refused says why it is not. `statuses` are those that tasks have had (by key)."""
    name = str(row.get("field") or "")
    field = fields_of(Task).get(name)
    if field is None:
        raise Refused(f"there is no field {name!r} of a task")
    old = None if row.get("old") in (None, "", []) else field.value(row["old"])
    new = field.value(row.get("new"))
    if name == "status":
        for value in (old, new):
            if value is not None and value not in statuses:
                raise Refused(f"status {value!r} is unknown; known are {', '.join(statuses)}")
    return PastChange(_instant(row.get("occurred_at")), name, old, new, str(row.get("by") or actor.username))


def _instant(written: Any) -> datetime:
    if written in (None, ""):
        raise Refused("occurred_at is missing")
    try:
        at = instant(written, zone=None)
    except Refused as error:
        raise Refused(f"occurred_at {error}") from None
    if at > clock.now():
        raise Refused(f"occurred_at is in the future: {at.isoformat()}")
    return at


@dataclass(frozen=True)
class _First:
    """The first known change of a field; `made` when it came with the task rather than later."""

    at: datetime
    old: Any
    new: Any
    made: bool


def _first_known(session: Session, task_ids: Collection[int]) -> dict[int, dict[str, _First]]:
    """Task → field that figures read → its first change in the store."""
    first: dict[int, dict[str, _First]] = {}
    born: dict[int, datetime] = {}
    for some in portions(task_ids):
        stored = sa.select(
            Change.entity_id, Change.field, Change.occurred_at, Change.old, Change.new, Change.action
        ).where(*of_figures(*FIGURE_FIELDS), Change.entity_id.in_(some))
        ordered = stored.order_by(Change.entity_id, Change.occurred_at, Change.id)
        for task_id, field, at, old, new, action in session.execute(ordered):
            with_task = old is None and (action == "insert" or at == born.setdefault(task_id, at))
            first.setdefault(task_id, {}).setdefault(field, _First(at, old, new, with_task))
    return first


def _from_the_beginning(
    own: Sequence[PastChange], known: Mapping[str, _First], closed: ClosedSprints
) -> list[PastChange]:
    """What the task was at the first instant of its past, as far as its later changes tell; never in a sprint that had begun."""
    first = min(own, key=lambda change: change.occurred_at)
    earliest = dict(known)
    for change in sorted(own, key=lambda change: change.occurred_at, reverse=True):
        if change.field not in earliest or change.occurred_at <= earliest[change.field].at:
            earliest[change.field] = _First(change.occurred_at, change.old, change.new, False)
    columns = Task.__table__.columns
    values = {
        name: entry.new if entry.made else entry.old
        for name, entry in earliest.items()
        if entry.at > first.occurred_at or (not entry.made and entry.old is not None)
    }
    return [
        PastChange(first.occurred_at, name, None, encode(value), first.by)
        for name, value in values.items()
        if value is not None and name in columns and not (name == "sprint_id" and value in closed.begun)
    ]
