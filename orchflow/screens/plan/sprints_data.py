"""What the Sprints screen shows of one sprint: its report, and the tasks that it holds or could take."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.metrics.metric import Figure
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.read import figures
from orchflow.metrics.strips import STRIPS
from orchflow.people.permissions import Actor
from orchflow.planning.flow.scope import FlowScope
from orchflow.planning.names import PlanNames
from orchflow.planning.sprints.burndown import Burndown
from orchflow.planning.sprints.current import nearest_first
from orchflow.planning.work.board import BoardTask, backlog, board_tasks
from orchflow.planning.work.rows import SprintRow
from orchflow.planning.work.workflow import columns_for
from orchflow.screens.figure_facts import plan_facts
from orchflow.screens.plan.plan_data import plan_version
from orchflow.screens.session import workspace, zone
from orchflow.ui.sprint_charts import WORDS, burndown_figure, burnup_figure
from orchflow.ui.table import Column, Sheet, sheet

FIGURES = STRIPS["sprints"]
SIGNS = {"added": "+", "removed": "−", "re-estimated": "±"}


def amount(label: str, *, if_any: bool = False, width: int | None = None) -> Column:
    """A column of points, tasks or hours."""
    return Column(label, "count", digits=1, if_any=if_any, width=width)


DAY_COLUMNS = {
    "day": Column("Day", "day", pinned=True),
    "working": Column("Working day", "flag"),
    "scope": amount("Scope"),
    "remaining": amount("Left"),
    "started": amount("Started"),
    "completed": amount("Done"),
    "ideal_committed": amount("Ideal, committed"),
    "ideal_rebaselined": amount("Ideal, of the scope now"),
    "changes": Column("Scope changes", "count"),
}
"""The days of a burndown."""
CHANGE_COLUMNS = {
    "occurred_at": Column("When", "moment"),
    "change": Column("Change"),
    "reason": Column("Why"),
    "task": Column("Task", width="medium"),
    "points": amount("By how much"),
    "by": Column("Who"),
    "day": Column("Day", "day", hidden=True),
}
"""Changes of scope."""
TASK_COLUMNS = {
    "id": Column("Id", hidden=True),
    "title": Column("Task", width=380),
    "points": amount("Points"),
    "status": Column("Status"),
    "person": Column("Person"),
    "priority": Column("Priority"),
    "project": Column("Project"),
}
"""Tasks in a list."""
PICK_COLUMNS = TASK_COLUMNS | {
    "title": Column("Task", width=236),
    "points": amount("Points", width=52),
    "status": Column("Status", hidden=True),
    "person": Column("Person", width=100),
    "priority": Column("Priority", width=58),
    "project": Column("Project", width=52, help="By its number"),
}
"""Tasks in lists side by side, to be put in and taken out."""


@dataclass(frozen=True)
class SprintScreen:
    """One sprint's report, converted for the browser once. `nothing` says why it has nothing to draw, if it has not."""

    report: Burndown
    figures: tuple[Figure, ...]
    burndown: dict[str, Any]
    burnup: dict[str, Any]
    days: Sheet
    changes: pd.DataFrame
    nothing: tuple[str, str] | None


def sprint_screen(actor: Actor, sprint_id: int, unit: str) -> SprintScreen:
    """The report of a sprint, as the plan and the day are now."""
    return _report(actor, sprint_id, unit, plan_version(workspace()), clock.today(zone()))


@st.cache_resource(max_entries=64, show_spinner=False)
def _report(_actor: Actor, sprint_id: int, unit: str, version: str, today: date) -> SprintScreen:
    facts = plan_facts(_actor, PlanScope(FlowScope(sprint_ids=(sprint_id,)), unit))
    report = facts.burndown
    assert report is not None
    frame, changes = report.frame(), change_rows(report)
    by_day = {
        day.day: [change_in_words(change, unit) for change in day.scope_changes]
        for day in report.days
        if day.scope_changes
    }
    start = report.committed, report.begun, report.done_before
    burndown = burndown_figure(
        frame, by_day, unit=unit, planned_end=report.planned_end, committed=start[0], left=start[0] - start[2]
    )
    burnup = burnup_figure(
        frame, unit=unit, planned_end=report.planned_end, committed=start[0], begun=start[1], done=start[2]
    )
    return SprintScreen(
        report, figures(facts, FIGURES), burndown.to_plotly_json(), burnup.to_plotly_json(), sheet(frame, DAY_COLUMNS), changes,
        None if weighs(report) else _nothing(_actor, sprint_id, unit, version, today),
    )  # fmt: skip


def weighs(report: Burndown) -> bool:
    """Whether the sprint has ever held anything, in the unit of the report."""
    return bool(report.committed or any(day.scope for day in report.days))


def _nothing(actor: Actor, sprint_id: int, unit: str, version: str, today: date) -> tuple[str, str]:
    if unit != "count" and weighs(_report(actor, sprint_id, "count", version, today).report):
        return (
            f"None of its tasks has {WORDS[unit]}",
            "Count it in tasks, or estimate them on the Plan screen.",
        )
    return "It has held no task yet", "Add some from the backlog under Plan; they count as a change of scope."


def unit_of(actor: Actor, sprint: SprintRow) -> str:
    """What a sprint is counted in until the reader says otherwise: in tasks, where none of them has points."""
    started = sprint.started_at is not None
    return "count" if started and sprint_screen(actor, sprint.id, "points").nothing else "points"


def change_in_words(change: Any, unit: str) -> str:
    """`+ Connect data sources, 3 points (mara, 14:05)`."""
    by = f"{change.by}, " if change.by else ""
    at = change.occurred_at.astimezone(zone())
    reason = f" {change.reason}" if change.reason else ""
    amount = fmt.count(abs(change.points))
    sign = SIGNS[change.change] if change.change != "re-estimated" else ("+" if change.points > 0 else "−")
    return f"{sign}{amount} {WORDS[unit]} {change.change}{reason}: {change.title} ({by}{at:%H:%M})"


def change_rows(report: Burndown) -> pd.DataFrame:
    """One row for each change of scope after the start."""
    rows = [
        (change.occurred_at, change.change, change.reason, change.title, change.points, change.by, day.day)
        for day in report.days
        for change in day.scope_changes
    ]
    frame = pd.DataFrame(rows, columns=list(CHANGE_COLUMNS))
    frame["occurred_at"] = pd.to_datetime(frame["occurred_at"], utc=True).dt.tz_convert(zone())
    return frame


def task_rows(actor: Actor, sprint: SprintRow, tasks: Collection[BoardTask], names: PlanNames) -> pd.DataFrame:  # fmt: skip
    """Tasks as the lists of this screen show them, their status as the sprint's board calls it."""
    called = {column.key: column.name for column in columns_for(workspace().store, actor, sprint.team_id)}
    return pd.DataFrame(
        [
            (
                task.id, task.title, float(task.points) if task.points is not None else None,
                called.get(task.status, task.status.replace("_", " ").capitalize()), names.people.get(task.assignee_id or 0, ""),
                task.priority.value.capitalize(), names.projects.get(task.project_id, ""),
            )
            for task in tasks
        ],
        columns=list(TASK_COLUMNS),
    )  # fmt: skip


def held_tasks(actor: Actor, sprint_id: int) -> list[BoardTask]:
    """What a sprint holds now."""
    return board_tasks(workspace().store, actor, sprints=[sprint_id])


def backlog_tasks(actor: Actor, project: int | None) -> list[BoardTask]:
    """What waits for a sprint, of one project or of all."""
    return backlog(workspace().store, actor, projects=[project] if project else [])


def first_shown(sprints: list[SprintRow], mine: Collection[int]) -> int:
    """The sprint to begin with: of those that run the one of a team in `mine` or with the nearest end, else the next
    that is planned, else the last."""
    if running := nearest_first([sprint for sprint in sprints if sprint.state == "active"], mine):
        return running[0].id
    return next((sprint.id for sprint in sprints if sprint.state == "planned"), sprints[-1].id)


def fitted(columns: dict[str, Column], frame: pd.DataFrame) -> dict[str, Column]:
    """Without decimals where every number of a column is whole."""
    whole = {
        name
        for name, column in columns.items()
        if column.digits and name in frame and not (pd.to_numeric(frame[name]).dropna() % 1).any()
    }
    return {name: replace(column, digits=0) if name in whole else column for name, column in columns.items()}
