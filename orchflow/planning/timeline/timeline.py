"""The timeline: bars, dependencies, milestones, critical path and slack, with a baseline behind them."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
import sqlalchemy as sa

from orchflow import clock
from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.calendar import WorkingCalendar, read_calendar
from orchflow.planning.days import day_of
from orchflow.planning.sprints.capacity import HOURS_A_DAY
from orchflow.planning.tables import Dependency, State
from orchflow.planning.timeline.baseline import kept_dates
from orchflow.planning.timeline.critical_path import Dependence, Slot, Work, critical_path, schedule
from orchflow.planning.timeline.plan_dates import Dated, plan_dates
from orchflow.workspace import Workspace

DAY = HOURS_A_DAY * 60
"""The network counts minutes of work, so many a day: two tasks of a few hours fit into one day after each other."""
STARTED = (State.IN_PROGRESS, State.IN_REVIEW, State.BLOCKED)


@dataclass(frozen=True)
class Bar:
    """One row of the timeline.

    `row` holds the planned days. For open tasks: the earliest and latest days that the dependencies allow, none of them
    before today; the slack in whole working days, and whether it is on the critical path, where a day more moves the
    end. `beyond_due`: by how many working days it ends after its due day even at the earliest. `late`: its last day is
    over and it is still open.
    """

    row: Dated
    earliest_start: date | None = None
    earliest_end: date | None = None
    latest_start: date | None = None
    latest_end: date | None = None
    slack: int | None = None
    critical: bool = False
    beyond_due: int = 0
    late: bool = False
    baseline_start: date | None = None
    baseline_end: date | None = None


@dataclass(frozen=True)
class Timeline:
    """Bars in the order of the plan, the dependencies between its tasks, and the open tasks on the critical path.

    `end` is the earliest day on which everything open can be done; None where nothing is open.
    """

    bars: tuple[Bar, ...]
    links: tuple[Dependence, ...]
    critical_path: tuple[int, ...]
    end: date | None
    computed_at: datetime


def timeline(
    ws: Workspace,
    actor: Actor,
    *,
    effort_ids: Collection[int] = (),
    project_ids: Collection[int] = (),
    baseline_id: int | None = None,
    now: datetime | None = None,
) -> Timeline:
    """The timeline of the plan, or of some efforts or projects; days are working days of everybody's calendar."""
    actor.require(Permission.PLAN_VIEW)
    at = now or clock.now()
    with ws.store.read() as session:
        rows = plan_dates(session, effort_ids=effort_ids, project_ids=project_ids)
        calendar = read_calendar(session)
        kept = kept_dates(session, baseline_id) if baseline_id is not None else {}
        stored = session.execute(
            sa.select(Dependency.depends_on_id, Dependency.task_id, Dependency.kind, Dependency.lag_days)
        )
        tasks = {row.id for row in rows if row.kind == "task"}
        links = [Dependence(*link) for link in stored if link[0] in tasks and link[1] in tasks]
    drawn = lay_out(rows, links, calendar, day_of(at, ws.zone))
    bars = tuple(
        replace(bar, baseline_start=then[0], baseline_end=then[1])
        if (then := kept.get((bar.row.kind, bar.row.id)))
        else bar
        for bar in drawn.bars
    )
    return replace(drawn, bars=bars, computed_at=at)


def lay_out(
    rows: Sequence[Dated], links: Sequence[Dependence], calendar: WorkingCalendar, today: date
) -> Timeline:
    """Bars with slots and slack, from the planned days of the open tasks and what they wait for.

    What is done or cancelled holds nobody up any more; what is open is not done before today.
    """
    waiting = [row for row in rows if row.kind == "task" and row.open]
    origin = min([today, *(day for row in waiting for day in (row.start, row.end) if day)])
    works = works_of(waiting, calendar, origin, today)
    try:
        slots = schedule(works, [replace(link, lag=link.lag * DAY) for link in links])
    except ValueError:
        raise Invalid(
            [Problem(None, "dependencies", "run in a circle")], "Remove one of the dependencies in it."
        ) from None
    numbers = {task: _day_numbers(slot, works[task]) for task, slot in slots.items()}
    days = _days(numbers, calendar, origin)
    due = _positions({row.id: row.end for row in waiting if row.end}, calendar, origin)
    critical = critical_path(slots, spare=DAY - 1)
    known = set(critical)
    bars = []
    for row in rows:
        late = row.open and row.end is not None and row.end < today
        slot = slots.get(row.id) if row.kind == "task" else None
        if slot is None:
            bars.append(Bar(row, late=late))
            continue
        beyond = max(0, numbers[row.id][1] + 1 - due[row.id]) if row.id in due else 0
        bars.append(Bar(row, *days[row.id], slot.slack // DAY, row.id in known, beyond, late))
    end = max((day[1] for day in days.values()), default=None)
    return Timeline(tuple(bars), tuple(links), tuple(critical), end, clock.now())


def works_of(rows: Sequence[Dated], calendar: WorkingCalendar, origin: date, today: date) -> dict[int, Work]:
    """Tasks as the network sees them, in minutes of work from `origin`, which is no later than `today`.

    How long: the estimated hours, but no longer than from start to due; without an estimate from start to due; else one
    day. A milestone takes no time. What should have begun before today begins today: what has been started takes what is
    left of its days, one at least; anything else all that it takes.
    """
    begins = _positions({row.id: row.start for row in rows if row.start}, calendar, origin, inclusive=False)
    ends = _positions({row.id: row.end for row in rows if row.end}, calendar, origin)
    now = int(calendar.before(origin, np.array([today], dtype="datetime64[D]"))[0])
    return {row.id: _work(row, begins.get(row.id), ends.get(row.id), now) for row in rows}


def _work(row: Dated, begin: int | None, end: int | None, now: int) -> Work:
    """One task; `begin`, `end` and `now` in working days from the first, `end` being the day after the last one."""
    planned = None if begin is None or end is None else max(1, end - begin) * DAY
    needed = min(filter(None, (planned, math.ceil((row.hours or 0) * 60))), default=DAY)
    if row.milestone:
        needed = 0
    if begin is None:
        begin = 0 if end is None else max(0, end - max(1, math.ceil(needed / DAY)))
    until = 0 if planned is None or row.milestone or end is None else (end - 1) * DAY + 1
    if begin < now:
        if row.state in STARTED:
            last = end if end is not None else begin + math.ceil(needed / DAY)
            needed = min(needed, max(1, last - now) * DAY)
        begin = now
    return Work(needed, begin * DAY, until if until > begin * DAY else 0)


def _positions(
    days: Mapping[int, date], calendar: WorkingCalendar, origin: date, *, inclusive: bool = True
) -> dict[int, int]:
    """Id → how many working days lie from `origin` up to the day; `inclusive`: with the day itself."""
    if not days:
        return {}
    until = np.array(list(days.values()), dtype="datetime64[D]") + (1 if inclusive else 0)
    return dict(zip(days, calendar.before(origin, until).tolist(), strict=True))


def _day_numbers(slot: Slot, work: Work) -> tuple[int, int, int, int]:
    """Earliest first and last day, latest first and last day, as working days from the first.

    What takes no time, and waits for something, happens on the day on which that ends.
    """
    numbers = []
    for start, finish in (
        (slot.earliest_start, slot.earliest_finish),
        (slot.latest_start, slot.latest_finish),
    ):
        last = max(finish - 1, work.not_before) // DAY
        numbers += [min(start // DAY, last), last]
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _days(
    numbers: Mapping[int, tuple[int, int, int, int]], calendar: WorkingCalendar, origin: date
) -> dict[int, tuple[date, date, date, date]]:
    """The same as days of the calendar."""
    if not numbers:
        return {}
    places = np.array(list(numbers.values()), dtype=np.int64)
    days = calendar.nth(origin, places.ravel()).astype(object).reshape(places.shape)
    return {task: tuple(row) for task, row in zip(numbers, days.tolist(), strict=True)}
