"""What must hold of a sprint: who works in it, its days, its number, and that no two of a team overlap or run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Invalid, Problem
from orchflow.people.tables import User
from orchflow.planning.sprints.schedule import closing_day
from orchflow.planning.tables import Sprint, SprintState
from orchflow.planning.work.rules import PlanRules
from orchflow.store.history import zone_of

LOCK = "plan.sprints"
"""Held while sprints are made, moved and started, so that no two of one team overlap."""


class SprintRules(PlanRules):
    """A sprint without a number gets its team's next one, and its name from it."""

    def complete(self, values: dict[str, Any]) -> None:
        if values.get("number") is None:
            last = sa.select(sa.func.max(Sprint.number)).where(_of_team(values.get("team_id")))
            highest = self.session.scalar(last)
            values["number"] = 0 if highest is None else highest + 1
        values.setdefault("name", f"Sprint {values['number']}")

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        self.session.flush()  # what this save has written so far counts
        problems = [*super().problems(row, value, values), *self._members(values.get("members") or [])]
        others = Sprint.id != (row.id if row else 0)
        team_id, start, end = value("team_id"), value("start"), value("end")
        moved = not problems and start and end and values.keys() & {"start", "end", "team_id"}
        if moved and (other := overlapping(self.session, others, team_id, start, end)):
            days = f"{other.name} of the same team is from {other.start} to {other.end}"
            problems.append(Problem(None, "start", days))
        if values.keys() & {"number", "team_id"}:
            same = sa.select(Sprint.id).where(Sprint.number == value("number"), _of_team(team_id), others)
            if self.session.scalar(same.limit(1)) is not None:
                problems.append(Problem(None, "number", f"the team has a sprint {value('number')} already"))
        return problems + (self._life(value) if row is None else [])

    def _members(self, ids: list[int]) -> list[Problem]:
        people = self.read_targets(User, set(ids)) if ids else {}
        reasons = [people.get(user_id, f"there is no user {user_id}") for user_id in ids]
        return [Problem(None, "members", reason) for reason in reasons if reason]

    def _life(self, value: Callable[[str], Any]) -> list[Problem]:
        """A sprint that comes from elsewhere may have begun, and ended, there."""
        state = value("state")
        needed = {SprintState.ACTIVE: ("started_at",), SprintState.CLOSED: ("started_at", "closed_at")}
        problems = [
            Problem(None, name, f"is needed of a sprint that is {state}")
            for name in needed.get(state, ())
            if not value(name)
        ]
        if state is SprintState.ACTIVE and (other := running(self.session, value("team_id"))):
            problems.append(Problem(None, "state", f"{other.name} of the same team is running"))
        return problems


def overlapping(
    session: Session, others: sa.ColumnElement[bool], team_id: int | None, start: date, end: date
) -> Sprint | None:
    """Another sprint of the same team with a day in common. One that was closed early leaves its last days free."""
    same = sa.select(Sprint).where(_of_team(team_id), others, Sprint.start <= end, Sprint.end >= start)
    for other in session.scalars(same.order_by(Sprint.start)):
        closed = other.closed_at if other.state is SprintState.CLOSED else None
        if closed is None or closing_day(closed, zone_of(session)) >= start:
            return other
    return None


def running(session: Session, team_id: int | None, but: int = 0) -> Sprint | None:
    """The sprint of a team that is active, other than `but`."""
    active = sa.select(Sprint).where(_of_team(team_id), Sprint.state == SprintState.ACTIVE, Sprint.id != but)
    return session.scalars(active).first()


def refuse_second(session: Session, sprint: Sprint) -> None:
    """Invalid when another sprint of the same team is running."""
    if other := running(session, sprint.team_id, sprint.id):
        problem = Problem(sprint.id, "state", f"{other.name} of the same team is running")
        raise Invalid([problem], "Close it first.")


def _of_team(team_id: int | None) -> sa.ColumnElement[bool]:
    return Sprint.team_id.is_not_distinct_from(team_id)
