"""A person's first week: the guides of their job role to read in order, its trainings, and the first items that are due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import accumulate
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.guidance.page import Page
from orchflow.guidance.pages import load_pages
from orchflow.people.job_roles import JobRole, roles_in
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.calendar import read_calendar
from orchflow.planning.days import day_of
from orchflow.planning.journey.content import load_flows
from orchflow.planning.tables import ChecklistItem, Flow, ItemState, Step
from orchflow.store.engine import Store
from orchflow.store.rows import stored

DAYS: Final = 5
ROLE_GUIDES: Final = "roles/"
MOST_GUIDES, MINUTES_A_DAY, MOST_ITEMS = 6, 15, 25


@dataclass(frozen=True)
class WeekGuide:
    """A guide to read, and the minutes that it takes."""

    address: str
    title: str
    minutes: int


@dataclass(frozen=True)
class WeekItem:
    """An item of a checklist with the day on which it is due; of a step, by name."""

    id: int
    text: str
    step: str
    due_day: date
    state: ItemState


@dataclass(frozen=True)
class WeekDay:
    """What one working day of the first week holds."""

    day: date
    guides: tuple[WeekGuide, ...]
    training: tuple[str, ...]
    items: tuple[WeekItem, ...]


@dataclass(frozen=True)
class FirstWeek:
    """The first five working days of a person from the day they `joined`; without a job role the days hold only their items."""

    person_id: int
    name: str
    job_role: str | None
    job_role_name: str
    joined: date
    days: tuple[WeekDay, ...]

    @property
    def minutes(self) -> int:
        """Minutes of reading in all."""
        return sum(guide.minutes for day in self.days for guide in day.guides)

    def document(self) -> dict[str, Any]:
        """All of it for programs, with what follows from it."""
        return asdict(self) | {"minutes": self.minutes}


def first_week(store: Store, actor: Actor, person_id: int) -> FirstWeek:
    """The first week of a person: one's own, or anybody's for those who see figures of single people. NotFound for nobody."""
    actor.require(Permission.PLAN_VIEW)
    if actor.user_id != person_id:
        actor.require(Permission.PERSON_FIGURES)
    with store.read() as session:
        person = stored(session, User, person_id)
        role = roles_in(session).get(person.job_role or "")
        joined = day_of(person.created_at, store.zone)
        days = [day.astype(object) for day in read_calendar(session).nth(joined, np.arange(DAYS))]
        rows = _rows(session, person, role, joined, days[-1])
    read = _spread(_guides(role, rows))
    items = [
        WeekItem(row.id, row.text, row.step, row.due_day, row.state) for row in rows if _due(row, days[-1])
    ]
    placed = [
        (max(place for place, day in enumerate(days) if place == 0 or day <= item.due_day), item)
        for item in items
    ]
    week = tuple(
        WeekDay(
            day,
            tuple(guide for at, guide in read if at == place),
            tuple(role.training[place::DAYS]) if role else (),
            tuple(item for at, item in placed if at == place)[:MOST_ITEMS],
        )
        for place, day in enumerate(days)
    )
    return FirstWeek(
        person.id, person.display_name, role.key if role else None, role.name if role else "", joined, week
    )


def _rows(session: Session, person: User, role: JobRole | None, joined: date, last: date) -> Sequence[Any]:
    """Items that are the person's, or meant for their job role and given to nobody; those due first come first."""
    item = ChecklistItem
    own = item.assignee_id == person.id
    open_ = item.state == ItemState.OPEN
    if role is not None:
        of_role = sa.func.coalesce(item.role, Step.lead) == role.key
        own = sa.or_(own, sa.and_(item.assignee_id.is_(None), of_role, open_))
    chosen = (
        sa.select(item.id, item.text, item.due_day, item.state, Step.name.label("step"), Step.guide)
        .join(Step, Step.id == item.step_id)
        .join(Flow, Flow.id == Step.flow_id)
        .where(own, item.due_day.is_not(None), sa.or_(open_, item.due_day.between(joined, last)))
        .order_by(item.due_day, Flow.number, Step.position, item.position)
    )
    return session.execute(chosen).all()


def _due(row: Any, last: date) -> bool:
    return bool(row.due_day <= last)


def _guides(role: JobRole | None, rows: Iterable[Any]) -> Iterator[Page]:
    """The guide of the role first, then those of the steps in which its first items are, then of the steps that it leads."""
    if role is None:
        return
    pages = load_pages().by_address
    own = (address for address, page in pages.items() if page.head.role == role.key)
    wanted = [address for address in own if address.startswith(ROLE_GUIDES)]
    wanted += [row.guide for row in rows if row.state is ItemState.OPEN]
    wanted += [step.guide for flow in load_flows().flows for step in flow.steps if step.lead == role.key]
    for address in list(dict.fromkeys(wanted))[:MOST_GUIDES]:
        if address in pages:
            yield pages[address]


def _spread(pages: Iterable[Page]) -> list[tuple[int, WeekGuide]]:
    """Guides with the place of the day on which they are read: about so many minutes a day, what is left on the last."""
    guides = [WeekGuide(page.address, page.head.title, page.head.minutes) for page in pages]
    before = accumulate((guide.minutes for guide in guides), initial=0)
    return [
        (min(minutes // MINUTES_A_DAY, DAYS - 1), guide)
        for minutes, guide in zip(before, guides, strict=False)
    ]
