"""Sprints: list, create, edit, delete. Filling, starting, closing and reopening them is in `sprint_life`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.encoding import encode
from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.sprints import rules as sprint_rules
from orchflow.planning.sprints.life import SPRINTS, close_sprint, plan_sprint, reopen_sprint, start_sprint
from orchflow.planning.sprints.rows import SprintMove, SprintRow
from orchflow.planning.tables import Sprint, SprintState
from orchflow.planning.work import removal
from orchflow.planning.work.references import new_request, races_explained
from orchflow.planning.work.rows import Saved, chosen, one, page, row_of, rows
from orchflow.store import locks
from orchflow.store.engine import Store
from orchflow.store.merge import RowEdit, save_many

__all__ = [
    "SprintMove",
    "SprintRow",
    "close_sprint",
    "create_sprint",
    "delete_sprint",
    "get_sprint",
    "list_sprints",
    "plan_sprint",
    "reopen_sprint",
    "start_sprint",
    "update_sprint",
]


def list_sprints(
    store: Store,
    actor: Actor,
    *,
    ids: Collection[int] | None = None,
    team_id: int | Literal["none"] | None = None,
    state: Collection[SprintState | str] | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> list[SprintRow]:
    """The sprints to which every given filter applies, by start; with `after` (id) or `limit` by id.

    `team_id` "none": those of no team.
    """
    actor.require(Permission.PLAN_VIEW)
    found = chosen(SprintRow, Sprint)
    if ids is not None:
        found = found.where(Sprint.id.in_(ids))
    if team_id is not None:
        found = found.where(Sprint.team_id.is_(None) if team_id == "none" else Sprint.team_id == team_id)
    if state is not None:
        found = found.where(Sprint.state.in_([SprintState(value) for value in state]))
    with store.read() as session:
        order = [Sprint.start.is_(None), Sprint.start, Sprint.number]
        return rows(session, SprintRow, page(found, Sprint, order, after, limit))


def get_sprint(store: Store, actor: Actor, sprint_id: int) -> SprintRow:
    """One sprint; NotFound when there is none."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        return one(session, SprintRow, Sprint, sprint_id)


def create_sprint(store: Store, actor: Actor, *, request: str | None = None, **fields: Any) -> SprintRow:
    """Plan a sprint of a team, or of everybody. Without a `number` it gets the team's next one, and its name from it.

    Invalid names every refused value; also when its days overlap with another sprint of the same team.
    """
    actor.require(Permission.PLAN_EDIT)
    values, problems = sprint_rules.read(fields, None)
    if problems:
        raise Invalid(problems)
    with races_explained(), store.unit(actor, request or new_request()) as session:
        locks.take(session, SPRINTS)
        values.setdefault("number", _next_number(session, values.get("team_id")))
        values.setdefault("name", f"Sprint {values['number']}")
        if problems := sprint_rules.against_the_store(session, None, values):
            raise Invalid(problems)
        defaults = {"goal": "", "focus": Decimal("0.8"), "days_off": {}, "members": []}
        sprint = Sprint(state=SprintState.PLANNED, **{**defaults, **values})
        session.add(sprint)
        session.flush()
        return row_of(SprintRow, sprint)


def update_sprint(
    store: Store,
    actor: Actor,
    sprint_id: int,
    base_version: int,
    changes: Mapping[str, Any],
    request: str | None = None,
) -> Saved[SprintRow]:
    """Save the changed fields: Invalid, ConflictError or NotFound, and nothing is written.

    The days of a sprint that runs may move: its burndown goes on from the instant of its start.
    """
    actor.require(Permission.PLAN_EDIT)
    values, problems = sprint_rules.read(changes, sprint_id)
    if problems:
        raise Invalid(problems)
    with races_explained(), store.unit(actor, request or new_request()) as session:
        locks.take(session, SPRINTS)

        def check(row: Sprint, left: dict[str, Any]) -> list[Problem]:
            for name in [name for name in left if encode(left[name]) == encode(getattr(row, name))]:
                del left[name]
            return sprint_rules.against_the_store(session, row, left)

        (outcome,) = save_many(session, Sprint, [RowEdit(sprint_id, base_version, values)], check)
        outcome.unless_ok()
        assert outcome.row is not None
        return Saved(row_of(SprintRow, outcome.row), outcome.merged)


def delete_sprint(
    store: Store, actor: Actor, sprint_id: int, base_version: int | None = None, request: str | None = None
) -> str:
    """Delete a sprint that was never started; its tasks go back to the backlog. Returns what `undo` takes back."""
    actor.require(Permission.PLAN_EDIT)
    with store.read() as session:
        sprint = one(session, SprintRow, Sprint, sprint_id)
    if sprint.started_at is not None:
        raise Invalid(
            [Problem(sprint_id, "state", f"{sprint.name} was started; its figures are part of the history")],
            "Close it instead.",
        )
    return removal.remove(store, actor, Sprint, [sprint_id], base_version, request)


def _next_number(session: Session, team_id: int | None) -> int:
    last = sa.select(sa.func.max(Sprint.number)).where(Sprint.team_id.is_not_distinct_from(team_id))
    found = session.scalar(last)
    return 0 if found is None else found + 1
