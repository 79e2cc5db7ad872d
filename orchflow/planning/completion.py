"""When all that is open will be done: by what waits for what, and by the pace of the past, each with what it assumes.

The two dates answer different questions, so they differ. Every screen that shows one of them takes it from here, with its
words, and shows where the other is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from orchflow.format import day as written
from orchflow.format import quantity
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.flow.forecasts import WINDOW_DAYS, ForecastReport, forecast_report
from orchflow.planning.flow.scope import EVERYTHING, FlowScope
from orchflow.planning.flow.scorecard import PROMISED
from orchflow.planning.timeline.timeline import Timeline, timeline
from orchflow.workspace import Workspace

FULL_SPEED = "each task takes its estimate, and whoever does it is free"
NOTHING_OPEN = "Nothing is open."


@dataclass(frozen=True)
class CompletionDate:
    """A date and, in words, what it assumes. Without a `day` there is none, and `missing` says why."""

    day: date | None
    assumes: str
    missing: str = ""

    @property
    def said(self) -> str:
        """The day in words, or why there is none."""
        return written(self.day) if self.day else self.missing


@dataclass(frozen=True)
class CompletionDates:
    """`earliest`: at full speed, by the critical path. `likely`: by throughput, with `confidence` percent."""

    earliest: CompletionDate
    likely: CompletionDate
    open_tasks: int
    confidence: int = PROMISED

    @property
    def days_between(self) -> int | None:
        """Calendar days from the earliest date to the likely one (negative: it comes before); None without both."""
        if self.earliest.day is None or self.likely.day is None:
            return None
        return (self.likely.day - self.earliest.day).days

    @property
    def apart(self) -> str:
        """Why the two dates are not the same, in a sentence; "" where there are no two."""
        between = self.days_between
        if between is None:
            return ""
        if between > 0:
            return "What waits for what leaves room; the pace at which work was done does not."
        if between < 0:
            return "The pace would do; what waits for what, and the days that are planned, hold the end back."
        return "Both come to the same day."


def completion_dates(
    ws: Workspace,
    actor: Actor,
    *,
    scope: FlowScope = EVERYTHING,
    window_days: int = WINDOW_DAYS,
    now: datetime | None = None,
    schedule: Timeline | None = None,
    forecast: ForecastReport | None = None,
) -> CompletionDates:
    """Both dates of what is open in `scope`, which may be narrowed to anything; the earliest one only to efforts and projects.

    `schedule` and `forecast` are those of the scope, where a screen has made them already.
    """
    actor.require(Permission.PLAN_VIEW)
    made = forecast or forecast_report(ws, actor, scope=scope, window_days=window_days, now=now)
    if scope.team_id is not None or scope.sprint_ids or scope.flow is not None:
        earliest = CompletionDate(
            None, FULL_SPEED, "Days are laid out along efforts and projects, not of a team or a sprint."
        )
    else:
        drawn = schedule or timeline(
            ws, actor, effort_ids=scope.effort_ids, project_ids=scope.project_ids, now=now
        )
        earliest = CompletionDate(drawn.end, FULL_SPEED, "" if drawn.end else NOTHING_OPEN)
    return CompletionDates(earliest, likely_date(made), made.open_tasks)


def likely_date(made: ForecastReport) -> CompletionDate:
    """The date that a forecast gives with 85 %."""
    when = made.when
    assumes = (
        f"{quantity(when.remaining, 'open task')} go as fast as those of the last "
        f"{quantity(when.window.days, 'day')} ({when.window.done:,} done)"
    )
    if not when.remaining:
        return CompletionDate(None, assumes, NOTHING_OPEN)
    if not when.window.done:
        return CompletionDate(None, assumes, "Nothing is done yet that a pace could be taken from.")
    day = when.dates.get(PROMISED)
    return CompletionDate(day, assumes, "" if day else "More than ten years ahead at this pace.")
