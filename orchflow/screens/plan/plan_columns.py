"""The columns of the Plan screen at each level, and its rows as the sheet takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.entities import ENTITIES
from orchflow.planning.tables import EffortStatus, Priority, ProjectStatus
from orchflow.planning.work.tasks import OWN_FIELDS
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_view import View, words
from orchflow.ui.grid_values import GridColumn, plain_column
from orchflow.ui.sheet_stage import SheetRow

EM = "\u2003"
TASK_FIELD = {"owner_id": "assignee_id"}
"""Where a column of the sheet is called otherwise in the task."""
FIELD = {
    "task": TASK_FIELD,
    "goal": {"title": "name"},
    "project": {"title": "name"},
    "effort": {"title": "name", "start": "target_start", "due": "target_end"},
}
"""Level → column of the sheet → field of the row, where they differ."""
COLUMN = {level: {field: column for column, field in fields.items()} for level, fields in FIELD.items()}
"""The other way round."""


def _column_names(level: str) -> list[str]:
    """The columns of the sheet in which the fields of a level stand."""
    return [
        COLUMN[level].get(name, name)
        for name, field in ENTITIES[level].fields.items()
        if "grid" not in field.off and field.kind != "text"
    ]


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
_TOLD = {
    "tree": ("start", "priority", "sprint_id", "labels", "comments", "updated"),
    "effort": ("children", "comments", "updated"),
    "project": ("children", "comments", "updated"),
    "goal": ("comments", "updated"),
    "task": ("number", "waits_for", "comments", "attachments", "updated"),
}  # fmt: skip
MORE = {
    level: tuple(
        name
        for name in dict.fromkeys([*(_column_names(level) if level != "tree" else ()), *_TOLD[level]])
        if name not in SHOWN[level]
    )
    for level in SHOWN
}
"""Level → the other columns that can be shown: every other field, and what is told beside the fields."""
NEEDED = {
    "effort": {"number": "an effort needs a number", "title": "must be filled in"},
    "project": {"number": "a project needs a number like 1.2", "title": "must be filled in",
                "effort_id": "say to which effort it belongs"},
    "goal": {"title": "must be filled in", "project_id": "say to which project it belongs"},
    "task": {"title": "must be filled in", "project_id": "say to which project it belongs"},
}  # fmt: skip


def columns_of(data: PlanData, level: str, names: Sequence[str], *, manages: bool) -> dict[str, GridColumn]:
    """The columns `names` of `level`, in that order. What only a manager changes is read-only for others."""
    every = _every(data.version, level, data)
    found = {}
    for name in names:
        column = every[name]
        own = level in ("task", "tree") and (name in OWN_FIELDS)
        if column.editable and not (manages or own):
            column = replace(column, editable=False)
        found[name] = column
    return found


@st.cache_resource(max_entries=32, show_spinner=False)
def _every(version: str, level: str, _data: PlanData) -> dict[str, GridColumn]:
    data, names = _data, _data.names
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
    person = None if level != "tree" else "Person"
    own: dict[str, dict[str, Any]] = {
        "title": {"width": 330, "label": "Title"},
        "number": {"width": 56, "editable": level in ("effort", "project")},
        "status": {"width": 104, "options": list(statuses), "names": statuses},
        "owner_id": {"width": 130, "label": person or "", "options": list(people), "names": everybody},
        "points": {"width": 64},
        "estimated_hours": {"width": 96, "label": "Estimated h"},
        "logged_hours": {"width": 84, "label": "Logged h"},
        "sprint_id": {"width": 100, "options": list(sprints), "names": sprints},
        "start": {"width": 104},
        "due": {"width": 104},
        "labels": {"width": 140, "options": data.labels[:200]},
        "milestone": {"width": 84},
        "blocked_reason": {"width": 180},
        "project_id": {"width": 170, "options": list(projects), "names": projects},
        "effort_id": {"width": 190, "options": list(efforts), "names": efforts},
        "goal_id": {"width": 180, "options": list(goal_names), "names": goal_names},
        "flow": {"width": 56},
        "metric": {"width": 220},
        "unit": {"width": 70},
        "live_figure": {"width": 130},
        "external_id": {"width": 100, "label": "Elsewhere", "editable": False},
        "priority": {"width": 80, "options": list(priorities), "names": priorities},
    }  # fmt: skip
    columns = {
        "level": plain_column("Level", width=70),
        "progress": plain_column("Done", progress=True, width=104),
        "children": plain_column("Below", "whole", help="Rows right under it", width=64),
        "waits_for": plain_column("Waits for", width=120),
        "comments": plain_column("Comments", "whole", width=86),
        "attachments": plain_column("Files", "whole", width=60),
        "updated": plain_column("Last change", width=120),
    }
    for kind in (level,) if level != "tree" else ("task", "goal", "project", "effort"):
        for name, field in ENTITIES[kind].fields.items():
            if "grid" not in field.off and field.kind != "text":
                column = COLUMN[kind].get(name, name)
                columns.setdefault(column, GridColumn(field, **{"width": 80, **own.get(column, {})}))
    columns.setdefault("number", plain_column("No.", help="The number of its project", width=56))
    return columns


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
    *dict.fromkeys(name for level in COLUMN for name in _column_names(level)),
    "children",
    "comments",
    "attachments",
)
_REFERENCES = frozenset(name for name in _VALUES if name.endswith("_id") and name != "external_id")


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
