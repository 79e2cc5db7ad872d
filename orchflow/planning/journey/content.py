"""The six flows as they ship in `content/flows`: read once, checked in every respect, or refused by name."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, Field, ValidationError

from orchflow.errors import ConfigError
from orchflow.paths import content
from orchflow.people.job_roles import JOB_ROLES
from orchflow.planning.journey.step import Day, FlowStep, Part, Text, step_problems


class Window(Part):
    """Days of the journey, both included; Day 1 is the workspace's start date."""

    from_day: Day
    to_day: Day


class FlowGoal(Part):
    """A measurable goal; `live_figure` is the figure that keeps it up to date."""

    key: Text
    name: Annotated[str, Field(min_length=1, max_length=300)]
    metric: Annotated[str, Field(min_length=1, max_length=300)]
    unit: Annotated[str, Field(min_length=1, max_length=40)]
    baseline: float
    target: float
    due_day: Day
    live_figure: str | None = None


class FlowTask(Part):
    """A task with its size, the role that does it, and its days of the journey."""

    key: Text
    title: Annotated[str, Field(min_length=1, max_length=300)]
    description: Text
    points: Annotated[float, Field(ge=0, le=100)]
    hours: Annotated[float, Field(ge=0, le=1000)]
    role: Text
    step: Text
    goal: str | None = None
    sprint: int
    start_day: Day
    due_day: Day
    milestone: bool = False
    priority: Literal["low", "normal", "high", "urgent"] = "normal"
    labels: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()


class FlowProject(Part):
    """A project with its goals and tasks."""

    number: Annotated[str, Field(pattern=r"^\d+\.\d+$")]
    name: Text
    description: Text
    owner_role: Text
    goals: Annotated[tuple[FlowGoal, ...], Field(min_length=1)]
    tasks: Annotated[tuple[FlowTask, ...], Field(min_length=1)]


class FlowEffort(Part):
    """The effort of a flow."""

    number: Annotated[int, Field(ge=1)]
    name: Text
    description: Text
    owner_role: Text
    projects: Annotated[tuple[FlowProject, ...], Field(min_length=1)]


class Flow(Part):
    """One of the flows of the journey."""

    flow: Annotated[int, Field(ge=1, le=6)]
    name: Text
    slug: Text
    window: Window
    summary: Text
    steps: tuple[FlowStep, ...]
    effort: FlowEffort


class FlowSprint(Part):
    """A sprint of the journey, by its days."""

    number: Annotated[int, Field(ge=0)]
    name: Text
    goal: Text
    from_day: Day
    to_day: Day


class _Sprints(Part):
    sprints: Annotated[tuple[FlowSprint, ...], Field(min_length=1)]


class Journey(Part):
    """Everything that ships: the flows in order, and the sprints they are done in."""

    flows: tuple[Flow, ...]
    sprints: tuple[FlowSprint, ...]

    @property
    def projects(self) -> tuple[FlowProject, ...]:
        """The projects of all flows."""
        return tuple(project for flow in self.flows for project in flow.effort.projects)

    def sprint_of(self, day: int) -> FlowSprint | None:
        """The sprint that a day lies in."""
        return next((s for s in self.sprints if s.from_day <= day <= s.to_day), None)


Read = TypeVar("Read", bound=BaseModel)
LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one written in C, where it is: five times as fast."""


def load_flows(folder: Path | None = None) -> Journey:
    """The flows of `folder` (default: those that ship); ConfigError names the file and what is wrong in it."""
    return _load(folder or content() / "flows")


@cache
def _load(folder: Path) -> Journey:
    files = sorted(folder.glob("flow-*.yaml"))
    if not files:
        raise ConfigError(f"There are no flows in {folder}", "Install the product again.")
    flows = tuple(sorted((_read(file, Flow) for file in files), key=lambda flow: flow.flow))
    journey = Journey(flows=flows, sprints=_read(folder / "sprints.yaml", _Sprints).sprints)
    if problems := _problems(journey):
        raise ConfigError(
            f"The flows in {folder} do not fit together: {'; '.join(problems[:5])}", "Correct them."
        )
    return journey


def _read(file: Path, kind: type[Read]) -> Read:
    try:
        return kind.model_validate(yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER))  # noqa: S506 - it is the safe one
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}", "Install the product again.") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{file.name} is not YAML: {error}", "Correct it.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise ConfigError(f"{file.name}: {where}: {first['msg']}{more}", "Correct it.") from None


def _problems(journey: Journey) -> list[str]:
    roles = set(JOB_ROLES)
    sprints = {sprint.number: sprint for sprint in journey.sprints}
    numbers = [project.number for project in journey.projects]
    all_tasks = [task for project in journey.projects for task in project.tasks]
    keys = [goal.key for project in journey.projects for goal in project.goals] + [
        task.key for task in all_tasks
    ]
    tasks = {task.key: task for task in all_tasks}
    problems = [f"{key} is there twice" for key, times in Counter([*keys, *numbers]).items() if times > 1]
    for flow in journey.flows:
        steps = {step.key for step in flow.steps}
        problems += [f"flow {flow.flow}: {problem}" for problem in step_problems(flow.steps, roles)]
        for project in flow.effort.projects:
            goals = {goal.key for goal in project.goals}
            if not project.number.startswith(f"{flow.effort.number}."):
                problems.append(f"project {project.number} is not one of effort {flow.effort.number}")
            for task in project.tasks:
                problems += _of_task(task, steps, goals, roles, sprints, tasks)
    return problems


def _of_task(
    task: FlowTask,
    steps: set[str],
    goals: set[str],
    roles: set[str],
    sprints: dict[int, FlowSprint],
    tasks: dict[str, FlowTask],
) -> list[str]:
    problems = []
    if task.step not in steps:
        problems.append(f"{task.key}: there is no step {task.step}")
    if task.goal is not None and task.goal not in goals:
        problems.append(f"{task.key}: its project has no goal {task.goal}")
    if task.role not in roles:
        problems.append(f"{task.key}: there is no role {task.role}")
    if task.due_day < task.start_day:
        problems.append(f"{task.key}: is due before it starts")
    sprint = sprints.get(task.sprint)
    if sprint is None:
        problems.append(f"{task.key}: there is no sprint {task.sprint}")
    elif not sprint.from_day <= task.start_day <= task.due_day <= sprint.to_day:
        problems.append(f"{task.key}: its days are not in sprint {task.sprint}")
    for key in task.depends_on:
        if key not in tasks:
            problems.append(f"{task.key}: there is no task {key} to wait for")
        elif tasks[key].start_day > task.due_day:
            problems.append(f"{task.key}: waits for {key}, which starts after it is due")
    return problems
