"""Working days: weekends, and the days on which a team does not work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.holidays import public_holidays
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import CalendarDay
from orchflow.store import locks
from orchflow.store.engine import Store
from orchflow.store.field import read_values
from orchflow.store.rows import chosen, row_of, rows, stored

WEEKDAYS = "1111100"


@dataclass(frozen=True)
class WorkingCalendar:
    """Monday to Friday without `days_off`."""

    days_off: frozenset[date] = frozenset()
    _numpy: np.busdaycalendar = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        holidays = np.array(sorted(self.days_off), dtype="datetime64[D]")
        object.__setattr__(self, "_numpy", np.busdaycalendar(WEEKDAYS, holidays))

    def is_working(self, day: date) -> bool:
        """Whether the team works on `day`."""
        return bool(np.is_busday(np.datetime64(day, "D"), busdaycal=self._numpy))

    def working(self, days: Iterable[date]) -> npt.NDArray[np.bool_]:
        """Whether the team works, for each of `days`."""
        return np.atleast_1d(np.is_busday(np.array(list(days), dtype="datetime64[D]"), busdaycal=self._numpy))

    def count(self, first: date, last: date) -> int:
        """The working days from `first` to `last`, both included; 0 when `last` is before `first`."""
        if last < first:
            return 0
        until = np.datetime64(last + timedelta(days=1), "D")
        return int(np.busday_count(np.datetime64(first, "D"), until, busdaycal=self._numpy))

    def before(self, origin: date, days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
        """How many working days lie from `origin` up to each of `days`, which itself is not counted."""
        counted = np.busday_count(np.datetime64(origin, "D"), days, busdaycal=self._numpy)
        return np.asarray(counted, dtype=np.int64)

    def nth(self, origin: date, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.datetime64]:
        """The working days with the given numbers, counted from 0 at `origin` or the first working day after it."""
        days = np.busday_offset(np.datetime64(origin, "D"), numbers, roll="forward", busdaycal=self._numpy)
        return np.asarray(days, dtype="datetime64[D]")


@dataclass(frozen=True)
class DayOff:
    """A day on which `team_id` (None: nobody) does not work."""

    id: int
    team_id: int | None
    day: date
    name: str


def read_calendar(session: Session, team_id: int | None = None) -> WorkingCalendar:
    """The calendar of a team: everybody's days off and its own, and the public holidays of the workspace's place."""
    days_off = frozenset(session.scalars(sa.select(CalendarDay.day).where(_of(team_id))))
    place = session.info.get("place")
    return WorkingCalendar(days_off | public_holidays(*place) if place else days_off)


def list_days_off(store: Store, actor: Actor, team_id: int | None = None) -> list[DayOff]:
    """Everybody's days off and those of the team, by day."""
    actor.require(Permission.PLAN_VIEW)
    by_day = chosen(DayOff, CalendarDay).where(_of(team_id)).order_by(CalendarDay.day, CalendarDay.id)
    with store.read() as session:
        return rows(session, DayOff, by_day)


def add_day_off(store: Store, actor: Actor, day: date, name: str = "", team_id: int | None = None) -> DayOff:
    """Make `day` a day off for a team, or for everybody; one that is off already stays as it is."""
    actor.require(Permission.PLAN_EDIT)
    values = read_values(CalendarDay, {"day": day, "name": name, "team_id": team_id})
    with store.unit(actor) as session:
        locks.take(session, "plan.calendar")
        same = (CalendarDay.day == values["day"], CalendarDay.team_id.is_not_distinct_from(team_id))
        day_off = session.scalars(sa.select(CalendarDay).where(*same)).first()
        if day_off is None:
            day_off = CalendarDay(**values)
            session.add(day_off)
            session.flush()
        return row_of(DayOff, day_off)


def remove_day_off(store: Store, actor: Actor, day_off_id: int) -> None:
    """Make a day off a working day again; NotFound when it is one already."""
    actor.require(Permission.PLAN_EDIT)
    with store.unit(actor) as session:
        session.delete(stored(session, CalendarDay, day_off_id))


def _of(team_id: int | None) -> sa.ColumnElement[bool]:
    everybody = CalendarDay.team_id.is_(None)
    return everybody if team_id is None else sa.or_(everybody, CalendarDay.team_id == team_id)
