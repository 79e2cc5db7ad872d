"""How long steps took, planned against taken, and how steps and items added up over the days: from the history alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.guidance.item_history import APPLIES, LEFT, REQUIRED, StepTrail
from orchflow.planning.calendar import WorkingCalendar, read_calendar
from orchflow.planning.days import Days, day_of, moment
from orchflow.planning.tables import Flow, Step
from orchflow.store.engine import Store

AHEAD: Final = timedelta(days=730)
"""So far ahead of today what is planned is told by day."""
LEAST_STEPS: Final = 5
"""Of fewer complete steps no percentile is told."""
DAYS_OF_STEPS: Final = (
    "flow", "flow_name", "step", "name", "lead", "planned_days", "due_day", "begun_day", "complete_day", "taken_days", "over_days",
)  # fmt: skip
STEPS_OF_DAYS: Final = (
    "day",
    "flow",
    "steps",
    "begun",
    "complete",
    "required",
    "applies",
    "settled",
    "planned",
)


@dataclass(frozen=True)
class Percentiles:
    """The median and the 85th percentile of values, linear between two of them; None of fewer than `LEAST_STEPS`."""

    count: int
    median: float | None
    high: float | None


def days_of_steps(store: Store, trail: StepTrail) -> pd.DataFrame:
    """A row for each step in the order of the flows, with `DAYS_OF_STEPS`.

    `taken_days` are the working days from the day on which the first of its items was settled to the day on which it was complete and
    has been since, both included; empty while it is open. `over_days` are those beyond the planned ones.
    """
    with store.read() as session:
        calendar = read_calendar(session)
        steps = session.execute(
            sa.select(Flow.number, Flow.name.label("flow_name"), Step.id, Step.key, Step.name, Step.lead, Step.days, Step.due_day)
            .join(Flow, Flow.id == Step.flow_id).order_by(Flow.number, Step.position, Step.id)
        ).all()  # fmt: skip
    begun, complete = trail.first_in(trail.begun), trail.since(trail.complete)
    rows = []
    for step in steps:
        first = day_of(moment(begun[step.id]), store.zone) if step.id in begun else None
        last = day_of(moment(complete[step.id]), store.zone) if step.id in complete else None
        taken = _taken(calendar, first, last)
        over = None if taken is None else taken - step.days
        rows.append(
            (
                step.number,
                step.flow_name,
                step.key,
                step.name,
                step.lead,
                step.days,
                step.due_day,
                first,
                last,
                taken,
                over,
            )
        )
    return pd.DataFrame(rows, columns=list(DAYS_OF_STEPS))


def _taken(calendar: WorkingCalendar, first: date | None, last: date | None) -> int | None:
    """At least a day: work on a day off is work."""
    return None if first is None or last is None else max(calendar.count(first, last), 1)


def percentiles(values: Iterable[float]) -> Percentiles:
    """Of the days that steps took."""
    known = np.array([value for value in values if not pd.isna(value)], dtype=np.float64)
    if len(known) < LEAST_STEPS:
        return Percentiles(len(known), None, None)
    median, high = np.percentile(known, [50, 85])
    return Percentiles(len(known), float(median), float(high))


def steps_of_days(store: Store, trail: StepTrail, today: date, flow: int | None = None) -> pd.DataFrame:
    """A row for each day and flow (by number), or of one flow, with `STEPS_OF_DAYS`, from the first day of which anything is known.

    Steps of which something is required, those begun and complete at the end of the day; the same of items: `required`, those
    that apply and those of them that are `settled`. `planned` are the steps that are due by the day as the plan is now; after
    `today`, until the last of them, it is the only one there is.
    """
    with store.read() as session:
        flows: dict[int, int] = dict(
            session.execute(sa.select(Flow.id, Flow.number).order_by(Flow.number)).all()
        )
        due = _due(session)
    zone = ZoneInfo(str(store.zone))
    parts = [
        _of_flow(trail.of_flows([number_id]), due.get(number_id, []), number, today, zone)
        for number_id, number in flows.items()
        if flow in (None, number)
    ]
    known = [part for part in parts if not part.empty]
    return pd.concat(known, ignore_index=True) if known else pd.DataFrame(columns=list(STEPS_OF_DAYS))


def _due(session: Session) -> dict[int, list[date]]:
    due: dict[int, list[date]] = {}
    for flow, day in session.execute(sa.select(Step.flow_id, Step.due_day)):
        if day is not None:
            due.setdefault(flow, []).append(day)
    return due


def _of_flow(trail: StepTrail, due: list[date], number: int, today: date, zone: ZoneInfo) -> pd.DataFrame:
    if not len(trail):
        return pd.DataFrame(columns=list(STEPS_OF_DAYS))
    first = min(day_of(moment(int(trail.at.min())), zone), today)
    days = Days.between(first, min(max([today, *due]), today + AHEAD), zone)
    counts = trail.counts
    frame = pd.DataFrame({
        "day": days.dates(), "flow": number,
        "steps": trail.per_day(trail.asked, days), "begun": trail.per_day(trail.begun, days),
        "complete": trail.per_day(trail.complete, days), "required": trail.per_day(counts[:, REQUIRED], days),
        "applies": trail.per_day(counts[:, APPLIES], days),
        "settled": trail.per_day(counts[:, APPLIES] - counts[:, LEFT], days),
    })  # fmt: skip
    ahead = frame["day"] > today
    told = [name for name in frame.columns if name not in ("day", "flow")]
    frame[told] = frame[told].astype("Int64").mask(ahead)
    ends = np.searchsorted(
        np.sort(np.array(due, dtype="datetime64[D]")),
        np.array(days.dates(), dtype="datetime64[D]"),
        side="right",
    )
    return frame.assign(planned=ends)
