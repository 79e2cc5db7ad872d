"""What does not fit together in the files of the flows, and on which line it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import yaml

from orchflow.people.job_roles import SHIPPED

if TYPE_CHECKING:
    from orchflow.planning.journey.content import Flow, FlowSprint, FlowTask
    from orchflow.planning.journey.step import FlowStep

Place: TypeAlias = tuple[str | int, ...]
"""The way from the beginning of a file to a part of it: ("steps", 0, "guide")."""
Flaw: TypeAlias = tuple[Place, str]

LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one written in C, where it is: five times as fast."""


def line_of(text: str, place: Sequence[str | int]) -> int:
    """The line on which a part of a YAML file stands, or the nearest part around it that is there."""
    node = yaml.compose(text, Loader=LOADER)
    line = 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value}
            if step not in pairs:
                break
            key, node = pairs[step]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


def missing_pages(flow: Flow, folder: Path) -> Iterator[Flaw]:
    """The guides of steps that are not among the pages in `folder`."""
    for place, step in enumerate(flow.steps):
        if step.guide and not (folder / f"{step.guide}.md").is_file():
            yield ("steps", place, "guide"), f"there is no page {step.guide}"


def flaws_of(
    flow: Flow, before: Iterable[Flow], others: Iterable[Flow] | None, sprints: Iterable[FlowSprint]
) -> Iterator[Flaw]:
    """What does not fit together in a flow, and with those `before` it, which have the keys that it must not have.

    `others` are all flows, for whose tasks its own may wait; None when not all of them are known.
    """
    yield from _of_the_whole(flow, list(before))
    yield from step_flaws(flow.steps, SHIPPED)
    steps = {step.key for step in flow.steps}
    by_number = {sprint.number: sprint for sprint in sprints}
    known = None if others is None else {task.key: task for each in others for task in _tasks(each)}
    for place, project in enumerate(flow.effort.projects):
        where = ("effort", "projects", place)
        goals = {goal.key for goal in project.goals}
        if not project.number.startswith(f"{flow.effort.number}."):
            yield (*where, "number"), f"project {project.number} is not one of effort {flow.effort.number}"
        for number, task in enumerate(project.tasks):
            for said in _of_task(task, steps, goals, by_number, known):
                yield (*where, "tasks", number), said


def _of_the_whole(flow: Flow, before: Sequence[Flow]) -> Iterator[Flaw]:
    """What must be there once: the flow's number and slug, and the keys of its goals and tasks."""
    for name in ("flow", "slug"):
        if getattr(flow, name) in {getattr(other, name) for other in before}:
            yield (name,), f"{getattr(flow, name)} is there twice"
    seen = {key for other in before for key, _ in _keys(other)}
    for key, place in _keys(flow):
        if key in seen:
            yield place, f"{key} is there twice"
        seen.add(key)


def _keys(flow: Flow) -> Iterator[tuple[str, Place]]:
    for place, project in enumerate(flow.effort.projects):
        where = ("effort", "projects", place)
        yield project.number, (*where, "number")
        yield from ((goal.key, (*where, "goals", number)) for number, goal in enumerate(project.goals))
        yield from ((task.key, (*where, "tasks", number)) for number, task in enumerate(project.tasks))


def _tasks(flow: Flow) -> Iterator[FlowTask]:
    for project in flow.effort.projects:
        yield from project.tasks


def _of_task(
    task: FlowTask,
    steps: Collection[str],
    goals: Collection[str],
    sprints: dict[int, FlowSprint],
    tasks: dict[str, FlowTask] | None,
) -> Iterator[str]:
    if task.step not in steps:
        yield f"{task.key}: there is no step {task.step}"
    if task.goal is not None and task.goal not in goals:
        yield f"{task.key}: its project has no goal {task.goal}"
    if task.role not in SHIPPED:
        yield f"{task.key}: there is no role {task.role}"
    if task.due_day < task.start_day:
        yield f"{task.key}: is due before it starts"
    sprint = sprints.get(task.sprint)
    if sprint is None:
        yield f"{task.key}: there is no sprint {task.sprint}"
    elif not sprint.from_day <= task.start_day <= task.due_day <= sprint.to_day:
        yield f"{task.key}: its days are not in sprint {task.sprint}"
    for key in task.depends_on:
        if tasks is None:
            break
        if key not in tasks:
            yield f"{task.key}: there is no task {key} to wait for"
        elif tasks[key].start_day > task.due_day:
            yield f"{task.key}: waits for {key}, which starts after it is due"


def step_flaws(steps: Sequence[FlowStep], roles: Collection[str]) -> Iterator[Flaw]:
    """What does not fit together in the steps of one flow: keys, roles, topics, and what waits for what."""
    keys = [step.key for step in steps]
    counts = Counter([*keys, *(item.key for step in steps for item in step.checklist)])
    yield from ((("steps",), f"{key} is there twice") for key, times in counts.items() if times > 1)
    for place, step in enumerate(steps):
        where = ("steps", place)
        named = [role for role in (step.lead, *step.roles) if role]
        yield from (
            (where, f"{step.key}: there is no role {role}")
            for role in dict.fromkeys(named)
            if role not in roles
        )
        for key in step.after:
            if key not in keys:
                yield (*where, "after"), f"{step.key}: there is no step {key} to wait for"
        for number, item in enumerate(step.checklist):
            at = (*where, "checklist", number)
            if item.role and item.role not in roles:
                yield at, f"{item.key}: there is no role {item.role}"
            if item.topic not in step.items:
                yield at, f"{item.key}: {step.key} has no item {item.topic!r}"
            if item.due is not None and item.due.after is not None and item.due.after not in keys:
                yield at, f"{item.key}: there is no step {item.due.after} to be due after"
    yield from _circle(steps)


def _circle(steps: Sequence[FlowStep]) -> Iterator[Flaw]:
    """Steps that wait for each other, by themselves or by their items."""
    waits = {step.key: set(step.after) for step in steps}
    for step in steps:
        waits[step.key] |= {item.due.after for item in step.checklist if item.due and item.due.after} - {
            step.key
        }
    try:
        TopologicalSorter({key: before & waits.keys() for key, before in waits.items()}).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        first = next(place for place, step in enumerate(steps) if step.key in circle)
        yield ("steps", first, "after"), f"steps wait for each other in a circle: {' → '.join(circle)}"
