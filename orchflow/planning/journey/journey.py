"""Start the journey: the plan of the six flows laid out from a start date, previewed, partly chosen, taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Invalid, OrchflowError, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.calendar import WorkingCalendar, read_calendar
from orchflow.planning.exchange.apply_document import apply_in
from orchflow.planning.exchange.records import Document, Level, Predecessor, Record
from orchflow.planning.journey.content import FlowEffort, FlowProject, FlowTask, Journey, load_flows
from orchflow.planning.journey.days import JourneyDays
from orchflow.planning.tables import Effort, Goal, Project, Sprint, State, Task
from orchflow.store.engine import Store
from orchflow.store.request import new_request, races_explained
from orchflow.store.tables import Setting

SOURCE: Final = "flows"
"""The `external_source` of what the journey laid out; its keys are those of the flows."""

__all__ = ["JourneyPreview", "Lay", "lay_out", "load_flows", "preview", "preview_journey"]


@dataclass(frozen=True)
class Lay:
    """One row of the journey with its real days; `present` when the plan has it already."""

    level: Level
    key: str
    number: str
    name: str
    start: date | None
    due: date | None
    project: str | None = None
    role: str | None = None
    points: Decimal | None = None
    hours: Decimal | None = None
    milestone: bool = False
    present: bool = False


@dataclass(frozen=True)
class JourneyPreview:
    """What laying out would add, in the order of the plan; rows that are `present` stay as they are."""

    start: date
    end: date
    rows: tuple[Lay, ...]

    def of(self, level: Level) -> list[Lay]:
        """The rows of one level."""
        return [row for row in self.rows if row.level is level]

    def missing(self, level: Level) -> int:
        """How many rows of a level would be added."""
        return sum(not row.present for row in self.of(level))

    @property
    def nothing_missing(self) -> bool:
        """Whether the plan has all of it already."""
        return all(row.present for row in self.rows)


def preview_journey(
    store: Store, actor: Actor, start: date, projects: Collection[str] | None = None
) -> JourneyPreview:
    """The journey from `start`, or some of its projects (numbers like "1.2"), telling what the plan has already."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        return preview(start, read_calendar(session), projects, _owners(session), _present(session))


def lay_out(
    store: Store,
    actor: Actor,
    start: date,
    *,
    projects: Collection[str] | None = None,
    request: str | None = None,
) -> str:
    """Lay out the journey, or some of its projects, in one transaction; returns the request that `undo` takes back.

    Adds only what is missing and leaves everything else as it is. OrchflowError when nothing is missing; Invalid,
    with nothing written, when numbers or days are taken by something else. The start becomes the workspace's Day 1, unless
    it has one and a plan with it.
    """
    actor.require(Permission.PLAN_EDIT)
    request = request or new_request()
    with races_explained(), store.unit(actor, request) as session:
        document = _document(load_flows(), start, read_calendar(session), projects, _owners(session))
        nothing_planned = session.scalar(sa.select(Effort.id).limit(1)) is None
        _write(session, actor, document)
        kept = session.scalar(sa.select(Setting).where(Setting.key == "workspace.start_date"))
        if kept is None:
            session.add(Setting(key="workspace.start_date", value=start.isoformat()))
        elif nothing_planned:
            kept.value = start.isoformat()
    return request


def _write(session: Session, actor: Actor, document: Document) -> None:
    """Write what is missing of the journey."""
    document.records = _missing(document, _present(session))
    if not document.records:
        raise OrchflowError(
            "The journey is laid out already: the plan has everything that was chosen",
            "Undo it first to lay it out from another day, or choose other projects.",
        )
    if problems := _taken(session, document):
        raise Invalid(problems, "Give what is there another number, or choose other projects.")
    report = apply_in(session, actor, document, None)
    if report.problems:
        raise Invalid(
            [Problem(problem.row, problem.column, problem.message) for problem in report.problems],
            "Nothing was laid out. Change what stands in the way, or choose other projects.",
        )


def _document(
    journey: Journey,
    start: date,
    calendar: WorkingCalendar,
    projects: Collection[str] | None,
    owners: Mapping[str, str],
) -> Document:
    """The chosen part of the journey as records; each bears its own name as its row."""
    known = {project.number for project in journey.projects}
    if unknown := sorted(set(projects or ()) - known):
        raise Invalid(
            [Problem(number, "project", f"the journey has no project {number}") for number in unknown]
        )
    days = JourneyDays(journey, start, calendar)
    chosen = [p for p in journey.projects if projects is None or p.number in projects]
    sprints = {task.sprint for project in chosen for task in project.tasks}
    document = Document("journey", SOURCE)
    for sprint in journey.sprints:
        if sprint.number in sprints:
            values = {
                "number": sprint.number, "name": sprint.name, "description": sprint.goal,
                "start": days.day(sprint.from_day), "due": days.day(sprint.to_day),
            }  # fmt: skip
            document.records.append(Record(Level.SPRINT, f"sprint {sprint.number}", values))
    for flow in journey.flows:
        inside = [project for project in flow.effort.projects if project in chosen]
        if inside:
            window = (days.day(flow.window.from_day), days.day(flow.window.to_day))
            document.records.append(_effort(flow.effort, flow.flow, window, owners))
        for project in inside:
            document.records += _project(project, flow.effort.number, days, owners)
    return document


def _effort(effort: FlowEffort, flow: int, window: tuple[date, date], owners: Mapping[str, str]) -> Record:
    values = {
        "number": effort.number, "name": effort.name, "description": effort.description, "flow": flow,
        "owner": owners.get(effort.owner_role), "start": window[0], "due": window[1],
    }  # fmt: skip
    return Record(Level.EFFORT, f"effort {effort.number}", values, str(effort.number))


def _project(project: FlowProject, effort: int, days: JourneyDays, owners: Mapping[str, str]) -> list[Record]:
    values = {
        "number": project.number, "effort": str(effort), "name": project.name,
        "description": project.description, "owner": owners.get(project.owner_role),
        "start": min(days.work(task.start_day) for task in project.tasks),
        "due": max(days.work(task.due_day) for task in project.tasks),
    }  # fmt: skip
    records = [Record(Level.PROJECT, f"project {project.number}", values, project.number)]
    for goal in project.goals:
        of_goal = {
            "project": project.number, "name": goal.name, "metric": goal.metric, "unit": goal.unit,
            "baseline": goal.baseline, "target": goal.target, "due": days.work(goal.due_day),
            "live_figure": goal.live_figure,
        }  # fmt: skip
        records.append(Record(Level.GOAL, goal.key, of_goal, goal.key))
    return records + [_task(task, project.number, days) for task in project.tasks]


def _task(task: FlowTask, project: str, days: JourneyDays) -> Record:
    values: dict[str, Any] = {
        "project": project, "name": task.title, "description": task.description, "goal": task.goal,
        "sprint": str(task.sprint), "status": State.BACKLOG.value, "priority": task.priority,
        "points": task.points, "estimated_hours": task.hours, "start": days.work(task.start_day),
        "due": days.work(task.due_day), "labels": list(task.labels), "milestone": task.milestone,
        "step": task.step, "role": task.role,
    }  # fmt: skip
    return Record(
        Level.TASK, task.key, values, task.key, depends_on=[Predecessor(key) for key in task.depends_on]
    )


Present = dict[Level, set[str]]


def _present(session: Session) -> Present:
    """What of the journey the plan has: keys, and the numbers of everybody's sprints."""
    present: Present = {
        level: set(session.scalars(sa.select(model.external_id).where(model.external_source == SOURCE)))
        for level, model in (
            (Level.EFFORT, Effort), (Level.PROJECT, Project), (Level.GOAL, Goal), (Level.TASK, Task),
        )
    }  # fmt: skip
    sprints = session.scalars(sa.select(Sprint.number).where(Sprint.team_id.is_(None)))
    present[Level.SPRINT] = {str(number) for number in sprints}
    return present


def _is_there(record: Record, present: Mapping[Level, set[str]]) -> bool:
    key = str(record.values["number"]) if record.level is Level.SPRINT else record.key
    return key in present.get(record.level, set())


def _missing(document: Document, present: Mapping[Level, set[str]]) -> list[Record]:
    """The records to write: new rows, and those of present tasks that wait for new ones."""
    new = [record for record in document.records if not _is_there(record, present)]
    coming = {record.key for record in new if record.level is Level.TASK}
    known = coming | present[Level.TASK]
    for record in new:
        if record.depends_on is not None:
            record.depends_on = [
                predecessor for predecessor in record.depends_on if predecessor.task in known
            ]
    waiting = []
    for record in document.records:
        if record.level is Level.TASK and record.key not in coming:
            predecessors = [
                predecessor for predecessor in record.depends_on or () if predecessor.task in known
            ]
            if any(predecessor.task in coming for predecessor in predecessors):
                waiting.append(Record(Level.TASK, record.row, {}, record.key, depends_on=predecessors))
    return new + waiting


def _taken(session: Session, document: Document) -> list[Problem]:
    """Numbers of the journey that belong to something else."""
    problems = []
    for level, model in ((Level.EFFORT, Effort), (Level.PROJECT, Project)):
        wanted = [record.values["number"] for record in document.records if record.level is level]
        others = sa.select(model.number, model.name).where(
            model.number.in_(wanted), model.external_source.is_distinct_from(SOURCE)
        )
        problems += [
            Problem(f"{level} {number}", "number", f"{number} is {name!r} already")
            for number, name in session.execute(others)
        ]
    return problems


def _owners(session: Session) -> dict[str, str]:
    """Job role → its holder's username, where one person alone holds it."""
    holders: dict[str, list[str]] = {}
    people = sa.select(User.job_role, User.username).where(User.active, User.job_role.is_not(None))
    for role, username in session.execute(people):
        holders.setdefault(str(role), []).append(username)
    return {role: names[0] for role, names in holders.items() if len(names) == 1}


def preview(
    start: date,
    calendar: WorkingCalendar,
    projects: Collection[str] | None = None,
    owners: Mapping[str, str] = MappingProxyType({}),
    present: Mapping[Level, set[str]] = MappingProxyType({}),
) -> JourneyPreview:
    """The journey by a calendar; `owners`: job role → username, `present`: the keys of what the plan has, by level."""
    document = _document(load_flows(), start, calendar, projects, owners)
    rows = []
    for record in document.records:
        values = record.values
        row = Lay(
            record.level, record.key or "", str(values.get("number", "")), values["name"],
            values.get("start"), values.get("due"), values.get("project"), values.get("role"),
            _amount(values.get("points")), _amount(values.get("estimated_hours")),
            values.get("milestone", False), _is_there(record, present),
        )  # fmt: skip
        rows.append(row)
    end = max((row.due for row in rows if row.due is not None), default=start)
    return JourneyPreview(start, end, tuple(rows))


def _amount(value: Any) -> Decimal | None:
    return Decimal(str(value)) if value is not None else None
