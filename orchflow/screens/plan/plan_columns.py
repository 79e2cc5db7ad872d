"""The columns of the Plan screen at each level, and its rows as the sheet takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Effort, EffortStatus, Goal, Priority, Project, ProjectStatus, Task
from orchflow.planning.work.tasks import OWN_FIELDS
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_view import View, words
from orchflow.store.field import fields_of
from orchflow.ui.grid_values import GridColumn, column_of
from orchflow.ui.sheet_stage import SheetRow

EM = "\u2003"
TASK_FIELD = {"owner_id": "assignee_id"}
"""Where a column of the sheet is called otherwise in the task."""
FIELD = {
    "tree": TASK_FIELD,
    "task": TASK_FIELD,
    "goal": {"title": "name"},
    "project": {"title": "name"},
    "effort": {"title": "name", "start": "target_start", "due": "target_end"},
}
"""Level → column of the sheet → field of the row, where they differ."""
LEVEL_NAMES = {"effort": "Effort", "project": "Project", "goal": "Goal", "task": "Task"}
SHOWN = {
    "tree": ("number", "title", "level", "status", "owner_id", "due", "points", "progress"),
    "effort": ("number", "title", "status", "owner_id", "flow", "start", "due", "progress"),
    "project": ("number", "title", "effort_id", "status", "owner_id", "start", "due", "progress"),
    "goal": (
        "title",
        "project_id",
        "metric",
        "unit",
        "baseline",
        "target",
        "current",
        "due",
        "owner_id",
        "progress",
    ),
    "task": ("title", "status", "owner_id", "priority", "points", "sprint_id", "due", "labels", "project_id"),
}
"""Level → the columns that are shown unless others are chosen."""
MORE = {
    "tree": ("start", "priority", "sprint_id", "labels", "comments", "updated"),
    "effort": ("children", "comments", "updated"),
    "project": ("children", "comments", "updated"),
    "goal": ("live_figure", "comments", "updated"),
    "task": (
        "number", "start", "estimated_hours", "logged_hours", "milestone", "blocked_reason", "goal_id", "waits_for",
        "comments", "attachments", "external_id", "updated",
    ),
}  # fmt: skip
NEEDED = {
    "effort": {"number": "an effort needs a number", "title": "must be filled in"},
    "project": {"number": "a project needs a number like 1.2", "title": "must be filled in",
                "effort_id": "say to which effort it belongs"},
    "goal": {"title": "must be filled in", "project_id": "say to which project it belongs"},
    "task": {"title": "must be filled in", "project_id": "say to which project it belongs"},
}  # fmt: skip


def columns_of(data: PlanData, level: str, names: Sequence[str], *, manages: bool) -> dict[str, GridColumn]:
    """The columns `names` of `level`, in that order. What only a manager changes is read-only for others."""
    every = _every(data, level)
    found = {}
    for name in names:
        column = every[name]
        own = level in ("task", "tree") and (name in OWN_FIELDS)
        if column.editable and not (manages or own):
            column = GridColumn(**{**vars(column), "editable": False})
        found[name] = column
    return found


def _every(data: PlanData, level: str) -> dict[str, GridColumn]:
    names = data.names
    people = {str(number): name for number, name in _distinct(names.people).items() if number in names.active}
    everybody = {str(number): name for number, name in _distinct(names.people).items()}
    projects = {str(number): name for number, name in names.projects.items()}
    sprints = {str(number): name for number, name in _distinct(names.sprints).items()}
    efforts = {str(number): name for number, name in names.efforts.items()}
    goals = data.frame[data.frame["level"].to_numpy() == "goal"]
    goal_names = {
        str(number): f"{project} {title}"
        for number, project, title in zip(goals["id"], goals["number"], goals["title"], strict=True)
    }
    statuses = _statuses(data, level)
    priorities = {one.value: words(one.value) for one in Priority}
    person = "Assignee" if level == "task" else "Owner" if level != "tree" else "Person"
    of = partial(_column, level)
    read = {"editable": False}
    return {
        "level": GridColumn("Level", width=70, **read),  # type: ignore[arg-type]
        "title": of("title", "Title", required=True, width=330),
        "number": of("number", "No.", required=level in ("effort", "project"), editable=level in ("effort", "project"), width=56),
        "status": of("status", "Status", kind="choice", options=list(statuses), names=statuses, required=True, width=104),
        "owner_id": of("owner_id", person, options=list(people), names=everybody, width=130),
        "priority": of("priority", "Priority", options=list(priorities), names=priorities, width=80, required=False),
        "points": of("points", "Points", width=64),
        "estimated_hours": of("estimated_hours", "Estimated h", width=96),
        "logged_hours": of("logged_hours", "Logged h", width=84),
        "sprint_id": of("sprint_id", "Sprint", options=list(sprints), names=sprints, width=100),
        "start": of("start", "Start", width=104),
        "due": of("due", "Due", width=104),
        "labels": of("labels", "Labels", options=data.labels[:200], width=140),
        "milestone": of("milestone", "Milestone", width=84),
        "blocked_reason": of("blocked_reason", "Blocked by", width=180),
        "project_id": of("project_id", "Project", options=list(projects), names=projects, required=True, width=170),
        "effort_id": of("effort_id", "Effort", options=list(efforts), names=efforts, required=True, width=190),
        "goal_id": of("goal_id", "Goal", options=list(goal_names), names=goal_names, width=180),
        "flow": of("flow", "Flow", width=56, help="The flow it belongs to, 1 to 6"),
        "metric": of("metric", "Measured by", width=220, required=False),
        "unit": of("unit", "Unit", width=70, required=False),
        "baseline": of("baseline", "Baseline", width=80),
        "target": of("target", "Target", width=80),
        "current": of("current", "Current", width=80),
        "live_figure": of("live_figure", "Live figure", width=130, help="The figure that moves it by itself"),
        "progress": GridColumn("Done", "progress", width=104, **read),  # type: ignore[arg-type]
        "children": GridColumn("Below", "number", width=64, help="Rows right under it", **read),  # type: ignore[arg-type]
        "waits_for": GridColumn("Waits for", width=120, **read),  # type: ignore[arg-type]
        "comments": GridColumn("Comments", "number", width=86, **read),  # type: ignore[arg-type]
        "attachments": GridColumn("Files", "number", width=60, **read),  # type: ignore[arg-type]
        "external_id": GridColumn("Elsewhere", width=100, help="Its key in another program", **read),  # type: ignore[arg-type]
        "updated": GridColumn("Last change", width=120, **read),  # type: ignore[arg-type]
    }  # fmt: skip


TABLES: dict[str, type[Any]] = {
    "tree": Task, "task": Task, "goal": Goal, "project": Project, "effort": Effort,
}  # fmt: skip


def _column(level: str, name: str, label: str, **look: Any) -> GridColumn:
    """A column with the limits of the field behind it; at a level whose rows have none, of the rows that have."""
    for other in (level, "task", "goal", "project", "effort"):
        field = fields_of(TABLES[other]).get(FIELD[other].get(name, name))
        if field is not None:
            return column_of(field, label, **look)
    raise KeyError(name)


def _statuses(data: PlanData, level: str) -> dict[str, str]:
    big = {one.value: words(one.value) for one in (*EffortStatus, *ProjectStatus)}
    match level:
        case "task":
            return data.statuses
        case "effort":
            return {one.value: words(one.value) for one in EffortStatus}
        case "project":
            return {one.value: words(one.value) for one in ProjectStatus}
        case _:
            return {**big, **data.statuses}


def rows_of(data: PlanData, found: pd.DataFrame, view: View, actor: Actor) -> list[SheetRow]:
    """The rows of one page as the sheet takes them, each with the reason why this person cannot change it."""
    made = []
    tree = view.level == "tree"
    for record in found.to_dict("records"):
        row = {str(name): value for name, value in record.items()}
        level, number = str(row["level"]), int(row["id"])
        values = {name: _value(name, row) for name in _VALUES if row.get(name) is not None}
        values["level"] = LEVEL_NAMES[level]
        values["updated"] = f"{row['updated_at'].day} {row['updated_at']:%b %Y}"
        values["waits_for"] = ", ".join(f"#{one}" for one in row["waits_for"] or ())
        share = _share(data, level, number)
        values["progress"] = None if share is None else round(share * 100)
        if tree and level not in ("effort", "project"):
            del values["number"]  # said once, at the project
        title = str(row["title"])
        indent = EM * int(row["depth"]) if tree else ""
        shown = {"title": f"{indent}{title}"} if indent else {}
        made.append(
            SheetRow(
                f"{level}-{number}",
                int(row["version"]),
                values,
                title,
                _locks(actor, level, row, tree=tree),
                shown,
            )
        )
    return made


_VALUES = (
    "title", "number", "status", "owner_id", "priority", "points", "estimated_hours", "logged_hours", "sprint_id",
    "start", "due", "labels", "milestone", "blocked_reason", "project_id", "effort_id", "goal_id", "flow", "metric",
    "unit", "baseline", "target", "current", "live_figure", "children", "comments", "attachments", "external_id",
)  # fmt: skip
_REFERENCES = frozenset({"owner_id", "sprint_id", "project_id", "effort_id", "goal_id"})


def _value(name: str, row: Mapping[str, Any]) -> Any:
    value = row[name]
    return str(value) if name in _REFERENCES else value


def _share(data: PlanData, level: str, number: int) -> float | None:
    match level:
        case "effort":
            return data.progress.efforts[number].share if number in data.progress.efforts else None
        case "project":
            return data.progress.projects[number].share if number in data.progress.projects else None
        case "goal":
            return data.progress.goals[number].share if number in data.progress.goals else None
        case _:
            return None


def _locks(actor: Actor, level: str, row: Mapping[str, Any], *, tree: bool) -> dict[str, str]:
    """Why columns of a row cannot be changed: not this person's, or not there at this level."""
    locked: dict[str, str] = {}
    if not actor.may(Permission.PLAN_EDIT):
        own = level == "task" and actor.user_id is not None and row["owner_id"] == actor.user_id
        if not own:
            return {"*": "only its assignee or a manager changes this"}
    if tree:
        absent = {
            "task": (),
            "goal": ("status", "start", "points", "priority", "sprint_id", "labels"),
            "project": ("points", "priority", "sprint_id", "labels"),
            "effort": ("points", "priority", "sprint_id", "labels"),
        }[level]
        locked |= {name: f"{LEVEL_NAMES[level].lower()}s have none" for name in absent}
    return locked


def _distinct(names: Mapping[int, str]) -> dict[int, str]:
    """Two people of one name stay two choices."""
    shown = list(names.values())
    twice = {name for name in shown if shown.count(name) > 1} if len(set(shown)) < len(shown) else set()
    return {number: f"{name} ({number})" if name in twice else name for number, name in names.items()}
