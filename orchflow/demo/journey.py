"""The plan that Northwind Claims keeps in the platform: efforts, projects, tasks, sprints, board."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from orchflow.demo.directory import Row, at, stable_id
from orchflow.demo.plan.cast import SPRINT_TEAMS
from orchflow.demo.rows import rows
from orchflow.demo.simulation import Simulation

SPRINT_DAYS = 14
PLAN: dict[str, Any] = rows("journey.yaml")


def journey(simulation: Simulation) -> dict[str, pa.Table]:
    """Return the plan as it stands today, by dataset."""
    efforts: list[Row] = []
    projects: list[Row] = []
    tasks: list[Row] = []
    for order, effort in enumerate(PLAN["efforts"]):
        effort_id, (first, last) = stable_id("effort", effort["name"]), effort["days"]
        efforts.append(
            {
                "effort_id": effort_id, "organization": effort["organization"], "name": effort["name"],
                "order_index": order, "estimated_days": last - first,
                "team_id": stable_id("team", effort["team"]), **_progress(simulation, first, last),
            }
        )  # fmt: skip
        for place, (name, steps) in enumerate(effort["projects"].items()):
            begins = first + (last - first) * place // (2 * len(effort["projects"]))
            project_id = stable_id("project", f"{effort['name']} {name}")
            projects.append(
                {
                    "project_id": project_id, "effort_id": effort_id, "name": name, "order_index": place,
                    **_progress(simulation, begins, last),
                }
            )  # fmt: skip
            tasks += _tasks(simulation, project_id, begins, last, effort["team"], steps)
    sprints, board = _sprints(simulation)
    named = {
        "efforts": efforts, "projects": projects, "journey_tasks": tasks, "sprints": sprints, "board_tasks": board,
    }  # fmt: skip
    return {dataset: pa.Table.from_pylist(told) for dataset, told in named.items()}


def _progress(simulation: Simulation, first: int, last: int) -> Row:
    """How far something that takes the days from `first` to `last` is."""
    today = simulation.days
    status = "not_started" if today < first else "completed" if today > last + 4 else "in_progress"
    moved = min(today, last) if today >= first else 1
    return {"status": status, "created_at": at(simulation, 1), "updated_at": at(simulation, moved)}


def _tasks(
    simulation: Simulation, project: str, begins: int, ends: int, team: str, steps: list[str]
) -> list[Row]:
    rng = np.random.default_rng([simulation.seed, 8, begins])
    members = [person for person in simulation.people if person.team == team]
    length = max((ends - begins) // len(steps), 1)
    told: list[Row] = []
    for order, title in enumerate(steps):
        first, due = begins + order * length, begins + (order + 1) * length
        end = due + int(rng.integers(-3, 7))
        status = "pending" if first > simulation.days else "in_progress"
        if end < simulation.days:
            status = "completed"
        elif status == "in_progress" and rng.random() < 0.2:
            status = "blocked"
        told.append(
            {
                "task_id": stable_id("task", f"{project} {title}"), "project_id": project, "title": title,
                "status": status, "assignee_id": members[int(rng.integers(len(members)))].platform_id,
                "due_date": simulation.date_of(due), "order_index": order,
                "is_milestone": order == len(steps) - 1, "created_at": at(simulation, 1),
                "updated_at": at(simulation, max(min(end, simulation.days), 1)),
            }
        )  # fmt: skip
    return told


def _sprints(simulation: Simulation) -> tuple[list[Row], list[Row]]:
    sprints: list[Row] = []
    board: list[Row] = []
    for team in SPRINT_TEAMS:
        for number in range((simulation.days - 1) // SPRINT_DAYS + 2):
            begins, ends = number * SPRINT_DAYS + 1, (number + 1) * SPRINT_DAYS
            sprint: Row = {
                "sprint_id": stable_id("sprint", f"{team} {number}"), "team_id": stable_id("team", team),
                "name": f"Sprint {number}", "start_date": simulation.date_of(begins),
                "end_date": simulation.date_of(ends), "is_active": begins <= simulation.days <= ends,
            }  # fmt: skip
            sprints.append(sprint)
            board += _board(simulation, team, number, sprint)
    return sprints, board


def _board(simulation: Simulation, team: str, number: int, sprint: Row) -> list[Row]:
    """The tasks of one sprint on the board of its team."""
    members = [person for person in simulation.people if person.team == team]
    names = [agent.name for agent in simulation.agents] or ["the first agent"]
    rng = np.random.default_rng([simulation.seed, 9, number, len(members)])
    begins, ends = number * SPRINT_DAYS + 1, (number + 1) * SPRINT_DAYS
    share = 0.93 if ends < simulation.days else 0.45 if sprint["is_active"] else 0.0
    told: list[Row] = []
    for order, work in enumerate(PLAN["board"]):
        finished = bool(rng.random() < share)
        status = "done" if finished else "projects"
        if sprint["is_active"] and not finished:
            status = str(rng.choice(["this_week", "today", "in_progress"]))
        person = members[int(rng.integers(len(members)))]
        told.append(
            {
                "task_id": stable_id("board", f"{team} {number} {order}"), "team_id": sprint["team_id"],
                "title": work.format(names[int(rng.integers(len(names)))]), "status": status,
                "is_completed": finished, "assigned_to": person.display_name, "user_id": person.platform_id,
                "sprint_id": sprint["sprint_id"], "due_date": at(simulation, ends, 17),
                "created_at": at(simulation, max(begins - 3, 1)),
                "updated_at": at(simulation, min(begins + int(rng.integers(2, SPRINT_DAYS)), simulation.days), 15),
            }
        )  # fmt: skip
    return told
