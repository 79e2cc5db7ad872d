"""What a sprint may hold, and which sprints may not overlap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Problem
from orchflow.people.tables import Team, User
from orchflow.planning.tables import Sprint, SprintState
from orchflow.planning.work.rules import LONGEST_TEXT, NAME
from orchflow.planning.work.values import Field, Fields, Refused, amount, day, line, reference, text, whole

MOST_MEMBERS = 200


def _members() -> Field:
    def read(given: Any) -> list[int]:
        if not isinstance(given, list | tuple | set | frozenset) or len(given) > MOST_MEMBERS:
            raise Refused(f"must be a list of at most {MOST_MEMBERS} user ids")
        one = reference(required=True)
        return sorted({one.value(item) for item in given})

    return Field(read, empty=[])


def _days_off() -> Field:
    def read(given: Any) -> dict[str, float]:
        if not isinstance(given, Mapping) or len(given) > MOST_MEMBERS:
            raise Refused("must give days off by user id, like {7: 2.5}")
        one, days = reference(required=True), amount("0", "366", 2, required=True)
        return {str(one.value(person)): float(days.value(value)) for person, value in given.items() if value}

    return Field(read)


FIELDS: Fields = {
    "team_id": reference(),
    "number": whole(0, 9999, required=True),
    "name": line(NAME, required=True),
    "goal": text(LONGEST_TEXT),
    "start": day(),
    "end": day(),
    "focus": amount("0.01", "1", 2, required=True),
    "days_off": _days_off(),
    "members": _members(),
}
"""What may be edited of a sprint; its state and instants change by starting, closing and reopening only."""


def read(changes: Mapping[str, Any], row: int | None) -> tuple[dict[str, Any], list[Problem]]:
    """`changes` as they are stored, and what is wrong with them as far as it can be told without the database."""
    values: dict[str, Any] = {}
    problems = []
    for name, given in changes.items():
        if name not in FIELDS:
            problems.append(Problem(row, name, "cannot be changed"))
            continue
        try:
            values[name] = FIELDS[name].value(given)
        except Refused as error:
            problems.append(Problem(row, name, str(error)))
    if "days_off" in values and values["days_off"] is None:
        values["days_off"] = {}
    return values, problems


def against_the_store(session: Session, row: Sprint | None, values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a sprint as it will be: unknown people and teams, its days, an overlap, a taken number."""
    row_id = row.id if row else None

    def value(name: str) -> Any:
        return values[name] if name in values else getattr(row, name, None)

    problems = _unknown(session, row_id, values)
    start, end = value("start"), value("end")
    if isinstance(start, date) and isinstance(end, date) and values.keys() & {"start", "end", "team_id"}:
        if end < start:
            problems.append(Problem(row_id, "end", f"{end} is before the start, {start}"))
        else:
            other = overlapping(session, row_id, value("team_id"), start, end)
            if other is not None:
                problems.append(
                    Problem(
                        row_id, "start", f"{other.name} of the same team is from {other.start} to {other.end}"
                    )
                )
    if values.keys() & {"number", "team_id"} and value("number") is not None:
        same = sa.select(Sprint.id).where(
            Sprint.number == value("number"),
            Sprint.team_id.is_not_distinct_from(value("team_id")),
            Sprint.id != (row_id or 0),
        )
        if session.scalar(same.limit(1)) is not None:
            problems.append(Problem(row_id, "number", f"the team has a sprint {value('number')} already"))
    return problems


def overlapping(
    session: Session, row_id: int | None, team_id: int | None, start: date, end: date
) -> Sprint | None:
    """Another sprint of the same team with a day in common. One that was closed early leaves its last days free."""
    others = sa.select(Sprint).where(
        Sprint.team_id.is_not_distinct_from(team_id),
        Sprint.id != (row_id or 0),
        Sprint.start <= end,
        Sprint.end >= start,
    )
    for other in session.scalars(others.order_by(Sprint.start)):
        closed = other.closed_at.date() if other.state is SprintState.CLOSED and other.closed_at else None
        if closed is None or closed >= start:
            return other
    return None


def running(session: Session, sprint: Sprint) -> Sprint | None:
    """Another sprint of the same team that is active."""
    return session.scalars(
        sa.select(Sprint).where(
            Sprint.team_id.is_not_distinct_from(sprint.team_id),
            Sprint.state == SprintState.ACTIVE,
            Sprint.id != sprint.id,
        )
    ).first()


def _unknown(session: Session, row_id: int | None, values: Mapping[str, Any]) -> list[Problem]:
    problems = []
    team_id = values.get("team_id")
    if team_id is not None and session.get(Team, team_id) is None:
        problems.append(Problem(row_id, "team_id", f"there is no team {team_id}"))
    members = values.get("members") or []
    found = sa.select(User.id, User.display_name, User.active).where(User.id.in_(members))
    people = {user_id: (name, active) for user_id, name, active in session.execute(found)}
    for user_id in members:
        if user_id not in people:
            problems.append(Problem(row_id, "members", f"there is no user {user_id}"))
        elif not people[user_id][1]:
            problems.append(Problem(row_id, "members", f"{people[user_id][0]}'s account is disabled"))
    return problems
