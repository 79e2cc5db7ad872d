"""Hours of work by day: read from the change history of what people have logged on tasks.

What a change adds to a task's logged hours was worked on the day of the change, by whoever the task was assigned to then,
else by who logged it; what it takes away counts against that day. Deleted tasks keep the hours that went into them. What is
undone was never worked: an edit that is put back, and a task that goes with the import that made it, leave no hours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import dropwhile, groupby
from operator import attrgetter
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.people.tables import User
from orchflow.planning.days import day_of
from orchflow.planning.tables import Task
from orchflow.store.engine import Store
from orchflow.store.request import UNDOING
from orchflow.store.rows import portions
from orchflow.store.tables import Change
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.hours import HAD_ROLES, WORKED, write_hours

FIELDS: Final = ("logged_hours", "assignee_id", "project_id", "goal_id")
"""The fields of a task that tell whose hours they are, and of what."""

NOTHING: Final = Decimal(0)


def follow_hours(
    store: Store, warehouse: Warehouse, position: int, tasks: Collection[int] | None = None
) -> list[date]:
    """Bring the hours of `tasks` (None: of all) in the warehouse up to date; the days on which hours or their costs moved.

    `position` is an event that was committed before: what is read is at least as new.
    """
    zone = warehouse.zone
    with store.read() as session:
        people = {row.username: row.id for row in session.execute(sa.select(User.username, User.id))}
        worked = list(_worked(_changes(session, tasks), people, zone))
        roles = list(_roles(session, zone))
    with warehouse.write() as tx:
        return write_hours(
            tx, position, pa.Table.from_pylist(worked, WORKED), pa.Table.from_pylist(roles, HAD_ROLES), tasks
        )


def _changes(session: Session, tasks: Collection[int] | None) -> Iterator[Any]:
    """What happened to tasks on which hours were ever logged, task by task in the order in which it happened."""
    entity = Task.__tablename__
    logged = sa.select(Change.entity_id).where(Change.entity == entity, Change.field == "logged_hours")
    chosen = (
        sa.select(
            Change.entity_id,
            Change.field,
            Change.old,
            Change.new,
            Change.occurred_at,
            Change.version,
            Change.actor,
            Change.action,
            Change.request,
        )
        .where(
            Change.entity == entity,
            Change.field.in_(FIELDS),
            sa.or_(Change.action != "delete", Change.request.startswith(UNDOING)),
        )
        .order_by(Change.entity_id, Change.occurred_at, Change.id)
    )
    if tasks is None:
        yield from session.execute(chosen.where(Change.entity_id.in_(logged)))
        return
    for some in portions(sorted(tasks)):
        yield from session.execute(chosen.where(Change.entity_id.in_(some)))


@dataclass(frozen=True)
class _Part:
    """Hours that a request logged on a task, or took off."""

    day: date
    person_id: int | None
    hours: Decimal
    request: str | None


def _worked(changes: Iterable[Any], people: Mapping[str, int], zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """A row for each day, task and person whose hours do not cancel out."""
    for task_id, of_task in groupby(changes, attrgetter("entity_id")):
        own = list(of_task)
        now: dict[str, Any] = {"assignee_id": _first(own, "assignee_id")}
        parts: list[_Part] = []
        made_by = None
        for (at, _), together in groupby(own, attrgetter("occurred_at", "version")):
            step = {change.field: change for change in together}
            of_all = next(iter(step.values()))
            if of_all.action == "delete":  # by an undo: it was never there
                parts = [part for part in parts if part.request != made_by]
                continue
            if of_all.action == "insert":
                made_by = of_all.request
            now |= {name: change.new for name, change in step.items()}
            if logged := step.get("logged_hours"):
                more = _hours(logged.new) - sum((part.hours for part in parts), NOTHING)
                undone = more and (logged.request or "").startswith(UNDOING)
                left = _without_last(parts, -more) if undone else None
                if left is None:
                    person_id = now["assignee_id"] or people.get(logged.actor)
                    left = [*parts, _Part(day_of(at, zone), person_id, more, logged.request)]
                parts = left
        hours: dict[tuple[date, int | None], Decimal] = {}
        for part in parts:
            hours[part.day, part.person_id] = hours.get((part.day, part.person_id), NOTHING) + part.hours
        for (day, person_id), worked in hours.items():
            if worked:
                yield {
                    "day": day, "task_id": task_id, "person_id": person_id, "project_id": now.get("project_id"),
                    "goal_id": now.get("goal_id"), "hours": worked,
                }  # fmt: skip


def _without_last(parts: list[_Part], hours: Decimal) -> list[_Part] | None:
    """The parts without the last ones that come to `hours` together, which are what an undo puts back; None: they never do."""
    for place in reversed(range(len(parts))):
        hours -= parts[place].hours
        if not hours:
            return parts[:place]
    return None


def _first(changes: Iterable[Any], name: str) -> Any:
    """What a field held before the first change of it that is known: what it was changed from, or what it was made with."""
    first = next((change for change in changes if change.field == name), None)
    if first is None:
        return None
    return first.new if first.action == "insert" else first.old


def _hours(told: Any) -> Decimal:
    return NOTHING if told is None else Decimal(str(told))


def _roles(session: Session, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """The stretches of days on which each person had a job role; the first one that is known counts before it, too.

    From the day on which it was taken away they have none.
    """
    chosen = (
        sa.select(Change.entity_id, Change.new, Change.occurred_at)
        .where(
            Change.entity == User.__tablename__,
            Change.field == User.job_role.key,
            Change.action != "delete",
        )
        .order_by(Change.entity_id, Change.occurred_at, Change.id)
    )
    for person_id, own in groupby(session.execute(chosen), attrgetter("entity_id")):
        by_day = {day_of(change.occurred_at, zone): change.new for change in own}
        had = list(dropwhile(lambda of_day: of_day[1] is None, by_day.items()))
        ends = [*(day for day, _ in had[1:]), date.max]
        for place, ((day, role), end) in enumerate(zip(had, ends, strict=True)):
            if role is not None:
                yield {
                    "person_id": person_id, "job_role": role, "from_day": day if place else date.min, "until_day": end,
                }  # fmt: skip
