"""Cycle time and the age of work in progress, from the history of tasks' states alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchflow.planning.calendar import WorkingCalendar
from orchflow.planning.days import Days, Instants, day_of, micros, moment
from orchflow.planning.steps import NONE, STATES, Flags, Steps
from orchflow.planning.tables import CLOSED, State

PERCENTILES = (50, 85, 95)


@dataclass(frozen=True)
class CycleTimes:
    """Cycle times of the tasks that were done in a period and still are.

    `frame`: task_id, started_at, done_at, done_day, calendar_days, working_days; in the order of `done_at`. A task that
    was reopened counts to its last close. `never_started`: how many were done without ever being in progress, which
    have no cycle time. The percentiles are by share of tasks: 85 % of them took no longer than `calendar[85]` days.
    """

    frame: pd.DataFrame
    calendar: dict[int, float]
    working: dict[int, float]
    never_started: int


@dataclass(frozen=True)
class Ageing:
    """The open tasks that were started: task_id, state, started_at, age_days, working_days; the oldest first."""

    frame: pd.DataFrame

    @property
    def work_in_progress(self) -> int:
        """How many there are."""
        return len(self.frame)


def cycle_times(steps: Steps, days: Days, calendar: WorkingCalendar) -> CycleTimes:
    """Cycle times of the tasks whose last entry into done is in `days`."""
    started = _first(steps, steps.is_state(State.IN_PROGRESS))
    is_done = steps.is_state(State.DONE)
    entered = is_done & ~steps.before(is_done, False)
    finished = _last(steps, entered)
    now = steps.last_of_each()
    done_now = set(now.task[now.is_state(State.DONE)].tolist())
    in_period = {
        task: at for task, at in finished.items() if task in done_now and days.start <= at < days.ends[-1]
    }
    measured = sorted(
        ((task, started[task], at) for task, at in in_period.items() if started.get(task, at + 1) <= at),
        key=lambda row: (row[2], row[0]),
    )
    tasks, begin, end = np.array(measured, dtype=np.int64).reshape(-1, 3).T
    elapsed, worked = elapsed_days(begin, end, days.zone, calendar)
    frame = pd.DataFrame(
        {
            "task_id": tasks,
            "started_at": _times(begin),
            "done_at": _times(end),
            "done_day": [days.first + timedelta(days=int(n)) for n in days.position(end)],
            "calendar_days": elapsed,
            "working_days": worked,
        }
    )
    return CycleTimes(frame, percentiles(elapsed), percentiles(worked), len(in_period) - len(measured))


def ageing(steps: Steps, now: datetime, zone: ZoneInfo, calendar: WorkingCalendar) -> Ageing:
    """The age of every open task that was started, from its first entry into in-progress to `now`."""
    started = _first(steps, steps.is_state(State.IN_PROGRESS))
    last = steps.last_of_each()
    is_open = (last.state != NONE) & ~last.is_state(*CLOSED)
    rows = sorted(
        (started[task], task, code)
        for task, code in zip(last.task[is_open].tolist(), last.state[is_open].tolist(), strict=True)
        if task in started
    )
    begin, tasks, codes = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    elapsed, worked = elapsed_days(begin, np.full(len(begin), micros(now)), zone, calendar)
    return Ageing(
        pd.DataFrame(
            {
                "task_id": tasks,
                "state": [STATES[code].value for code in codes],
                "started_at": _times(begin),
                "age_days": elapsed,
                "working_days": worked,
            }
        )
    )


def elapsed_days(
    begin: Instants, end: Instants, zone: ZoneInfo, calendar: WorkingCalendar
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Days between instants by the clock of the zone: all of them, and working days only.

    From Friday 9:00 to Monday 9:00 is three days, and one working day: what is left of Friday and the beginning of
    Monday. A day counts as one however many hours the zone's clock gives it.
    """
    if not len(begin):
        return np.array([], dtype=np.float64), np.array([], dtype=np.float64)
    days = Days.between(day_of(moment(int(begin.min())), zone), day_of(moment(int(end.max())), zone), zone)
    starts = np.concatenate(([days.start], days.ends[:-1]))
    working = calendar.working(days.dates()).astype(np.float64)
    worked_before = np.concatenate(([0.0], np.cumsum(working)[:-1]))

    def place(at: Instants) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        day = days.position(at)
        part = (at - starts[day]) / (days.ends[day] - starts[day])
        return day + part, worked_before[day] + part * working[day]

    (from_all, from_worked), (to_all, to_worked) = place(begin), place(end)
    return to_all - from_all, to_worked - from_worked


def percentiles(values: npt.NDArray[np.float64]) -> dict[int, float]:
    """The 50th, 85th and 95th percentile by nearest rank; empty where there are no values."""
    if not len(values):
        return {}
    return {share: float(np.percentile(values, share, method="inverted_cdf")) for share in PERCENTILES}


def _first(steps: Steps, chosen: Flags) -> dict[int, int]:
    """Task → the instant of its first chosen step."""
    entries = steps.where(chosen)
    tasks, first = np.unique(entries.task, return_index=True)
    return dict(zip(tasks.tolist(), entries.at[first].tolist(), strict=True))


def _last(steps: Steps, chosen: Flags) -> dict[int, int]:
    """Task → the instant of its last chosen step."""
    last = steps.where(chosen).last_of_each()
    return dict(zip(last.task.tolist(), last.at.tolist(), strict=True))


def _times(instants: Instants) -> pd.Series[pd.Timestamp]:
    return pd.Series(instants.astype("datetime64[us]")).dt.tz_localize("UTC")
