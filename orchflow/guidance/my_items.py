"""What is one person's to do across all flows: given to them, or meant for their job role and given to nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal, TypeAlias, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.errors import Forbidden, NotFound
from orchflow.guidance.rows import ItemRow, is_overdue
from orchflow.guidance.waits import waits_for
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.tables import ChecklistItem, Flow, ItemState, Step
from orchflow.store.engine import Store
from orchflow.store.rows import chosen

When: TypeAlias = Literal["overdue", "soon", "later", "waiting", "lately"]
WHENS: Final[tuple[When, ...]] = get_args(When)
"""In the order in which they are read."""
SOON: Final = timedelta(days=7)
LATELY: Final = timedelta(days=7)
_ITEM = len(ItemRow.__dataclass_fields__)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class MyItem:
    """An item with its place, and when it wants to be done.

    `shared`: it is given to nobody and meant for their job role, so whoever has that may do it. `waits_for` are the names of the steps before its
    own that have open items; what waits and is overdue all the same is told as overdue.
    """

    item: ItemRow
    step_key: str
    step_name: str
    flow_id: int
    flow_key: str
    flow_number: int
    flow_name: str
    when: When
    shared: bool
    waits_for: tuple[str, ...]


@dataclass(frozen=True)
class MyList:
    """The list of a person, in the order in which it is to be done; within each part by day, then as the steps stand.

    `role` is the person's job role (None: not set), `begun` whether any flow was begun. `ticked` of `applies` is how far the
    person is with what is required and given to them.
    """

    person_id: int
    name: str
    role: str | None
    begun: bool
    items: tuple[MyItem, ...]
    ticked: int
    applies: int

    def of(self, when: When) -> tuple[MyItem, ...]:
        """Those of one part."""
        return tuple(each for each in self.items if each.when == when)

    @property
    def open(self) -> int:
        """How many are to do."""
        return sum(each.when != "lately" for each in self.items)


def my_list(
    store: Store,
    actor: Actor,
    *,
    person_id: int | None = None,
    flow_id: int | None = None,
    today: date | None = None,
) -> MyList:
    """The list of the actor, or of `person_id`: Forbidden without the permission to see figures of single people."""
    actor.require(Permission.PLAN_VIEW)
    person_id = actor.user_id if person_id is None else person_id
    if person_id != actor.user_id and not actor.may(Permission.PERSON_FIGURES):
        raise Forbidden("Others' checklists are for managers and analysts", "Ask one of them.")
    day = today or clock.now().astimezone(store.zone).date()
    with store.read() as session:
        person = session.execute(
            sa.select(User.id, User.display_name, User.job_role).where(User.id == person_id)
        ).one_or_none()
        if person is None:
            raise NotFound(f"There is no person {person_id}", "Choose one of the people of this workspace.")
        waits = waits_for(session)
        rows = _rows(session, person.id, person.job_role, flow_id)
        begun = bool(waits) or session.scalar(sa.select(Flow.id).limit(1)) is not None
        ticked, applies = _progress(session, person.id, flow_id)
    items = [_my_item(row, person.job_role, waits, day) for row in rows]
    return MyList(
        person.id, person.display_name, person.job_role, begun, tuple(_in_order(items)), ticked, applies
    )


def count_late(store: Store, actor: Actor, today: date) -> int:
    """How many items of the actor are overdue on a day."""
    actor.require(Permission.PLAN_VIEW)
    if actor.user_id is None:
        return 0
    with store.read() as session:
        role = session.scalar(sa.select(User.job_role).where(User.id == actor.user_id))
        item = ChecklistItem
        late = sa.select(sa.func.count()).select_from(item).join(Step, Step.id == item.step_id)
        mine = is_theirs(actor.user_id, role)
        return (
            session.scalar(
                late.where(item.required, item.state == ItemState.OPEN, item.due_day < today, mine)
            )
            or 0
        )


def is_theirs(person_id: int, role: str | None) -> sa.ColumnElement[bool]:
    """Whether an item, joined with its step, is for a person with that job role to do."""
    item = ChecklistItem
    meant = sa.and_(item.role.is_(None), Step.person_id == person_id)
    if role is not None:
        meant = sa.or_(meant, sa.func.coalesce(item.role, Step.lead) == role)
    return sa.or_(item.assignee_id == person_id, sa.and_(item.assignee_id.is_(None), meant))


def _rows(session: Session, person_id: int, role: str | None, flow_id: int | None) -> list[Any]:
    item, since = ChecklistItem, clock.now() - LATELY
    left_out = sa.and_(item.state == ItemState.NOT_APPLICABLE, item.updated_at >= since)
    lately = sa.and_(
        sa.or_(sa.and_(item.state == ItemState.TICKED, item.ticked_at >= since), left_out),
        sa.or_(item.assignee_id == person_id, item.ticked_by_id == person_id),
    )
    near = sa.or_(
        item.assignee_id == person_id, item.assignee_id.is_(None)
    )  # which the index of assignees finds
    open_ones = sa.and_(item.state == ItemState.OPEN, is_theirs(person_id, role))
    statement = (
        chosen(ItemRow, item)
        .add_columns(Step.lead, Step.key, Step.name, Flow.id, Flow.key, Flow.number, Flow.name)
        .join(Step, Step.id == item.step_id)
        .join(Flow, Flow.id == Step.flow_id)
        .where(near, sa.or_(open_ones, lately))
        .order_by(Flow.number, Step.position, Step.id, item.position, item.id)
    )
    if flow_id is not None:
        statement = statement.where(Flow.id == flow_id)
    return list(session.connection().execute(statement).all())


def _progress(session: Session, person_id: int, flow_id: int | None) -> tuple[int, int]:
    """How many of the required items that are given to a person are ticked or exempt, and how many apply."""
    item = ChecklistItem
    finished = item.state.in_((ItemState.TICKED, ItemState.EXEMPT))
    counts = sa.select(sa.func.sum(sa.case((finished, 1), else_=0)), sa.func.count()).where(
        item.required, item.assignee_id == person_id, item.state != ItemState.NOT_APPLICABLE
    )
    if flow_id is not None:
        counts = counts.where(item.step_id.in_(sa.select(Step.id).where(Step.flow_id == flow_id)))
    ticked, applies = session.execute(counts).one()
    return int(ticked or 0), int(applies)


def _my_item(row: Any, role: str | None, waits: Mapping[int, tuple[str, ...]], today: date) -> MyItem:
    item, before = ItemRow(*row[:_ITEM]), waits.get(row.step_id, ())
    lead, step_key, step_name, flow_id, flow_key, flow_number, flow_name = row[_ITEM:]
    return MyItem(
        item, step_key, step_name, flow_id, flow_key, flow_number, flow_name,
        when=_when(item, before, today),
        shared=item.assignee_id is None and role is not None and (item.role or lead) == role, waits_for=before,
    )  # fmt: skip


def _when(item: ItemRow, waits: tuple[str, ...], today: date) -> When:
    if item.state is not ItemState.OPEN:
        return "lately"
    if is_overdue(item, today):
        return "overdue"
    if waits:
        return "waiting"
    return "soon" if item.due_day is not None and today <= item.due_day <= today + SOON else "later"


def _in_order(items: Iterable[MyItem]) -> list[MyItem]:
    """By part; in each the steps by the earliest day of what is to do in them, what was ticked lately the newest first."""
    listed = list(items)
    first: dict[tuple[When, int], date] = {}
    for each in listed:
        place = (each.when, each.item.step_id)
        first[place] = min(first.get(place, date.max), each.item.due_day or date.max)
    return sorted(
        listed,
        key=lambda each: (
            WHENS.index(each.when),
            -(each.item.ticked_at or each.item.updated_at).timestamp() if each.when == "lately" else 0,
            first[each.when, each.item.step_id],
            each.flow_number,
            each.item.step_id,
            each.item.due_day or date.max,
        ),
    )
