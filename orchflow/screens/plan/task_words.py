"""The fields of a task in the words of the screen."""

from __future__ import annotations

from typing import Any

from orchflow.planning.work.tasks import TASKS
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_view import words
from orchflow.ui.format import day, number, plain

LABELS = {name: field.label for name, field in TASKS.fields.items()}


def shown(data: PlanData, name: str, value: Any) -> str:
    """A value of a field as Markdown; a dash for none."""
    if value is None or value == "" or value == [] or value is False:
        return "–"
    match name:
        case "status":
            return plain(data.statuses.get(str(value), words(value)))
        case "assignee_id":
            return plain(data.names.people.get(value, f"#{value}"))
        case "sprint_id":
            return plain(data.names.sprints.get(value, f"#{value}"))
        case "project_id":
            return plain(data.names.projects.get(value, f"#{value}"))
        case "goal_id":
            row = data.row("goal", value)
            return plain(row["title"]) if row is not None else f"#{value}"
        case "start" | "due":
            return plain(day(value))
        case "labels":
            return " ".join(f":gray-badge[{plain(one)}]" for one in value)
        case "milestone":
            return "yes"
        case "points" | "estimated_hours" | "logged_hours":
            return plain(number(value, digits=0 if value == int(value) else 2))
        case _:
            return plain(words(value) if name == "priority" else value)
