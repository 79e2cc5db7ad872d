"""The plan that Northwind Claims keeps in the platform: efforts, projects, tasks, sprints, board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from orchflow.demo.directory import Row, at, stable_id
from orchflow.demo.simulation import Simulation

SPRINT_DAYS = 14
SPRINT_TEAMS = ("AI Platform", "Claims Systems")
BOARD_TASKS = 9
BOARD_WORK = (
    "Review the prompt of {}",
    "Add test cases for {}",
    "Shorten the context of {}",
    "Write the runbook of {}",
    "Measure the cost of {}",
    "Handle time-outs in {}",
    "Train the early users of {}",
    "Check personal data in {}",
    "Compare models for {}",
)


@dataclass(frozen=True)
class Effort:
    """One effort of the plan: the days it was meant to take, and its projects with their tasks in order."""

    name: str
    organization: str
    team: str
    first: int
    last: int
    projects: tuple[tuple[str, tuple[str, ...]], ...]


EFFORTS: tuple[Effort, ...] = (
    Effort(
        "Set-up",
        "engineering",
        "AI Platform",
        1,
        12,
        (
            (
                "Platform",
                ("Install the platform", "Connect the model providers", "Set up organisations and roles"),
            ),
            (
                "Rules",
                (
                    "Agree what data agents may see",
                    "Name an owner for every agent",
                    "Open the incident channel",
                ),
            ),
        ),
    ),
    Effort(
        "First agent",
        "claims",
        "Claims Intake",
        6,
        30,
        (
            (
                "Claims Intake, pilot",
                (
                    "Choose the use case",
                    "Write twenty test claims",
                    "First working run",
                    "Fix the schema of the claim file",
                ),
            ),
            ("Measure", ("Record the time a claim takes today", "Agree what a good claim file is")),
        ),
    ),
    Effort(
        "Production",
        "claims",
        "Claims Systems",
        28,
        60,
        (
            (
                "Claims Intake, launch",
                ("Load test", "Sign-off by claims and legal", "Launch to two teams", "Watch for ten days"),
            ),
            ("Running it", ("Alerts on errors and cost", "Runbook", "Rota for support")),
        ),
    ),
    Effort(
        "More agents",
        "engineering",
        "AI Platform",
        40,
        150,
        (
            ("Documents and coverage", ("Policy Coverage", "Document Summariser", "Legal Clause Checker")),
            ("Money", ("Fraud Signals", "Invoice Matcher", "Settlement Proposer", "Subrogation Finder")),
            ("Customers", ("Customer Reply Writer", "Call Notes", "E-mail Router")),
        ),
    ),
    Effort(
        "Everyone on board",
        "human-resources",
        "People Operations",
        45,
        165,
        (
            ("Training", ("Course for adjusters", "Course for builders", "Office hours every week")),
            ("Habits", ("Champions in every team", "Share what worked", "Ask those who stopped")),
        ),
    ),
    Effort(
        "Prove it pays",
        "finance",
        "Finance Control",
        90,
        220,
        (
            ("Benefits", ("Baseline of handling time", "Measure hours saved", "Verify with finance")),
            (
                "Cost",
                (
                    "Budget per agent",
                    "Move short answers to smaller models",
                    "Review unattributed calls",
                    "Forecast next year",
                ),
            ),
        ),
    ),
)


def journey(simulation: Simulation) -> dict[str, pa.Table]:
    """Return the plan as it stands today, by dataset."""
    efforts: list[Row] = []
    projects: list[Row] = []
    tasks: list[Row] = []
    for order, effort in enumerate(EFFORTS):
        effort_id = stable_id("effort", effort.name)
        span = effort.last - effort.first
        efforts.append(
            {
                "effort_id": effort_id,
                "organization": effort.organization,
                "name": effort.name,
                "description": None,
                "status": _status(simulation, effort.first, effort.last),
                "order_index": order,
                "estimated_days": span,
                "team_id": stable_id("team", effort.team),
                "created_at": at(simulation, 1),
                "updated_at": _moved(simulation, effort.first, effort.last),
            }
        )
        for place, (name, steps) in enumerate(effort.projects):
            begins = effort.first + span * place // (2 * len(effort.projects))
            project_id = stable_id("project", f"{effort.name} {name}")
            projects.append(
                {
                    "project_id": project_id,
                    "effort_id": effort_id,
                    "name": name,
                    "description": None,
                    "status": _status(simulation, begins, effort.last),
                    "order_index": place,
                    "created_at": at(simulation, 1),
                    "updated_at": _moved(simulation, begins, effort.last),
                }
            )
            tasks += _tasks(simulation, project_id, begins, effort, steps)
    sprints, board = _sprints(simulation)
    named = {
        "efforts": efforts,
        "projects": projects,
        "journey_tasks": tasks,
        "sprints": sprints,
        "board_tasks": board,
    }
    return {dataset: pa.Table.from_pylist(rows) for dataset, rows in named.items()}


def _tasks(
    simulation: Simulation, project: str, begins: int, effort: Effort, steps: tuple[str, ...]
) -> list[Row]:
    rng = np.random.default_rng([simulation.seed, 8, begins])
    team = [person for person in simulation.people if person.team == effort.team]
    length = max((effort.last - begins) // len(steps), 1)
    rows: list[Row] = []
    for order, title in enumerate(steps):
        first, due = begins + order * length, begins + (order + 1) * length
        late = int(rng.integers(-3, 7))
        status = (
            "completed"
            if due + late < simulation.days
            else "in_progress"
            if first <= simulation.days
            else "pending"
        )
        if status == "in_progress" and rng.random() < 0.2:
            status = "blocked"
        rows.append(
            {
                "task_id": stable_id("task", f"{project} {title}"),
                "project_id": project,
                "title": title,
                "description": None,
                "status": status,
                "assignee_id": team[int(rng.integers(len(team)))].platform_id,
                "due_date": simulation.start + timedelta(days=due - 1),
                "order_index": order,
                "is_milestone": order == len(steps) - 1,
                "documentation_url": None,
                "created_at": at(simulation, 1),
                "updated_at": at(simulation, max(min(due + late, simulation.days), 1)),
            }
        )
    return rows


def _sprints(simulation: Simulation) -> tuple[list[Row], list[Row]]:
    sprints: list[Row] = []
    board: list[Row] = []
    names = [agent.name for agent in simulation.agents] or ["the first agent"]
    count = (simulation.days - 1) // SPRINT_DAYS + 1
    for team in SPRINT_TEAMS:
        members = [person for person in simulation.people if person.team == team]
        for number in range(count + 1):
            rng = np.random.default_rng([simulation.seed, 9, number, len(members)])
            begins = number * SPRINT_DAYS + 1
            active = begins <= simulation.days < begins + SPRINT_DAYS
            sprint_id = stable_id("sprint", f"{team} {number}")
            sprints.append(
                {
                    "sprint_id": sprint_id,
                    "team_id": stable_id("team", team),
                    "name": f"Sprint {number}",
                    "start_date": _date(simulation, begins),
                    "end_date": _date(simulation, begins + SPRINT_DAYS - 1),
                    "is_active": active,
                }
            )
            for order in range(BOARD_TASKS):
                done = rng.random() < (
                    0.93 if begins + SPRINT_DAYS <= simulation.days else 0.45 if active else 0.0
                )
                status = (
                    "done"
                    if done
                    else str(rng.choice(["this_week", "today", "in_progress"]))
                    if active
                    else "projects"
                )
                person = members[int(rng.integers(len(members)))]
                title = BOARD_WORK[order].format(names[int(rng.integers(len(names)))])
                finished = begins + int(rng.integers(2, SPRINT_DAYS))
                board.append(
                    {
                        "task_id": stable_id("board", f"{team} {number} {order}"),
                        "team_id": stable_id("team", team),
                        "title": title,
                        "description": None,
                        "status": status,
                        "is_completed": bool(done),
                        "assigned_to": person.display_name,
                        "user_id": person.platform_id,
                        "parent_task_id": None,
                        "project_id": None,
                        "sprint_id": sprint_id,
                        "due_date": at(simulation, begins + SPRINT_DAYS - 1, 17),
                        "created_at": at(simulation, max(begins - 3, 1)),
                        "updated_at": at(simulation, min(finished, simulation.days), 15),
                    }
                )
    return sprints, board


def _status(simulation: Simulation, first: int, last: int) -> str:
    if simulation.days < first:
        return "not_started"
    return "completed" if simulation.days > last + 4 else "in_progress"


def _moved(simulation: Simulation, first: int, last: int) -> object:
    return at(simulation, max(min(simulation.days, last) if simulation.days >= first else 1, 1))


def _date(simulation: Simulation, day: int) -> date:
    return simulation.start + timedelta(days=day - 1)
