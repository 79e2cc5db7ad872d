"""The way of the plan: how far each effort is and by how much it drifts, the next milestone, and when all will be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from orchflow.metrics.facts import Facts
from orchflow.people.tables import User
from orchflow.planning.completion import CompletionDates, completion_dates, likely_date
from orchflow.planning.days import day_of, moment
from orchflow.planning.flow.forecasts import forecast_report
from orchflow.planning.flow.scope import FlowScope
from orchflow.planning.names import PlanNames
from orchflow.planning.steps import Steps
from orchflow.planning.tables import Effort, State, Task
from orchflow.planning.timeline.timeline import Bar
from orchflow.planning.work.progress import plan_progress

FORECAST_AT_MOST = 4
"""So many of the efforts under way are forecast one by one."""


@dataclass(frozen=True)
class Leg:
    """One effort of the way.

    `share` is done of what is not cancelled (None: there is nothing in it). `finished` is the day on which the last of it was
    done, `earliest` the first on which what is open can be done, by estimates and by what waits for what, never before
    today. `drift` is by how many days that is after its last day; below zero before it; None where it has none.
    """

    id: int
    number: int
    name: str
    share: float | None
    start: date | None
    end: date | None
    finished: date | None
    earliest: date | None
    begun: bool

    @property
    def complete(self) -> bool:
        """Whether all of it is done."""
        return self.finished is not None

    @property
    def drift(self) -> int | None:
        """Days after its last day (before it: below zero) on which it ended, or can end."""
        until = self.finished or self.earliest
        return (until - self.end).days if until and self.end else None


@dataclass(frozen=True)
class Milestone:
    """The next open milestone: `due`, and the first day on which it can be reached."""

    id: int
    title: str
    owner: str
    due: date
    earliest: date | None


@dataclass(frozen=True)
class Expectation:
    """When the open tasks of the plan (`effort_id` None), or of an effort, will be done, against the day they are due."""

    name: str
    effort_id: int | None
    target: date | None
    dates: CompletionDates

    @property
    def drift(self) -> int | None:
        """By how many days the likely date is after the target; below zero before it."""
        likely = self.dates.likely.day
        return (likely - self.target).days if likely and self.target else None


@dataclass(frozen=True)
class Way:
    """Where the plan stands: its efforts in order, the next milestone, and what is expected of all and of those under way."""

    legs: tuple[Leg, ...]
    milestone: Milestone | None
    expected: tuple[Expectation, ...]

    @property
    def complete(self) -> int:
        """How many efforts are complete."""
        return sum(leg.complete for leg in self.legs)


def way(facts: Facts, names: PlanNames) -> Way | None:
    """The way of the plan; None while there is no task."""
    bars = facts.timeline.bars
    if not any(bar.row.kind == "task" for bar in bars):
        return None
    legs = _legs(facts, names, bars)
    return Way(legs, _milestone(facts, bars), _expected(facts, legs))


def _legs(facts: Facts, names: PlanNames, bars: Sequence[Bar]) -> tuple[Leg, ...]:
    progress = plan_progress(facts.ws.store, facts.actor).efforts
    finished = _finished(facts, names.effort_of)
    ends: dict[int, date] = {}
    for bar in bars:
        if bar.row.kind == "task" and bar.row.open and bar.earliest_end:
            effort = names.effort_of[bar.row.parent or 0]
            ends[effort] = max(ends.get(effort, facts.today), bar.earliest_end)
    with facts.ws.store.read() as session:
        rows = session.execute(sa.select(Effort.id, Effort.number, Effort.name)).all()
    called = {number: (order, name) for number, order, name in rows}
    legs = []
    for bar in bars:
        row = bar.row
        if row.kind != "effort" or row.state is State.CANCELLED or row.id not in called:
            continue
        order, name = called[row.id]
        of_tasks = progress.get(row.id)
        share = of_tasks.share if of_tasks else None
        over = share == 1 or (share is None and row.state is State.DONE)
        begun = over or bool(of_tasks and of_tasks.tasks_done) or row.state is State.IN_PROGRESS
        begun = begun or (row.start is not None and row.start <= facts.today)
        ended = finished.get(row.id) or row.end if over else None
        legs.append(Leg(row.id, order, name, share, row.start, row.end, ended, ends.get(row.id), begun))
    return tuple(legs)


def _finished(facts: Facts, effort_of: Mapping[int, int]) -> dict[int, date]:
    """Effort → the day on which the last of its tasks that are done was done."""
    steps = facts.history("project_id")
    done = steps.is_state(State.DONE)
    entered = steps.where(done & ~steps.before(done, False)).last_of_each()
    project_of = _projects_now(steps)
    latest: dict[int, int] = {}
    for task, at in zip(entered.task.tolist(), entered.at.tolist(), strict=True):
        effort = effort_of.get(project_of.get(task, 0))
        if effort is not None:
            latest[effort] = max(latest.get(effort, at), at)
    return {effort: day_of(moment(at), facts.ws.zone) for effort, at in latest.items()}


def _projects_now(steps: Steps) -> dict[int, int]:
    """The project of each task that is done now."""
    last = steps.last_of_each()
    still = last.where(last.is_state(State.DONE))
    return dict(zip(still.task.tolist(), still.fields["project_id"].tolist(), strict=True))


def _milestone(facts: Facts, bars: Sequence[Bar]) -> Milestone | None:
    ahead = [
        (bar.row.end, bar)
        for bar in bars
        if bar.row.milestone and bar.row.open and bar.row.end and bar.row.end >= facts.today
    ]
    if not ahead:
        return None
    due, bar = min(ahead, key=lambda pair: (pair[0], pair[1].row.id))
    owner = sa.select(User.display_name).join(Task, Task.assignee_id == User.id).where(Task.id == bar.row.id)
    with facts.ws.store.read() as session:
        person = session.scalar(owner)
    return Milestone(bar.row.id, bar.row.name, person or "", due, bar.earliest_end)


def _expected(facts: Facts, legs: Sequence[Leg]) -> tuple[Expectation, ...]:
    """What is expected of the whole plan, then of the efforts under way, in their order."""

    target = max((leg.end for leg in legs if leg.end), default=None)
    whole = completion_dates(facts.ws, facts.actor, now=facts.now, schedule=facts.timeline)
    told = [Expectation("The whole plan", None, target, whole)]
    under_way = [leg for leg in legs if leg.begun and not leg.complete and leg.earliest]
    if len(legs) > 1:
        told += [_of_leg(facts, leg, whole) for leg in under_way[:FORECAST_AT_MOST]]
    return tuple(told)


def _of_leg(facts: Facts, leg: Leg, whole: CompletionDates) -> Expectation:
    """What is expected of an effort: what waits for what is that of the whole plan, the pace is its own."""
    made = forecast_report(facts.ws, facts.actor, scope=FlowScope(effort_ids=(leg.id,)), now=facts.now)
    earliest = replace(whole.earliest, day=leg.earliest)
    dates = CompletionDates(earliest, likely_date(made), made.open_tasks)
    return Expectation(f"{leg.number} {leg.name}", leg.id, leg.end, dates)
