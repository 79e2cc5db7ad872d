"""What the Sprints screen shows: a sprint's report, the plan of one, and all sprints beside each other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.metrics.metric import Figure
from orchflow.people.permissions import Actor
from orchflow.planning.names import PlanNames
from orchflow.planning.sprints.burndown import Burndown, burndown_report
from orchflow.planning.sprints.rows import SprintRow
from orchflow.planning.sprints.velocity import Velocity, velocity_report
from orchflow.planning.tables import State
from orchflow.planning.work.board import NOBODY, BoardTask, board_tasks
from orchflow.screens.session import workspace, zone
from orchflow.ui.sprint_charts import (
    WORDS,
    burndown_figure,
    burnup_figure,
    predictability_figure,
    velocity_figure,
)
from orchflow.ui.table import Column, Sheet, sheet

BURNDOWN = (
    "Left at the end of each day from the start of the sprint to its close: its scope without what is done, from the "
    "history alone. The start is never compensated for later changes; those are marked. Both ideal lines are flat on "
    "days off."
)
SIGNS = {"added": "+", "removed": "−", "re-estimated": "±"}


@dataclass(frozen=True)
class SprintScreen:
    """One sprint's report, converted for the browser once."""

    found: Burndown
    figures: tuple[Figure, ...]
    burndown: dict[str, Any]
    burnup: dict[str, Any]
    days: Sheet
    changes: pd.DataFrame


@dataclass(frozen=True)
class VelocityScreen:
    """All closed sprints, converted for the browser once."""

    found: Velocity
    velocity: dict[str, Any]
    predictability: dict[str, Any]
    sprints: Sheet


@st.cache_resource(max_entries=64, show_spinner=False)
def sprint_screen(_actor: Actor, sprint_id: int, unit: str, version: int, today: date) -> SprintScreen:
    """The report of a sprint as of `version` of the plan; everybody who sees the plan sees the same."""
    found = burndown_report(workspace(), _actor, sprint_id, unit)
    frame, changes = found.frame(), change_rows(found)
    by_day = {
        day.day: [change_in_words(change, unit) for change in day.scope_changes]
        for day in found.days
        if day.scope_changes
    }
    return SprintScreen(
        found,
        tuple(sprint_figures(found, unit, today)),
        burndown_figure(
            frame, by_day, unit=unit, planned_end=found.planned_end, committed=found.committed
        ).to_plotly_json(),
        burnup_figure(frame, unit=unit, planned_end=found.planned_end).to_plotly_json(),
        sheet(frame, day_columns()),
        changes,
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def velocity_screen(_actor: Actor, team_id: int | None, unit: str, version: int) -> VelocityScreen:
    """Velocity and predictability of all closed sprints, or of a team's."""
    found = velocity_report(workspace(), _actor, team_id=team_id, unit=unit)
    frame = found.frame()
    return VelocityScreen(
        found,
        velocity_figure(frame, unit=unit, average=found.average).to_plotly_json(),
        predictability_figure(frame).to_plotly_json(),
        sheet(frame, sprint_columns()),
    )


def sprint_figures(found: Burndown, unit: str, today: date) -> list[Figure]:
    """Committed, done, left and how the scope moved, in the unit of the report."""
    known = [day for day in found.days if day.remaining is not None]
    if not known:
        return []
    last, words = known[-1], WORDS[unit]
    at = found.computed_at
    share = (
        f"{last.completed / last.scope:.0%} of the scope"
        if last.scope and last.completed is not None
        else "no scope"
    )
    ideal = last.ideal_rebaselined
    begun = found.start.astimezone(zone()) if found.start else None
    return [
        Figure(
            "committed", f"Committed ({words})", found.committed, "count", computed_at=at,
            note=f"at the start, {begun.day} {begun:%b, %H:%M}" if begun else "",
            definition="The sprint's scope at the instant of its start. It never changes afterwards.",
        ),
        Figure(
            "done", f"Done ({words})", last.completed, "count", direction="up", computed_at=at, note=share,
            definition="What is in a done state now, or was at the close.",
        ),
        Figure(
            "left", f"Left ({words})", last.remaining, "count", direction="down", computed_at=at, definition=BURNDOWN,
            note=f"ideal by now: {ideal:,.0f}" if ideal is not None and found.closed is None else "at the close",
        ),
        Figure(
            "moved", f"Scope changed by ({words})", sum(change.points for change in found.scope_changes), "count", computed_at=at,
            note=_changes_in_words(found),
            definition="What was added, removed and estimated anew after the start, summed up.",
        ),
    ]  # fmt: skip


def change_in_words(change: Any, unit: str) -> str:
    """`+ Connect data sources, 3 points (mara, 14:05)`."""
    by = f"{change.by}, " if change.by else ""
    at = change.occurred_at.astimezone(zone())
    reason = f" {change.reason}" if change.reason else ""
    amount = f"{abs(change.points):,.2f}".rstrip("0").rstrip(".")
    sign = SIGNS[change.change] if change.change != "re-estimated" else ("+" if change.points > 0 else "−")
    return f"{sign}{amount} {WORDS[unit]} {change.change}{reason}: {change.title} ({by}{at:%H:%M})"


def change_rows(found: Burndown) -> pd.DataFrame:
    """One row for each change of scope after the start."""
    rows = [
        (change.occurred_at, change.change, change.reason, change.title, change.points, change.by, day.day)
        for day in found.days
        for change in day.scope_changes
    ]
    frame = pd.DataFrame(rows, columns=["occurred_at", "change", "reason", "task", "points", "by", "day"])
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
        columns=["id", "title", "points", "priority", "status", "project", "person", "state"],
    )  # fmt: skip


def held_tasks(actor: Actor, sprint_id: int) -> list[BoardTask]:
    """What a sprint holds now."""
    return board_tasks(workspace().store, actor, sprints=[sprint_id])


def backlog_tasks(actor: Actor, meaning: dict[str, State], project: int | None) -> list[BoardTask]:
    """Open tasks in no sprint, the most urgent first."""
    found = board_tasks(workspace().store, actor, sprints=[NOBODY], projects=[project] if project else [])
    order = ["urgent", "high", "normal", "low"]
    opened = [task for task in found if meaning.get(task.status) not in (State.DONE, State.CANCELLED)]
    return sorted(opened, key=lambda task: order.index(task.priority.value))


def first_shown(sprints: list[SprintRow]) -> int:
    """The sprint to begin with: one that runs, else the next that is planned, else the last."""
    for wanted in ("active", "planned"):
        for sprint in sprints:
            if sprint.state == wanted:
                return sprint.id
    return sprints[-1].id


def day_columns() -> dict[str, Column]:
    """How the days of a burndown are shown."""
    return {
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


def change_columns() -> dict[str, Column]:
    """How changes of scope are shown."""
    return {
        "occurred_at": Column("When", "moment"),
        "change": Column("Change"),
        "reason": Column("Why"),
        "task": Column("Task", width="medium"),
        "points": _amount("By how much"),
        "by": Column("Who"),
        "day": Column("Day", "day", hidden=True),
    }


def sprint_columns() -> dict[str, Column]:
    """How the results of sprints are shown."""
    return {
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


def fitted(columns: dict[str, Column], frame: pd.DataFrame) -> dict[str, Column]:
    """Without decimals where every number of a column is whole."""
    whole = {
        name
        for name, column in columns.items()
        if column.digits and name in frame and not (pd.to_numeric(frame[name]).dropna() % 1).any()
    }
    return {name: replace(column, digits=0) if name in whole else column for name, column in columns.items()}


def pick_columns() -> dict[str, Column]:
    """How tasks are listed side by side, to be put in and taken out."""
    return {
        name: replace(
            column, width=220 if name == "title" else None, hidden=column.hidden or name == "status"
        )
        for name, column in task_columns().items()
    }


def task_columns() -> dict[str, Column]:
    """How tasks are listed here."""
    return {
        "id": Column("Id", hidden=True),
        "title": Column("Task", width="medium"),
        "project": Column("Project"),
        "status": Column("Status"),
        "priority": Column("Priority"),
        "person": Column("Person"),
        "points": _amount("Points"),
        "state": Column("State", hidden=True),
    }


def _amount(label: str) -> Column:
    return Column(label, "count", digits=1)


def _changes_in_words(found: Burndown) -> str:
    kinds = [change.change for change in found.scope_changes]
    said = [f"{kinds.count(kind)} {kind}" for kind in ("added", "removed", "re-estimated") if kind in kinds]
    return ", ".join(said) or "nothing after the start"
