"""Cumulative flow and throughput, from the history of tasks' states alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.calendar import read_calendar
from orchflow.planning.days import Days, day_of, micros, moment
from orchflow.planning.flow.cycle_time import Ageing, CycleTimes, ageing, cycle_times
from orchflow.planning.flow.scope import EVERYTHING, FlowScope, check_scope, flow_steps
from orchflow.planning.steps import NONE, STATES, Numbers, Steps
from orchflow.planning.tables import State, Task
from orchflow.store.rows import portions
from orchflow.workspace import Workspace


@dataclass(frozen=True)
class FlowReport:
    """Everything on the Flow metrics screen but the forecasts.

    `cumulative`: day and a column per state, tasks at the end of the day. `throughput`: day, done; today is not over.
    `titles`: of the tasks that the scatter and the ageing show.
    """

    cumulative: pd.DataFrame
    throughput: pd.DataFrame
    cycle: CycleTimes
    ageing: Ageing
    titles: dict[int, str]
    first_day: date | None
    computed_at: datetime


def flow_report(
    ws: Workspace,
    actor: Actor,
    start: date,
    end: date,
    *,
    scope: FlowScope = EVERYTHING,
    now: datetime | None = None,
    history: Steps | None = None,
) -> FlowReport:
    """The flow of the days from `start` to `end`; those after today are left out.

    `history` is that of `scope`, where it has been read already.
    """
    actor.require(Permission.PLAN_VIEW)
    if end < start:
        raise Invalid([Problem(None, "end", f"{end} is before the start, {start}")])
    at = now or clock.now()
    with ws.store.read() as session:
        check_scope(session, actor, scope)
        steps = until(flow_steps(session, scope) if history is None else history, at)
        calendar = read_calendar(session, scope.team_id)
        days = Days.between(start, min(end, day_of(at, ws.zone)), ws.zone)
        cycle = cycle_times(steps, days, calendar)
        open_work = ageing(steps, at, ws.zone, calendar)
        shown = {*cycle.frame["task_id"], *open_work.frame["task_id"]}
        titles = _titles(session, shown)
    first = day_of(moment(int(steps.at.min())), ws.zone) if len(steps) else None
    return FlowReport(
        cumulative_flow(steps, days), throughput(steps, days), cycle, open_work, titles, first, at
    )


def cumulative_flow(steps: Steps, days: Days) -> pd.DataFrame:
    """Tasks per state at the end of each day: `day`, and a column for each of the seven states."""
    position = days.position(steps.at)
    inside = position < len(days)
    width = len(STATES)
    counts = np.zeros(len(days) * width, dtype=np.int64)
    for values, sign in ((steps.state, 1), (steps.before(steps.state), -1)):
        counted = inside & (values != NONE)
        cells = position[counted] * width + values[counted]
        counts += sign * np.bincount(cells, minlength=len(counts))
    levels = np.cumsum(counts.reshape(len(days), width), axis=0)
    frame = pd.DataFrame(levels, columns=[state.value for state in STATES])
    frame.insert(0, "day", days.dates())
    return frame


def throughput(steps: Steps, days: Days) -> pd.DataFrame:
    """Tasks that reached done, per day: `day`, `done`. Days without any are there with 0."""
    return pd.DataFrame({"day": days.dates(), "done": done_per_day(steps, days)})


def done_per_day(steps: Steps, days: Days) -> npt.NDArray[np.int64]:
    """How many tasks reached done on each day: done at its end, and not at the end of the day before.

    One that is reopened and done again on a later day counts again there; moved to and fro within a day, once.
    """
    return np.bincount(_reached_done(steps, days)[1], minlength=len(days)).astype(np.int64)


def tasks_done(steps: Steps, days: Days) -> Numbers:
    """The tasks that `done_per_day` counts, each as often."""
    return _reached_done(steps, days)[0]


def _reached_done(steps: Steps, days: Days) -> tuple[Numbers, Numbers]:
    """Each task that reached done, and the place of its day among `days`."""
    position = np.where(steps.at < days.start, -1, days.position(steps.at))
    ends_day = np.append((steps.task[1:] != steps.task[:-1]) | (position[1:] != position[:-1]), True)
    ends_day = ends_day[: len(steps)]
    kept, position = steps.where(ends_day), position[ends_day]
    done = kept.is_state(State.DONE)
    reached = done & ~kept.before(done, False) & (position >= 0) & (position < len(days))
    return kept.task[reached], position[reached]


def until(steps: Steps, at: datetime) -> Steps:
    """Only what happened up to `at`."""
    return steps.where(steps.at <= micros(at))


def _titles(session: Session, task_ids: set[int]) -> dict[int, str]:
    titles: dict[int, str] = {}
    for some in portions(task_ids):
        titles |= dict(session.execute(sa.select(Task.id, Task.title).where(Task.id.in_(some))).all())
    return titles
