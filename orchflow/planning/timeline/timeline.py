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
from orchflow.planning.tables import Dependency
from orchflow.planning.timeline.baseline import kept_dates
from orchflow.planning.timeline.critical_path import Dependence, Slot, Work, critical_path, schedule
from orchflow.planning.timeline.plan_dates import Dated, plan_dates
from orchflow.workspace import Workspace


@dataclass(frozen=True)
class Bar:
    """One row of the timeline.

    `row` holds the planned days. For open tasks: the earliest and latest days that the dependencies allow, the slack
    in working days, whether it is on the critical path. `beyond_due`: by how many working days it ends after its due
    day even at the earliest. `late`: its last day is over and it is still open.
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

    What is done or cancelled holds nobody up any more. A task without days begins as soon as its dependencies let it.
    """
    waiting = [row for row in rows if row.kind == "task" and row.open]
    known = [day for row in waiting for day in (row.start, row.end) if day]
    origin = min(known, default=today)
    works = works_of(waiting, calendar, origin)
    try:
        slots = schedule(works, links)
    except ValueError:
        raise Invalid(
            [Problem(None, "dependencies", "run in a circle")], "Remove one of the dependencies in it."
        ) from None
    days = _days(slots, calendar, origin)
    position = _positions({row.id: row.end for row in waiting if row.end}, calendar, origin)
    bars = []
    for row in rows:
        late = row.open and row.end is not None and row.end < today
        slot = slots.get(row.id) if row.kind == "task" else None
        if slot is None:
            bars.append(Bar(row, late=late))
            continue
        begins, ends, must_begin, must_end = days[row.id]
        beyond = max(0, slot.earliest_finish - position[row.id]) if row.id in position else 0
        bars.append(Bar(row, begins, ends, must_begin, must_end, slot.slack, slot.critical, beyond, late))
    end = max((day[1] for day in days.values()), default=None)
    return Timeline(tuple(bars), tuple(links), tuple(critical_path(slots)), end, clock.now())


def works_of(rows: Sequence[Dated], calendar: WorkingCalendar, origin: date) -> dict[int, Work]:
    """Tasks as the network sees them, counted in working days from `origin`.

    How long: from start to due; else the estimated hours at eight a day; else one day. A milestone takes no time.
    """
    begins = _positions({row.id: row.start for row in rows if row.start}, calendar, origin, inclusive=False)
    ends = _positions({row.id: row.end for row in rows if row.end}, calendar, origin)
    works: dict[int, Work] = {}
    for row in rows:
        estimated = max(1, math.ceil((row.hours or 0) / HOURS_A_DAY))
        begin, end = begins.get(row.id), ends.get(row.id)
        duration = max(1, end - begin) if begin is not None and end is not None else estimated
        if row.milestone:
            duration = 0
        if begin is None:
            begin = max(0, end - duration) if end is not None else 0
        works[row.id] = Work(duration, begin)
    return works


def _positions(
    days: Mapping[int, date], calendar: WorkingCalendar, origin: date, *, inclusive: bool = True
) -> dict[int, int]:
    """Id → how many working days lie from `origin` up to the day; `inclusive`: with the day itself."""
    if not days:
        return {}
    until = np.array(list(days.values()), dtype="datetime64[D]") + (1 if inclusive else 0)
    return dict(zip(days, calendar.before(origin, until).tolist(), strict=True))


def _days(
    slots: Mapping[int, Slot], calendar: WorkingCalendar, origin: date
) -> dict[int, tuple[date, date, date, date]]:
    """Id → earliest first and last day, latest first and last day."""
    if not slots:
        return {}
    numbers = np.array(
        [
            (
                slot.earliest_start,
                max(slot.earliest_start, slot.earliest_finish - 1),
                slot.latest_start,
                max(slot.latest_start, slot.latest_finish - 1),
            )
            for slot in slots.values()
        ],
        dtype=np.int64,
    )
    days = calendar.nth(origin, numbers.ravel()).astype(object).reshape(numbers.shape)
    return {task: tuple(row) for task, row in zip(slots, days.tolist(), strict=True)}
