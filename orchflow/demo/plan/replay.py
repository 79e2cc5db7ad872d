"""Writes what happened into the plan store, in the order in which it happened and by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.demo.plan.events import Event, What
from orchflow.demo.plan.rhythm import Rhythm
from orchflow.demo.plan.windows import SprintPlan
from orchflow.planning.journey.journey import SOURCE
from orchflow.planning.tables import (
    Comment,
    Dependency,
    DependencyKind,
    Effort,
    EffortStatus,
    Goal,
    Link,
    LinkKind,
    Priority,
    Project,
    ProjectStatus,
    Sprint,
    SprintState,
    State,
    Task,
)
from orchflow.store.past import happened

OPEN = frozenset({State.BACKLOG, State.READY, State.IN_PROGRESS, State.IN_REVIEW, State.BLOCKED})
FIRST_POSITION = 1000.0


class Replay:
    """Applies events within one unit; `people` are user ids by username, `teams` ids by name."""

    def __init__(
        self, session: Session, rhythm: Rhythm, people: Mapping[str, int], teams: Mapping[str, int]
    ) -> None:
        self._session = session
        self._rhythm = rhythm
        self._people = people
        self._teams = teams
        self._tasks = {str(task.external_id): task for task in session.scalars(_laid_out(Task))}
        self._goals = {str(goal.external_id): goal for goal in session.scalars(_laid_out(Goal))}
        self._projects = {project.number: project for project in session.scalars(sa.select(Project))}
        self._efforts = {f"effort {row.number}": row for row in session.scalars(sa.select(Effort))}
        self._sprints = {f"sprint {row.number}": row for row in session.scalars(sa.select(Sprint))}
        self._acts: dict[What, Callable[[Event, datetime], None]] = {
            "change": self._change, "add": self._add, "comment": self._comment, "plan": self._plan,
            "start": self._start, "close": self._close, "effort": self._effort, "project": self._project,
            "goal": self._goal, "depend": self._depend,
        }  # fmt: skip

    def run(self, events: Iterable[Event], until: datetime) -> None:
        """Write every event that happened by `until`; those of one instant in the order given."""
        timed = [(self._rhythm.at(event.when), event) for event in events]
        timed.sort(key=lambda one: one[0])
        for at, event in timed:
            if at > until:
                break
            happened(self._session, at, event.by)
            self._acts[event.what](event, at)
        self._session.flush()

    def _change(self, event: Event, at: datetime) -> None:
        task = self._tasks[event.key]
        for name, value in event.values.items():
            match name:
                case "sprint":
                    task.sprint_id = self._sprints[value].id if value else None
                case "assignee":
                    task.assignee_id = self._people[value]
                case "status":
                    task.status = State(value).value
                case "points" | "logged_hours" | "estimated_hours":
                    setattr(task, name, Decimal(str(value)))
                case "priority":
                    task.priority = Priority(value)
                case _:
                    setattr(task, name, value)

    def _add(self, event: Event, at: datetime) -> None:
        values = event.values
        project = self._projects[values["project"]]
        task = Task(
            project_id=project.id, title=values["title"], description=values["description"], role=values["role"],
            labels=values["labels"], priority=Priority(values["priority"]), status=State.BACKLOG.value,
            milestone=False, position=FIRST_POSITION + len(self._tasks),
        )  # fmt: skip
        self._session.add(task)
        self._session.flush()
        self._tasks[event.key] = task
        if values["agent"]:
            link = Link(
                entity="task", entity_id=task.id, kind=LinkKind.AGENT, target=values["agent"], title=""
            )
            self._session.add(link)

    def _comment(self, event: Event, at: datetime) -> None:
        task, author = self._tasks[event.key], self._people[event.by]
        self._session.add(
            Comment(entity="task", entity_id=task.id, author_id=author, body=event.values["body"])
        )

    def _plan(self, event: Event, at: datetime) -> None:
        """Make a team's sprint, or say who is in one of the journey's."""
        plan: SprintPlan = event.values["plan"]
        sprint = self._sprints.get(plan.key)
        if sprint is None:
            sprint = Sprint(
                team_id=self._teams[plan.team] if plan.team else None, number=plan.number, name=plan.name,
                goal=plan.goal, start=plan.start, end=plan.end, state=SprintState.PLANNED,
            )  # fmt: skip
            self._session.add(sprint)
            self._sprints[plan.key] = sprint
        sprint.focus = Decimal(str(event.values["focus"]))
        sprint.members = sorted(self._people[name] for name in event.values["members"])
        sprint.days_off = {str(self._people[name]): days for name, days in event.values["days_off"].items()}
        self._session.flush()

    def _start(self, event: Event, at: datetime) -> None:
        sprint = self._sprints[event.key]
        sprint.state, sprint.started_at = SprintState.ACTIVE, at

    def _close(self, event: Event, at: datetime) -> None:
        """Close a sprint; what is not done goes to the next one."""
        sprint, following = self._sprints[event.key], self._sprints.get(event.values["next"])
        for task in self._tasks.values():
            if task.sprint_id == sprint.id and State(task.status) in OPEN:
                task.sprint_id = following.id if following else None
                if following and task.due and following.end and task.due < following.end:
                    task.due = following.end
        sprint.state, sprint.closed_at = SprintState.CLOSED, at

    def _effort(self, event: Event, at: datetime) -> None:
        effort = self._efforts[event.key]
        if owner := event.values.get("owner"):
            effort.owner_id = self._people[owner]
        if status := event.values.get("status"):
            effort.status = EffortStatus(status)

    def _project(self, event: Event, at: datetime) -> None:
        """Change a project, or add one with the days it runs."""
        values = event.values
        project = self._projects.get(event.key)
        if project is None:
            start: date = values["start"]
            project = Project(
                number=event.key, effort_id=self._efforts[values["effort"]].id, name=values["name"],
                description=values["description"], start=start, position=FIRST_POSITION + float(event.key),
                status=ProjectStatus.NOT_STARTED,
            )  # fmt: skip
            self._session.add(project)
            self._projects[event.key] = project
        if owner := values.get("owner"):
            project.owner_id = self._people[owner]
        if status := values.get("status"):
            project.status = ProjectStatus(status)
        self._session.flush()

    def _goal(self, event: Event, at: datetime) -> None:
        self._goals[event.key].current = Decimal(str(event.values["current"]))

    def _depend(self, event: Event, at: datetime) -> None:
        dependency = Dependency(
            task_id=self._tasks[event.key].id, depends_on_id=self._tasks[event.values["on"]].id,
            kind=DependencyKind(event.values["kind"]), lag_days=0,
        )  # fmt: skip
        self._session.add(dependency)


def _laid_out(model: type[Task] | type[Goal]) -> sa.Select[Any]:
    return sa.select(model).where(model.external_source == SOURCE)
