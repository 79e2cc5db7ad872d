"""What the Timeline screen shows: rows of the plan over time, and how they drifted from a baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from orchflow.metrics.metric import Figure
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.read import figures
from orchflow.metrics.strips import STRIPS
from orchflow.people.permissions import Actor
from orchflow.planning.completion import CompletionDates, completion_dates
from orchflow.planning.flow.scope import FlowScope
from orchflow.planning.tables import State
from orchflow.planning.timeline.baseline import compare
from orchflow.planning.timeline.timeline import Timeline, timeline
from orchflow.planning.work.progress import plan_progress
from orchflow.screens.figure_facts import plan_facts
from orchflow.screens.plan.timeline_rows import BACK, Folds, Outline, Span, links_of, outline, rows_of
from orchflow.screens.session import workspace
from orchflow.store.field import in_words
from orchflow.ui.gantt import VISIBLE, GanttRow, Scale, gantt_data
from orchflow.ui.table import Column

FIGURES = STRIPS["timeline"]
STATES = {state.value: in_words(state) for state in State}


ROW_COLUMNS = {
    "kind": Column("Kind"),
    "name": Column("Name", width=280, pinned=True),
    "start": Column("Start", "day"),
    "end": Column("End", "day"),
    "state": Column("State"),
    "slack": Column("Slack", "days", help="Working days it can slip without moving the end"),
    "critical": Column("Critical", "flag"),
    "late": Column("Late", "flag"),
    "earliest_start": Column("Earliest start", "day"),
    "earliest_end": Column("Earliest end", "day"),
    "latest_end": Column("Latest end", "day"),
    "beyond_due": Column("Beyond its due day", "days"),
    "baseline_start": Column("Baseline start", "day"),
    "baseline_end": Column("Baseline end", "day"),
}
"""The rows of a timeline."""
DRIFT_COLUMNS = {
    "kind": Column("Kind"),
    "name": Column("Name", width="medium"),
    "change": Column("Change"),
    "end_then": Column("End then", "day"),
    "end_now": Column("End now", "day"),
    "slip_days": Column("Slipped", "days"),
    "points_then": Column("Points then", "count", digits=1),
    "points_now": Column("Points now", "count", digits=1),
}
"""Drift from a baseline."""


class Part(NamedTuple):
    """What of the plan is looked at (empty: all of it), and the baseline that it is compared with."""

    efforts: tuple[int, ...]
    projects: tuple[int, ...]
    baseline: int | None


@dataclass(frozen=True)
class TimelineReading:
    """The timeline of a part of the plan with its figures and how far its efforts and projects are, by their keys."""

    schedule: Timeline
    figures: tuple[Figure, ...]
    dates: CompletionDates
    progress: Mapping[str, float]


@st.cache_resource(max_entries=16, show_spinner=False)
def timeline_reading(_actor: Actor, part: Part, version: int, today: date) -> TimelineReading:
    """The timeline of some efforts or projects (empty: of all), read once for a state of the plan and a day."""
    ws, scope = workspace(), FlowScope(effort_ids=part.efforts, project_ids=part.projects)
    facts = plan_facts(_actor, PlanScope(scope))
    schedule = facts.timeline = timeline(
        ws,
        _actor,
        effort_ids=part.efforts,
        project_ids=part.projects,
        baseline_id=part.baseline,
        now=facts.now,
    )
    done = plan_progress(ws.store, _actor)
    shares = {
        **{f"effort-{number}": progress.share for number, progress in done.efforts.items()},
        **{f"project-{number}": progress.share for number, progress in done.projects.items()},
    }
    known = {key: share for key, share in shares.items() if share is not None}
    dates = completion_dates(ws, _actor, scope=scope, now=facts.now, schedule=schedule)
    return TimelineReading(schedule, figures(facts, FIGURES), dates, known)


@dataclass(frozen=True)
class TimelineChart:
    """The rows in sight as they are sent, how many there are, and how many tasks are left out."""

    data: dict[str, Any]
    rows: int
    left_out: int


@dataclass(frozen=True)
class View:
    """How a timeline is looked at; `folds` are the rows that somebody folded or unfolded."""

    span: Span
    scale: Scale
    dependencies: bool
    critical: bool
    folds: Folds


@st.cache_resource(max_entries=16, show_spinner=False)
def timeline_outline(_actor: Actor, part: Part, span: Span, version: int, today: date) -> Outline:
    """What of it is shown, whether folded or not."""
    made = timeline_reading(_actor, part, version, today)
    return outline(made.schedule, span, today, made.progress)


@st.cache_resource(max_entries=32, show_spinner=False)
def timeline_chart(_actor: Actor, part: Part, view: View, version: int, today: date) -> TimelineChart:
    """The chart as it is sent to the browser."""
    made = timeline_reading(_actor, part, version, today)
    shown = timeline_outline(_actor, part, view.span, version, today)
    rows = rows_of(shown, view.folds)
    if not view.critical:
        rows = [replace(row, slack=None) for row in rows]
    links = (
        links_of(made.schedule, rows, critical_only=not view.dependencies)
        if view.dependencies or view.critical
        else []
    )
    data = gantt_data(
        rows, links, label="Timeline of efforts, projects and tasks", states=STATES, today=today, first=first_day(rows, view, today),
        scale=view.scale, critical=view.critical,
    )  # fmt: skip
    return TimelineChart(data, len(rows), shown.left_out)


def first_day(rows: Sequence[GanttRow], view: View, today: date) -> date:
    """Where the chart begins: with what is finished at its beginning; else two weeks ago, on a longer scale as many as leave
    the present at the same place."""
    if view.span == "all":
        return min([today, *(row.days[0] for row in rows if row.days)])
    return today - BACK * VISIBLE[view.scale] // VISIBLE["weeks"]


def every_row(actor: Actor, part: Part, version: int, today: date) -> pd.DataFrame:
    """Every row of a part of the plan with its days, slack and baseline; made when it is asked for."""
    return table(timeline_reading(actor, part, version, today).schedule, today)


def table(schedule: Timeline, today: date) -> pd.DataFrame:
    """Every row with its days, slack and baseline."""
    return pd.DataFrame(
        [
            (
                in_words(bar.row.kind), bar.row.name, bar.row.start, bar.row.end, in_words(bar.row.state.value), bar.slack,
                bar.critical, bar.late, bar.earliest_start, bar.earliest_end, bar.latest_end, bar.beyond_due,
                bar.baseline_start, bar.baseline_end,
            )
            for bar in outline(schedule, "all", today).bars
        ],
        columns=list(ROW_COLUMNS),
    )  # fmt: skip


def drift_rows(actor: Actor, baseline: int) -> pd.DataFrame:
    """What is not as the baseline kept it."""
    moved = compare(workspace().store, actor, baseline).moved
    frame = pd.DataFrame(
        [[getattr(row, name) for name in DRIFT_COLUMNS] for row in moved], columns=list(DRIFT_COLUMNS)
    )
    return frame.assign(kind=frame["kind"].map(in_words), change=frame["change"].map(in_words))
