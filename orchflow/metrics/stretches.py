"""Days on which few people were there are told together with the days after, so that no two periods differ by so few.

Who may not see figures of small groups sees time in stretches: of one day where enough people were there, else of as
many as it takes. No figure tells a part of a stretch, so the difference of two periods is always one of whole stretches.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from orchflow.metrics.metric import Base
from orchflow.metrics.queries import query
from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.warehouse.database import Warehouse

TOPICS = ("usage", "runs", "platform", "expenses", "people")
USUAL_SHARE = 5
"""A stretch goes on until a fifth of the people of the month before were there: a weekend is told with its Monday."""
DAY = timedelta(days=1)


@dataclass
class Stretch:
    """Days with facts, from `start` to `end`, and who used models, whose calls cost something, who ran agents, and whose hours cost
    something on them."""

    start: date
    end: date
    used: set[str] = field(default_factory=set)
    paid: set[str] = field(default_factory=set)
    ran: set[str] = field(default_factory=set)
    worked: set[str] = field(default_factory=set)

    @property
    def safe(self) -> bool:
        """Whether neither its usage, what of that cost, its runs nor its hours are those of too few people; of nobody is safe."""
        return all(map(_enough, (self.used, self.paid, self.ran, self.worked)))

    @property
    def people(self) -> set[str]:
        """Everybody who was there."""
        return self.used | self.ran | self.worked

    def with_(self, other: Stretch) -> Stretch:
        """Both together; `other` is the later one."""
        return Stretch(
            self.start,
            other.end,
            self.used | other.used,
            self.paid | other.paid,
            self.ran | other.ran,
            self.worked | other.worked,
        )


@dataclass(frozen=True)
class Stretches:
    """First and last day of each stretch, in order; `waiting` is the first day of what cannot be told yet.

    `usage`, `runs` and `hours` say whether anything of them is told: in all they are of nobody or of enough people.
    """

    starts: tuple[date, ...] = ()
    ends: tuple[date, ...] = ()
    waiting: date | None = None
    usage: bool = True
    runs: bool = True
    hours: bool = True

    def tells(self, base: Base) -> bool:
        """Whether anything of a base is told; of expenses all is but the hours."""
        match base:
            case "usage_lines":
                return self.usage
            case "expense_lines":
                return True
            case "agent_costs":
                return self.usage and self.runs
            case _:
                return self.runs

    def of(self, day: date) -> tuple[date, date]:
        """The first and last day of the stretch in which `day` lies; the day itself where there are no facts."""
        place = bisect_right(self.starts, day) - 1
        if place >= 0 and day <= self.ends[place]:
            return self.starts[place], self.ends[place]
        return day, day

    def whole(self, start: date, end: date) -> tuple[date, date] | None:
        """The days of all stretches that the days from `start` to `end` touch; None where nothing of them can be told."""
        first, last = self.of(start)[0], self.of(end)[1]
        if self.waiting is None or last < self.waiting:
            return first, last
        last = self.waiting - DAY
        place = bisect_right(self.starts, last) - 1
        return (first, last) if place >= 0 and first <= self.ends[place] else None

    def first_days(self, start: date, end: date) -> list[date]:
        """On which days what is told apart from `start`, the first of a stretch, to `end` begins."""
        return [start, *(first for first in self.starts if start < first <= end)]

    def over(self, end: date, today: date) -> date:
        """The last day up to `end` with which a stretch is over before `today`."""
        last = min(end, today - DAY) if self.waiting is None else min(end, today - DAY, self.waiting - DAY)
        first, until = self.of(last)
        return last if until == last else first - DAY

    def params(self, start: date, end: date) -> dict[str, Any]:
        """The bound parameters: each day from `start` to `end` that is told on a later one, and on which."""
        moved = [
            (first + DAY * place, last)
            for first, last in zip(self.starts, self.ends, strict=True)
            if first < last and first <= end and start <= last
            for place in range((last - first).days)
        ]
        return {
            "told_days": [day for day, _ in moved],
            "told_on": [last for _, last in moved],
            "smallest": SMALLEST_GROUP,
            "usage_told": self.usage,
            "runs_told": self.runs,
            "expenses_told": self.hours,
        }


_READ: WeakKeyDictionary[Warehouse, tuple[tuple[int, date], Stretches]] = WeakKeyDictionary()


def read_stretches(warehouse: Warehouse, today: date) -> Stretches:
    """The stretches as of the present data and `today`; read once for a version of the data."""
    key = (warehouse.version(*TOPICS), today)
    known = _READ.get(warehouse)
    if known is None or known[0] != key:
        known = (key, stretches_of(_days(warehouse), today))
        _READ[warehouse] = known
    return known[1]


def _days(warehouse: Warehouse) -> list[Stretch]:
    days: list[Stretch] = []
    for day, person, used, paid, ran, worked in warehouse.rows(query("people_by_day")):
        if not days or days[-1].end != day:
            days.append(Stretch(day, day))
        last = days[-1]
        for people, there in ((last.used, used), (last.paid, paid), (last.ran, ran), (last.worked, worked)):
            if there and person is not None:
                people.add(person)
    return days


def stretches_of(days: Sequence[Stretch], today: date) -> Stretches:
    """The stretches made of single `days`, in order. They keep within months where a month has enough people.

    What is left of a month joins the stretch before. What is left of the running one is told once enough people were
    there.
    """
    used, paid = ({person for day in days for person in getattr(day, who)} for who in ("used", "paid"))
    usage = _enough(used) and _enough(paid)
    runs = _enough({person for day in days for person in day.ran})
    hours = _enough({person for day in days for person in day.worked})
    days = [
        Stretch(
            day.start, day.end, day.used if usage else set(), day.paid if usage else set(), day.ran if runs else set(), day.worked if hours else set()
        )
        for day in days
    ]  # fmt: skip
    closed: list[Stretch] = []
    current: Stretch | None = None
    months: dict[date, set[str]] = {}
    for day in days:
        if current is not None and _month(current.end) != _month(day.end):
            current = _end_month(closed, current)
        current = current.with_(day) if current is not None else day
        months.setdefault(_month(day.end), set()).update(day.people)
        before = months.get(_month(_month(day.end) - DAY), set())
        enough = max(SMALLEST_GROUP, len(before) // USUAL_SHARE)
        if current.safe and (not current.people or len(current.people) >= enough):
            closed.append(current)
            current = None
    if current is not None:
        if _month(current.end) < _month(today):
            current = _end_month(closed, current)
        elif current.safe:
            closed.append(current)
            current = None
    return Stretches(
        tuple(stretch.start for stretch in closed), tuple(stretch.end for stretch in closed),
        current.start if current is not None else None, usage, runs, hours,
    )  # fmt: skip


def _enough(people: set[str]) -> bool:
    return not people or len(people) >= SMALLEST_GROUP


def _end_month(closed: list[Stretch], current: Stretch) -> Stretch | None:
    """What goes on into the next month: nothing where it is enough, if need be with the stretches before of its month."""
    month = _month(current.end)
    while not current.safe and closed and _month(closed[-1].end) == month:
        current = closed.pop().with_(current)
    if not current.safe:
        return current
    closed.append(current)
    return None


def _month(day: date) -> date:
    return day.replace(day=1)
