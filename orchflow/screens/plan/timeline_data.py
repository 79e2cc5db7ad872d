"""What the Timeline screen shows: rows of the plan over time, and how they drifted from a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.metrics.facts import PlanScope
from orchflow.metrics.metric import Figure
from orchflow.metrics.read import figures
from orchflow.people.permissions import Actor
from orchflow.planning.flow.scope import FlowScope
from orchflow.planning.timeline.baseline import compare
from orchflow.planning.timeline.timeline import Bar, Timeline, timeline
from orchflow.screens.figure_facts import plan_facts
from orchflow.screens.session import workspace
from orchflow.store.field import in_words
from orchflow.ui.gantt_chart import GanttLink, GanttRow, gantt_figure, gantt_height
from orchflow.ui.table import Column, Sheet, sheet

FIGURES = ("days_to_end", "critical_tasks", "late_tasks", "next_milestone")
MOST_ROWS = 60
"""More rows than this are not readable as one picture: the reader narrows the timeline."""


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


@dataclass(frozen=True)
class TimelineScreen:
    """A timeline, converted for the browser once. `left_out` rows have no days, `too_many` says how many rows there were."""

    schedule: Timeline
    figures: tuple[Figure, ...]
    gantt: dict[str, Any]
    height: int
    rows: Sheet
    left_out: int
    too_many: int


@st.cache_resource(max_entries=32, show_spinner=False)
def timeline_screen(
    _actor: Actor, efforts: tuple[int, ...], projects: tuple[int, ...], tasks: bool, finished: bool, baseline: int | None, version: int, today: date
) -> TimelineScreen:  # fmt: skip
    """The timeline of some efforts or projects (empty: of all), with or without their tasks; with or without finished ones."""
    facts = plan_facts(_actor, PlanScope(FlowScope(effort_ids=efforts, project_ids=projects)))
    schedule = facts.timeline = timeline(
        workspace(), _actor, effort_ids=efforts, project_ids=projects, baseline_id=baseline, now=facts.now
    )
    rows = overview(schedule) if not tasks else every_row(schedule, finished)
    dated = [row for row in rows if row.start or row.end]
    shown = dated[:MOST_ROWS]
    links = task_links(schedule) if tasks else project_links(schedule)
    title = "Efforts, projects and their tasks over time" if tasks else "Efforts and projects over time"
    return TimelineScreen(
        schedule,
        figures(facts, FIGURES),
        gantt_figure(shown, links, today=today, title=title).to_plotly_json(),
        gantt_height(len(shown)),
        sheet(table(schedule), ROW_COLUMNS),
        len(rows) - len(dated),
        len(dated) if len(dated) > MOST_ROWS else 0,
    )


def overview(schedule: Timeline) -> list[GanttRow]:
    """Efforts and projects; a project is as critical, and has as little slack, as its tasks; milestones are marked on it."""
    by_project: dict[int, list[Bar]] = {}
    for bar in schedule.bars:
        if bar.row.kind == "task" and bar.row.parent is not None:
            by_project.setdefault(bar.row.parent, []).append(bar)
    rows = []
    for bar in in_tree_order(schedule.bars):
        if bar.row.kind == "task":
            continue
        own = by_project.get(bar.row.id, []) if bar.row.kind == "project" else []
        slacks = [task.slack for task in own if task.slack is not None]
        marks = tuple((task.row.end, task.row.name) for task in own if task.row.milestone and task.row.end)
        rows.append(
            row_of(
                bar, critical=any(task.critical for task in own), slack=min(slacks, default=None), marks=marks
            )
        )
    return rows


def every_row(schedule: Timeline, finished: bool) -> list[GanttRow]:
    """Efforts, projects and tasks, each below what it belongs to; done and cancelled tasks only when `finished`."""
    return [
        row_of(bar, critical=bar.critical, slack=bar.slack)
        for bar in in_tree_order(schedule.bars)
        if finished or bar.row.kind != "task" or bar.row.open
    ]


def in_tree_order(bars: Sequence[Bar]) -> list[Bar]:
    """Each effort with its projects below it, each project with its tasks."""
    children: dict[tuple[str, int | None], list[Bar]] = {}
    for bar in bars:
        children.setdefault((bar.row.kind, bar.row.parent if bar.row.kind != "effort" else None), []).append(
            bar
        )
    ordered: list[Bar] = []
    for effort in children.get(("effort", None), []):
        ordered.append(effort)
        for project in children.get(("project", effort.row.id), []):
            ordered += [project, *children.get(("task", project.row.id), [])]
    return ordered


def row_of(
    bar: Bar, *, critical: bool, slack: int | None, marks: tuple[tuple[date, str], ...] = ()
) -> GanttRow:
    """One bar as the chart takes it."""
    row = bar.row
    own = row.kind == "task"
    said = "" if slack is None else "on the critical path" if critical else f"{slack} working days of slack"
    return GanttRow(
        f"{row.kind}-{row.id}", row.name, {"effort": 0, "project": 1, "task": 2}[row.kind],
        row.start or (bar.earliest_start if row.end is None else None), row.end or (bar.earliest_end if row.start is None else None),
        row.state.value, critical, bar.late, row.milestone, bar.latest_end if own and row.open and not critical else None, said,
        bar.baseline_start, bar.baseline_end, marks,
    )  # fmt: skip


def task_links(schedule: Timeline) -> list[GanttLink]:
    """Dependencies between tasks; those along the critical path are marked."""
    critical = set(schedule.critical_path)
    return [
        GanttLink(
            f"task-{link.predecessor}",
            f"task-{link.successor}",
            {link.predecessor, link.successor} <= critical,
        )
        for link in schedule.links
    ]


def project_links(schedule: Timeline) -> list[GanttLink]:
    """Dependencies between tasks of different projects, as dependencies of the projects."""
    project = {bar.row.id: bar.row.parent for bar in schedule.bars if bar.row.kind == "task"}
    pairs = {
        (project[link.predecessor], project[link.successor])
        for link in schedule.links
        if project.get(link.predecessor) != project.get(link.successor)
    }
    return [GanttLink(f"project-{before}", f"project-{after}") for before, after in sorted(pairs, key=str)]


def table(schedule: Timeline) -> pd.DataFrame:
    """Every row with its days, slack and baseline."""
    return pd.DataFrame(
        [
            (
                in_words(bar.row.kind), bar.row.name, bar.row.start, bar.row.end, in_words(bar.row.state.value), bar.slack,
                bar.critical, bar.late, bar.earliest_start, bar.earliest_end, bar.latest_end, bar.beyond_due,
                bar.baseline_start, bar.baseline_end,
            )
            for bar in in_tree_order(schedule.bars)
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
