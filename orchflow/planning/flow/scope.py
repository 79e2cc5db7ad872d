"""What part of the plan the flow figures look at, and its history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Forbidden
from orchflow.people.permissions import Actor
from orchflow.people.small_groups import ASK, WITHHELD, teams_together
from orchflow.planning.steps import NONE, Steps, ever_in, read_steps
from orchflow.planning.tables import Effort, Project, Sprint
from orchflow.planning.work.workflow import states_in


@dataclass(frozen=True)
class FlowScope:
    """The tasks that count: those of projects, of efforts, of a flow, of sprints, or of a team's sprints.

    What is empty does not narrow; without anything, all tasks count. What narrows, narrows together. `NONE` stands for
    tasks of no sprint, of no team, of no flow. A task counts while it belongs there: one that moves to another project
    leaves the figures on that day.
    """

    project_ids: tuple[int, ...] = ()
    effort_ids: tuple[int, ...] = ()
    flow: int | None = None
    sprint_ids: tuple[int, ...] = ()
    team_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Only what narrows, as it is stored with a forecast."""
        narrowing: dict[str, Any] = {
            "project_ids": sorted(self.project_ids),
            "effort_ids": sorted(self.effort_ids),
            "flow": self.flow,
            "sprint_ids": sorted(self.sprint_ids),
            "team_id": self.team_id,
        }
        return {name: value for name, value in narrowing.items() if value not in (None, [])}

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> FlowScope:
        """The scope that `as_json` wrote."""
        return cls(
            project_ids=tuple(kept.get("project_ids", ())),
            effort_ids=tuple(kept.get("effort_ids", ())),
            flow=kept.get("flow"),
            sprint_ids=tuple(kept.get("sprint_ids", ())),
            team_id=kept.get("team_id"),
        )


EVERYTHING = FlowScope()


def check_scope(session: Session, actor: Actor, scope: FlowScope) -> None:
    """Forbidden where a team, or sprints of teams, are asked for whose figures are withheld from `actor`.

    The sprints of all such teams together may be asked for where these are of enough people.
    """
    if scope.team_id is None and not scope.sprint_ids:
        return
    together = teams_together(session, actor)
    theirs = sprints_of(session, together.ids)
    some = theirs.keys() & set(scope.sprint_ids)
    if scope.team_id in together.ids or (
        some and not (some == theirs.keys() and together.enough(theirs.values()))
    ):
        raise Forbidden(WITHHELD, ASK)


def sprints_of(session: Session, teams: Collection[int]) -> dict[int, int]:
    """The sprints of `teams`, each with its team."""
    chosen = sa.select(Sprint.id, Sprint.team_id).where(Sprint.team_id.in_(teams))
    return {sprint: team for sprint, team in session.execute(chosen) if team is not None}


def flow_steps(session: Session, scope: FlowScope, fields: Collection[str] = ()) -> Steps:
    """The history of the status, and of `fields`, of the tasks in `scope`."""
    narrowed = _narrowed(session, scope)
    tasks = next((ever_in(field, ids) for field, ids in narrowed.items() if NONE not in ids), None)
    steps = read_steps(session, states_in(session), ("status", *narrowed, *fields), tasks)
    for field, ids in narrowed.items():
        steps = steps.within(field, ids)
    return steps


def steps_of_scopes(session: Session, scopes: Iterable[FlowScope]) -> Iterator[tuple[FlowScope, Steps]]:
    """For each scope the history of the status of its tasks; the history is read once for all."""
    whole = read_steps(session, states_in(session), ("status", "project_id", "sprint_id"))
    for scope in scopes:
        steps, narrowed = whole, _narrowed(session, scope)
        if field := next((name for name, ids in narrowed.items() if NONE not in ids), None):
            steps = steps.of_tasks_ever_in(field, narrowed[field])
        for name, ids in narrowed.items():
            steps = steps.within(name, ids)
        yield scope, steps


def _narrowed(session: Session, scope: FlowScope) -> dict[str, list[int]]:
    """The references of tasks that narrow, and what each may be."""
    narrowed: dict[str, list[int]] = {}
    if scope.sprint_ids or scope.team_id is not None:
        narrowed["sprint_id"] = _sprints(session, scope)
    if scope.project_ids or scope.effort_ids or scope.flow is not None:
        narrowed["project_id"] = _projects(session, scope)
    return narrowed


def _sprints(session: Session, scope: FlowScope) -> list[int]:
    sprints = sa.select(Sprint.id)
    if scope.team_id is not None:
        sprints = sprints.where(Sprint.team_id == none_as_null(scope.team_id))
    of_team = [*session.scalars(sprints), *([NONE] if scope.team_id in (None, NONE) else [])]
    return [number for number in of_team if not scope.sprint_ids or number in scope.sprint_ids]


def _projects(session: Session, scope: FlowScope) -> list[int]:
    projects = sa.select(Project.id).join(Effort, Effort.id == Project.effort_id)
    if scope.project_ids:
        projects = projects.where(Project.id.in_(scope.project_ids))
    if scope.effort_ids:
        projects = projects.where(Effort.id.in_(scope.effort_ids))
    if scope.flow is not None:
        projects = projects.where(Effort.flow == none_as_null(scope.flow))
    return list(session.scalars(projects))


def none_as_null(number: int) -> int | None:
    """What a column holds where `number` is meant: nothing for `NONE`."""
    return None if number == NONE else number
