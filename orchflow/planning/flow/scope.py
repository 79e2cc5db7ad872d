"""What part of the plan the flow figures look at, and its history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.planning.steps import Steps, ever_in, read_steps
from orchflow.planning.tables import Effort, Project, Sprint
from orchflow.planning.work.workflow import states_in


@dataclass(frozen=True)
class FlowScope:
    """The tasks that count: those of projects, of efforts, of a flow, of sprints, or of a team's sprints.

    What is empty does not narrow; without anything, all tasks count. A task counts while it belongs there: one that
    moves to another project leaves the figures on that day. Sprints and teams come before projects.
    """

    project_ids: tuple[int, ...] = ()
    effort_ids: tuple[int, ...] = ()
    flow: int | None = None
    sprint_ids: tuple[int, ...] = ()
    team_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Only what narrows, as it is stored with a forecast."""
        given: dict[str, Any] = {
            "project_ids": sorted(self.project_ids),
            "effort_ids": sorted(self.effort_ids),
            "flow": self.flow,
            "sprint_ids": sorted(self.sprint_ids),
            "team_id": self.team_id,
        }
        return {name: value for name, value in given.items() if value not in (None, [])}

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


def flow_steps(session: Session, scope: FlowScope) -> Steps:
    """The history of the status of the tasks in `scope`."""
    states = states_in(session)
    narrowed = _narrowed(session, scope)
    if narrowed is None:
        return read_steps(session, states, ("status",))
    field, ids = narrowed
    return read_steps(session, states, ("status", field), ever_in(field, ids)).within(field, ids)


def _narrowed(session: Session, scope: FlowScope) -> tuple[str, Collection[int]] | None:
    """The reference of tasks that narrows, and what it may be."""
    if scope.sprint_ids or scope.team_id is not None:
        sprints = sa.select(Sprint.id)
        if scope.sprint_ids:
            sprints = sprints.where(Sprint.id.in_(scope.sprint_ids))
        if scope.team_id is not None:
            sprints = sprints.where(Sprint.team_id == scope.team_id)
        return "sprint_id", list(session.scalars(sprints))
    if not (scope.project_ids or scope.effort_ids or scope.flow is not None):
        return None
    projects = sa.select(Project.id).join(Effort, Effort.id == Project.effort_id)
    if scope.project_ids:
        projects = projects.where(Project.id.in_(scope.project_ids))
    if scope.effort_ids:
        projects = projects.where(Effort.id.in_(scope.effort_ids))
    if scope.flow is not None:
        projects = projects.where(Effort.flow == scope.flow)
    return "project_id", list(session.scalars(projects))
