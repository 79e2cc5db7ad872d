"""What the Flow metrics screen shows: how work flows, and what it forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.metrics.filters import Filters
from orchflow.metrics.metric import Figure
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.read import figures
from orchflow.metrics.strips import STRIPS
from orchflow.people.permissions import Actor
from orchflow.people.small_groups import withheld_teams
from orchflow.planning.completion import CompletionDates, completion_dates
from orchflow.planning.flow.cumulative_flow import FlowReport
from orchflow.planning.flow.forecasts import ForecastReport, forecast_report
from orchflow.planning.flow.scope import FlowScope
from orchflow.planning.flow.scorecard import TOPIC, Scorecard, scorecard
from orchflow.planning.names import PlanNames
from orchflow.planning.tables import State
from orchflow.screens.figure_facts import plan_facts
from orchflow.screens.plan.flow_state import Assumptions
from orchflow.screens.session import workspace
from orchflow.store.field import in_words
from orchflow.ui.flow_charts import (
    ageing_figure,
    cumulative_flow_figure,
    cycle_time_figure,
    throughput_figure,
    when_figure,
)
from orchflow.ui.table import Column, Sheet, sheet

FIGURES = STRIPS["flow_metrics"]
DAILY_UNTIL = 62
"""Longer periods show throughput by week: single days would be hairlines."""
NAMES = {state.value: in_words(state) for state in State}
DAYS = {"calendar_days": "days", "working_days": "working days"}


BAND_COLUMNS = {"day": Column("Day", "day", pinned=True)} | {
    key: Column(name, "count") for key, name in NAMES.items()
}
"""The days of the cumulative flow."""
_TASK = {"task_id": Column("Id", hidden=True), "title": Column("Task", width="medium", pinned=True)}
CYCLE_COLUMNS = _TASK | {
    "started_at": Column("Started", "moment"),
    "done_at": Column("Done", "moment"),
    "done_day": Column("Day", "day", hidden=True),
    "calendar_days": Column("Days", "days", digits=1),
    "working_days": Column("Working days", "days", digits=1),
}
"""Finished tasks."""
AGE_COLUMNS = _TASK | {
    "state": Column("State"),
    "started_at": Column("Started", "moment"),
    "age_days": Column("Age", "days", digits=1),
    "working_days": Column("Working days", "days", digits=1),
}
"""Open work."""
SCORE_COLUMNS = {
    "made_at": Column("Made", "moment"),
    "scope": Column("Of"),
    "tasks": Column("Tasks", "count", help="How many were to be done"),
    "promised": Column("By (85 %)", "day"),
    "done": Column("Done by then, or so far", "count"),
    "reached": Column("Reached", "day"),
    "held": Column("Outcome"),
}
"""Stored forecasts."""


@dataclass(frozen=True)
class FlowScreen:
    """The flow of a period and a scope, converted for the browser once.

    `ages` of open work and the `usual` cycle times of finished work, by percentile, are in the days that were asked for.
    """

    flow: FlowReport
    ages: pd.Series[float]
    usual: Mapping[int, float]
    figures: tuple[Figure, ...]
    cumulative: dict[str, Any]
    cycle: dict[str, Any]
    throughput: dict[str, Any]
    ageing: dict[str, Any]
    bands: Sheet
    finished: Sheet
    done: Sheet
    open_work: Sheet


@st.cache_resource(max_entries=64, show_spinner=False)
def flow_screen(
    _actor: Actor, start: date, end: date, scope: FlowScope, measure: str, version: int, today: date
) -> FlowScreen:
    """The flow from `start` to `end`; `measure` is calendar_days or working_days, `version` the plan's."""
    facts = plan_facts(_actor, PlanScope(scope, working=measure == "working_days"), Filters(start, end))
    flow = from_the_first_day(facts.flow)
    unit = DAYS[measure]
    cycle, ageing = (
        frame.assign(title=[flow.titles.get(task, f"Task {task}") for task in frame["task_id"]])
        for frame in (flow.cycle.frame, flow.ageing.frame)
    )
    age = "age_days" if measure == "calendar_days" else "working_days"
    percentiles = flow.cycle.calendar if measure == "calendar_days" else flow.cycle.working
    weekly = len(flow.throughput) > DAILY_UNTIL
    done = by_week(flow.throughput) if weekly else flow.throughput
    return FlowScreen(
        flow,
        ageing[age],
        percentiles,
        figures(facts, FIGURES),
        cumulative_flow_figure(flow.cumulative, NAMES).to_plotly_json(),
        cycle_time_figure(cycle, measure, percentiles, unit=unit).to_plotly_json(),
        throughput_figure(done, weekly=weekly).to_plotly_json(),
        ageing_figure(ageing, age, NAMES, percentiles, unit=unit).to_plotly_json(),
        sheet(flow.cumulative, BAND_COLUMNS),
        sheet(cycle, CYCLE_COLUMNS),
        sheet(done, {"day": Column("Week of" if weekly else "Day", "day"), "done": Column("Done", "count")}),
        sheet(ageing, AGE_COLUMNS),
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def forecast_screen(
    _actor: Actor, scope: FlowScope, by: date, remaining: int | None, window: int, version: int, today: date
) -> tuple[ForecastReport, dict[str, Any], Sheet]:
    """Both forecasts of a scope; made once for a state of the plan and a day."""
    forecast = forecast_report(
        workspace(), _actor, scope=scope, by=by, remaining=remaining, window_days=window
    )
    chances = pd.DataFrame(forecast.when.chances, columns=["day", "chance"])
    picture = when_figure(forecast.when.chances, forecast.when.dates).to_plotly_json()
    return (
        forecast,
        picture,
        sheet(chances, {"day": Column("Day", "day"), "chance": Column("Done by then", "percent")}),
    )


def dates_of(
    actor: Actor, scope: FlowScope, assumed: Assumptions, version: int, today: date
) -> CompletionDates:
    """Both dates of what is open in a scope, the likely one as the forecast of the screen has it."""
    made, _, _ = forecast_screen(actor, scope, assumed.by, assumed.remaining, assumed.window, version, today)
    return _dates(actor, scope, assumed, made, version, today)


@st.cache_resource(max_entries=64, show_spinner=False)
def _dates(
    _actor: Actor, scope: FlowScope, assumed: Assumptions, _made: ForecastReport, version: int, today: date
) -> CompletionDates:
    return completion_dates(workspace(), _actor, scope=scope, forecast=_made)


def scores(actor: Actor, version: int, today: date) -> Scorecard:
    """How the stored forecasts fared; made for each reader to whom some are withheld."""
    if withheld_teams(workspace().store, actor):
        return scorecard(workspace(), actor)
    return _scores(actor, (version, workspace().store.version(TOPIC)), today)


@st.cache_resource(max_entries=8, show_spinner=False)
def _scores(_actor: Actor, versions: tuple[int, int], today: date) -> Scorecard:
    return scorecard(workspace(), _actor)


def score_rows(kept: Scorecard, names: PlanNames) -> pd.DataFrame:
    """One row for each stored forecast."""
    held = {True: "held", False: "missed", None: "open"}
    return pd.DataFrame(
        [
            (
                row.made_at, scope_in_words(row.scope, names), row.tasks,
                row.promised, row.done, row.reached, held[row.held],
            )
            for row in kept.forecasts
        ],
        columns=list(SCORE_COLUMNS),
    )  # fmt: skip


def scope_in_words(scope: FlowScope, names: PlanNames) -> str:
    """`Everything`, or the names of what narrows it."""
    said = [
        *(names.efforts.get(number, "a deleted effort") for number in scope.effort_ids),
        *(names.projects.get(number, "a deleted project") for number in scope.project_ids),
        *(names.sprints.get(number, "a deleted sprint") for number in scope.sprint_ids),
    ]
    if scope.team_id is not None:
        said.append(f"Team {names.teams.get(scope.team_id, scope.team_id)}")
    if scope.flow is not None:
        said.append(f"Flow {scope.flow}")
    return ", ".join(said) or "Everything"


def from_the_first_day(flow: FlowReport) -> FlowReport:
    """Without the days before anything is known: nothing flowed because nothing was kept."""
    if flow.first_day is None or not (flow.cumulative["day"] >= flow.first_day).any():
        return flow
    bands, done = flow.cumulative, flow.throughput
    return replace(
        flow,
        cumulative=bands[bands["day"] >= flow.first_day],
        throughput=done[done["day"] >= flow.first_day],
    )


def by_week(frame: pd.DataFrame) -> pd.DataFrame:
    """Days summed up to weeks, named by their Monday."""
    days = pd.to_datetime(frame["day"])
    monday = (days - pd.to_timedelta(days.dt.day_of_week, unit="D")).dt.date
    return frame.assign(day=monday).groupby("day", as_index=False).agg({"done": "sum"})
