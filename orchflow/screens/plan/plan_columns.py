"""The columns of the Plan screen at each level, and its rows as the sheet takes them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.format import day
from orchflow.people.job_roles import job_roles
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.entities import ENTITIES
from orchflow.planning.exchange.words import priority_of, status_of
from orchflow.planning.row_names import RowNames
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import OWN_FIELDS
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_view import View
from orchflow.screens.session import workspace, zone
from orchflow.ui.choosers import distinct
from orchflow.ui.grid_values import GridColumn, plain_column
from orchflow.ui.sheet_stage import SheetRow

EM = "\u2003"
FIELD = {
    "task": {"owner_id": "assignee_id"},
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
    "task": ("title", "status", "owner_id", "priority", "points", "due", "sprint_id", "project_id", "labels"),
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


def columns_of(data: PlanData, level: str, names: Sequence[str], *, manages: bool) -> dict[str, GridColumn]:
    """The columns `names` of `level`, in that order. What only a manager changes is read-only for others."""
    every = every_column(data, level)
    own = OWN_FIELDS if level in ("task", "tree") else ()
    return {
        name: every[name] if manages or name in own else replace(every[name], editable=False)
        for name in names
    }


_LOOK: dict[str, dict[str, Any]] = {
    "title": {"width": 312, "label": "Title"}, "number": {"width": 46}, "status": {"width": 96},
    "owner_id": {"width": 122, "nothing": "Nobody"}, "points": {"width": 68},
    "estimated_hours": {"width": 96, "label": "Estimated h"}, "logged_hours": {"width": 84, "label": "Logged h"},
    "sprint_id": {"width": 140, "nothing": "No sprint"}, "start": {"width": 96}, "due": {"width": 96},
    "labels": {"width": 140}, "milestone": {"width": 84}, "blocked_reason": {"width": 180},
    "project_id": {"width": 160}, "effort_id": {"width": 190}, "goal_id": {"width": 180, "nothing": "No goal"},
    "flow": {"width": 56}, "metric": {"width": 220}, "unit": {"width": 70}, "live_figure": {"width": 130},
    "external_id": {"width": 100, "label": "Elsewhere", "editable": False}, "priority": {"width": 80},
}  # fmt: skip
"""How the column of a field looks where it is not as usual."""
_BESIDE = {
    "level": plain_column("Level", width=60),
    "progress": plain_column("Done", progress=True, width=88),
    "children": plain_column("Below", "whole", help="Rows right under it", width=64),
    "waits_for": plain_column("Waits for", width=120),
    "comments": plain_column("Comments", "whole", width=86),
    "attachments": plain_column("Files", "whole", width=60),
    "updated": plain_column("Last change", width=120),
}
"""What is told beside the fields."""


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs={PlanData: attrgetter("version")})
def every_column(data: PlanData, level: str) -> dict[str, GridColumn]:
    """All columns of `level`, as a manager may edit them; shared, and never changed."""
    choices = _choices(data, level)
    columns = dict(_BESIDE)
    for kind in (level,) if level != "tree" else ("task", "goal", "project", "effort"):
        for name, field in ENTITIES[kind].fields.items():
            if "grid" not in field.off:
                column = COLUMN[kind].get(name, name)
                look = {"width": 80, **_LOOK.get(column, {}), **choices.get(column, {})}
                columns.setdefault(column, GridColumn(field, **look))
    columns.setdefault("number", plain_column("No.", help="The number of its project", width=46))
    if level == "tree":
        columns["owner_id"] = replace(columns["owner_id"], label="Person")
        columns["number"] = replace(columns["number"], editable=False)
    return columns


def _choices(data: PlanData, level: str) -> dict[str, dict[str, Any]]:
    """What may be chosen in a column of the level, with names also for what is no longer offered."""

    def choice(names: Mapping[Any, str], offered: Collection[int] | None = None) -> dict[str, Any]:
        return {"options": [key for key in names if offered is None or key in offered], "names": names}

    names = data.names
    statuses = dict(data.statuses)
    for kind in ("effort", "project") if level == "tree" else ():
        statuses = {**ENTITIES[kind].fields["status"].options, **statuses}
    goals = data.frame[data.frame["level"].to_numpy() == "goal"]
    known = [
        (row_id, None, title, "") for row_id, title in zip(goals["id"].tolist(), goals["title"], strict=True)
    ]
    titles = [f"{number} {title}" for number, title in zip(goals["number"], goals["title"], strict=True)]
    return {
        "status": {**choice(statuses), "called": status_of} if level in ("tree", "task") else {},
        "priority": {"called": priority_of},
        "owner_id": {**choice(distinct(names.people), names.active), "called": names.naming.called},
        "sprint_id": {**choice(distinct(names.sprints)), "called": names.called["sprint"].called},
        "role": {"names": {key: role.name for key, role in job_roles(workspace().store).items()}},
        "project_id": {**choice(names.projects), "called": names.called["project"].called},
        "effort_id": {**choice(names.efforts), "called": names.called["effort"].called},
        "goal_id": {
            **choice(dict(zip(goals["id"].tolist(), titles, strict=True))),
            "called": RowNames("goal", known).called,
        },
        "labels": {"options": data.labels[:200]},
    }


def task_values(task: TaskRow) -> dict[str, Any]:
    """The fields of a task as the columns of its sheet hold them."""
    return {COLUMN["task"].get(name, name): getattr(task, name) for name in ENTITIES["task"].fields}


def keys_of(rows: pd.DataFrame) -> Iterator[str]:
    """How a sheet names these rows."""
    return (f"{level}-{number}" for level, number in zip(rows["level"], rows["id"], strict=True))


def rows_of(data: PlanData, page: pd.DataFrame, view: View, actor: Actor) -> list[SheetRow]:
    """The rows of one page as the sheet takes them, each with the reason why this person cannot change it."""
    made = []
    tree = view.level == "tree"
    for record in page.to_dict("records"):
        row = {str(name): value for name, value in record.items()}
        level, number = str(row["level"]), int(row["id"])
        values = {name: row[name] for name in _VALUES if row.get(name) is not None}
        values["level"] = LEVEL_NAMES[level]
        values["updated"] = day(row["updated_at"].astimezone(zone()).date())
        values["waits_for"] = ", ".join(f"#{number}" for number in row["waits_for"] or ())
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


def _share(data: PlanData, level: str, number: int) -> float | None:
    known: Mapping[int, Any] = getattr(data.progress, f"{level}s", {})
    return known[number].share if number in known else None


def _locks(actor: Actor, level: str, row: Mapping[str, Any], *, tree: bool) -> dict[str, str]:
    """Why columns of a row cannot be changed: not this person's, or not there at this level."""
    if not actor.may(Permission.PLAN_EDIT):
        theirs = level == "task" and actor.user_id is not None and row["owner_id"] == actor.user_id
        if not theirs:
            return {"*": "only its assignee or a manager changes this"}
    own = _column_names(level)
    absent = [name for name in _column_names("task") if name not in own] if tree else []
    return {name: f"{LEVEL_NAMES[level].lower()}s have none" for name in absent}
