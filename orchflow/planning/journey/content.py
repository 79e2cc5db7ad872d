"""The six flows as they ship in `content/flows`: read once, checked in every respect, or refused by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, Field, ValidationError

from orchflow.errors import ConfigError
from orchflow.paths import content
from orchflow.planning.journey.flaws import LOADER, flaws_of, line_of, missing_pages
from orchflow.planning.journey.step import Day, FlowStep, Part, Text


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
    problems: tuple[str, ...] = ()
    """What is wrong in the files, by file and line; a flow that does not fit together is left out."""

    @property
    def projects(self) -> tuple[FlowProject, ...]:
        """The projects of all flows."""
        return tuple(project for flow in self.flows for project in flow.effort.projects)

    def sprint_of(self, day: int) -> FlowSprint | None:
        """The sprint that a day lies in."""
        return next((s for s in self.sprints if s.from_day <= day <= s.to_day), None)


Read = TypeVar("Read", bound=BaseModel)


def load_flows(folder: Path | None = None) -> Journey:
    """The flows of `folder` (default: those that ship).

    One that cannot be read or does not fit together is left out, and named with file and line among the `problems`;
    one whose page is missing is only named. ConfigError when no flow is left, or the sprints cannot be read.
    """
    return _load(folder or content() / "flows")


@cache
def _load(folder: Path) -> Journey:
    files = sorted(folder.glob("flow-*.yaml"))
    if not files:
        raise ConfigError(f"There are no flows in {folder}", "Install the product again.")
    sprints = _read(folder / "sprints.yaml", _Sprints).sprints
    problems, read = [], dict[Path, Flow]()
    for file in files:
        try:
            read[file] = _read(file, Flow)
        except ConfigError as error:
            problems.append(str(error))
    others = None if problems else read.values()  # what a file that cannot be read holds is not known
    numbered = sorted(read, key=lambda file: (read[file].flow, file.name))
    whole: list[Flow] = []
    for file in numbered:
        flaws = list(flaws_of(read[file], whole, others, sprints))
        missing = list(missing_pages(read[file], content() / "docs"))
        text = file.read_text(encoding="utf-8") if flaws or missing else ""
        problems += [f"{file.name} line {line_of(text, path)}: {said}" for path, said in (*flaws, *missing)]
        if not flaws:
            whole.append(read[file])
    if not whole:
        raise ConfigError(f"No flow in {folder} can be used: {'; '.join(problems[:5])}", "Correct them.")
    return Journey(flows=tuple(whole), sprints=sprints, problems=tuple(problems))


def _read(file: Path, kind: type[Read]) -> Read:
    try:
        text = file.read_text(encoding="utf-8")
        return kind.model_validate(yaml.load(text, Loader=LOADER))  # noqa: S506 - it is the safe one
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}", "Install the product again.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file.name} is not written in UTF-8", "Correct it.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        raise ConfigError(
            f"{file.name}{where}: is not YAML: {getattr(error, 'problem', error)}", "Correct it."
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise ConfigError(
            f"{file.name} line {line_of(text, first['loc'])}: {where}: {first['msg']}{more}", "Correct it."
        ) from None
