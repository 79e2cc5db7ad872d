"""What the Sprints screen shows: a sprint's report, the plan of one, and all sprints beside each other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow.metrics.facts import PlanScope
from orchflow.metrics.metric import Figure
from orchflow.metrics.read import figures
from orchflow.people.permissions import Actor
from orchflow.planning.flow.scope import FlowScope
from orchflow.planning.names import PlanNames
from orchflow.planning.sprints.burndown import Burndown
from orchflow.planning.sprints.velocity import Velocity
from orchflow.planning.tables import CLOSED, Priority, State
from orchflow.planning.work.board import NOBODY, BoardTask, board_tasks
from orchflow.planning.work.rows import SprintRow
from orchflow.screens.figure_facts import plan_facts
from orchflow.screens.plan.plan_data import names_now, plan_version
from orchflow.screens.session import workspace, zone
from orchflow.ui.sprint_charts import (
    WORDS,
    burndown_figure,
    burnup_figure,
    predictability_figure,
    velocity_figure,
)
from orchflow.ui.table import Column, Sheet, sheet

FIGURES = ("sprint_committed", "sprint_done", "sprint_remaining", "sprint_scope_change")
OF_ALL = ("velocity", "predictability")
SIGNS = {"added": "+", "removed": "−", "re-estimated": "±"}


def _amount(label: str) -> Column:
    return Column(label, "count", digits=1)


DAY_COLUMNS = {
    "day": Column("Day", "day", pinned=True),
    "working": Column("Working day", "flag"),
    "scope": _amount("Scope"),
    "remaining": _amount("Left"),
    "started": _amount("Started"),
    "completed": _amount("Done"),
    "ideal_committed": _amount("Ideal, committed"),
    "ideal_rebaselined": _amount("Ideal, of the scope now"),
    "changes": Column("Scope changes", "count"),
}
"""The days of a burndown."""
CHANGE_COLUMNS = {
    "occurred_at": Column("When", "moment"),
    "change": Column("Change"),
    "reason": Column("Why"),
    "task": Column("Task", width="medium"),
    "points": _amount("By how much"),
    "by": Column("Who"),
    "day": Column("Day", "day", hidden=True),
}
"""Changes of scope."""
SPRINT_COLUMNS = {
    "sprint_id": Column("Id", hidden=True),
    "number": Column("Number", hidden=True),
    "name": Column("Sprint", pinned=True),
    "team_id": Column("Team", hidden=True),
    "started_at": Column("Started", "moment", hidden=True),
    "closed_at": Column("Closed", "day"),
    "committed": _amount("Committed"),
    "added": _amount("Added"),
    "removed": _amount("Removed"),
    "re_estimated": _amount("Estimated anew"),
    "done": _amount("Done"),
    "carried_over": _amount("Carried over"),
    "done_committed": _amount("Done of committed"),
    "unplanned": _amount("Done, unplanned"),
    "predictability": Column("Predictability", "percent"),
}
"""The results of sprints."""
TASK_COLUMNS = {
    "id": Column("Id", hidden=True),
    "title": Column("Task", width="medium"),
    "points": _amount("Points"),
    "priority": Column("Priority"),
    "status": Column("Status"),
    "project": Column("Project"),
    "person": Column("Person"),
    "state": Column("State", hidden=True),
}
"""Tasks in a list."""
PICK_COLUMNS = TASK_COLUMNS | {
    "title": Column("Task", width=220),
    "status": Column("Status", hidden=True),
}
"""Tasks in lists side by side, to be put in and taken out."""


@dataclass(frozen=True)
class SprintScreen:
    """One sprint's report, converted for the browser once."""

    report: Burndown
    figures: tuple[Figure, ...]
    burndown: dict[str, Any]
    burnup: dict[str, Any]
    days: Sheet
    changes: pd.DataFrame


@dataclass(frozen=True)
class VelocityScreen:
    """All closed sprints, converted for the browser once."""

    results: Velocity
    figures: tuple[Figure, ...]
    velocity: dict[str, Any]
    predictability: dict[str, Any]
    sprints: Sheet


@st.cache_resource(max_entries=64, show_spinner=False)
def sprint_screen(_actor: Actor, sprint_id: int, unit: str, version: int, today: date) -> SprintScreen:
    """The report of a sprint as of `version` of the plan; everybody who sees the plan sees the same."""
    facts = plan_facts(_actor, PlanScope(FlowScope(sprint_ids=(sprint_id,)), unit))
    report = facts.burndown
    assert report is not None
    frame, changes = report.frame(), change_rows(report)
    by_day = {
        day.day: [change_in_words(change, unit) for change in day.scope_changes]
        for day in report.days
        if day.scope_changes
    }
    return SprintScreen(
        report,
        figures(facts, FIGURES),
        burndown_figure(
            frame, by_day, unit=unit, planned_end=report.planned_end, committed=report.committed
        ).to_plotly_json(),
        burnup_figure(frame, unit=unit, planned_end=report.planned_end).to_plotly_json(),
        sheet(frame, DAY_COLUMNS),
        changes,
    )


def velocity_screen(actor: Actor, team_id: int | None, unit: str) -> VelocityScreen:
    """Velocity and predictability of all closed sprints, or of a team's, with the names of today."""
    return _velocity(actor, team_id, unit, plan_version(workspace()), clock.today(zone()))


@st.cache_resource(max_entries=16, show_spinner=False)
def _velocity(_actor: Actor, team_id: int | None, unit: str, version: str, today: date) -> VelocityScreen:
    facts = plan_facts(_actor, PlanScope(FlowScope(team_id=team_id), unit))
    results = facts.velocity
    frame = results.frame()
    # sprints of two teams may share a name: with their teams they are told apart
    frame["name"] = frame["sprint_id"].map(names_now(workspace(), _actor).sprints)
    return VelocityScreen(
        results,
        figures(facts, OF_ALL),
        velocity_figure(frame, unit=unit, average=results.average).to_plotly_json(),
        predictability_figure(frame).to_plotly_json(),
        sheet(frame, SPRINT_COLUMNS),
    )


def change_in_words(change: Any, unit: str) -> str:
    """`+ Connect data sources, 3 points (mara, 14:05)`."""
    by = f"{change.by}, " if change.by else ""
    at = change.occurred_at.astimezone(zone())
    reason = f" {change.reason}" if change.reason else ""
    amount = f"{abs(change.points):,.2f}".rstrip("0").rstrip(".")
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


def task_rows(tasks: Collection[BoardTask], names: PlanNames, meaning: dict[str, State]) -> pd.DataFrame:
    """Tasks as the lists of this screen show them."""
    return pd.DataFrame(
        [
            (
                task.id, task.title, float(task.points) if task.points is not None else None, task.priority.value,
                task.status.replace("_", " "), names.projects.get(task.project_id, ""), names.people.get(task.assignee_id or 0, ""),
                meaning.get(task.status, State.BACKLOG).value,
            )
            for task in tasks
        ],
        columns=list(TASK_COLUMNS),
    )  # fmt: skip


def held_tasks(actor: Actor, sprint_id: int) -> list[BoardTask]:
    """What a sprint holds now."""
    return board_tasks(workspace().store, actor, sprints=[sprint_id])


def backlog_tasks(actor: Actor, meaning: dict[str, State], project: int | None) -> list[BoardTask]:
    """Open tasks in no sprint, the most urgent first."""
    tasks = board_tasks(workspace().store, actor, sprints=[NOBODY], projects=[project] if project else [])
    order = list(reversed(Priority))
    opened = [task for task in tasks if meaning.get(task.status) not in CLOSED]
    return sorted(opened, key=lambda task: order.index(task.priority))


def first_shown(sprints: list[SprintRow]) -> int:
    """The sprint to begin with: one that runs, else the next that is planned, else the last."""
    for wanted in ("active", "planned"):
        for sprint in sprints:
            if sprint.state == wanted:
                return sprint.id
    return sprints[-1].id


def fitted(columns: dict[str, Column], frame: pd.DataFrame) -> dict[str, Column]:
    """Without decimals where every number of a column is whole."""
    whole = {
        name
        for name, column in columns.items()
        if column.digits and name in frame and not (pd.to_numeric(frame[name]).dropna() % 1).any()
    }
    return {name: replace(column, digits=0) if name in whole else column for name, column in columns.items()}
