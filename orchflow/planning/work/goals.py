"""Goals: what a project must reach, measured."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Goal, Project
from orchflow.planning.work import removal, saving
from orchflow.planning.work.rows import GoalRow, Saved, chosen, one, page, rows
from orchflow.store.engine import Store


def list_goals(
    store: Store,
    actor: Actor,
    *,
    ids: Collection[int] | None = None,
    effort_id: int | None = None,
    project_id: int | None = None,
    owner_id: int | None = None,
    live: bool | None = None,
    external_source: str | None = None,
    external_ids: Collection[str] | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> list[GoalRow]:
    """The goals to which every given filter applies, in the plan's order; with `after` (id) or `limit` by id.

    `live`: bound to a live figure, or not.
    """
    actor.require(Permission.PLAN_VIEW)
    found = chosen(GoalRow, Goal)
    if ids is not None:
        found = found.where(Goal.id.in_(ids))
    if effort_id is not None:
        found = found.where(Goal.project_id.in_(sa.select(Project.id).where(Project.effort_id == effort_id)))
    if project_id is not None:
        found = found.where(Goal.project_id == project_id)
    if owner_id is not None:
        found = found.where(Goal.owner_id == owner_id)
    if live is not None:
        found = found.where(Goal.live_figure.is_not(None) if live else Goal.live_figure.is_(None))
    if external_source is not None:
        found = found.where(Goal.external_source == external_source)
    if external_ids is not None:
        found = found.where(Goal.external_id.in_(external_ids))
    with store.read() as session:
        return rows(session, GoalRow, page(found, Goal, [Goal.position], after, limit))


def get_goal(store: Store, actor: Actor, goal_id: int) -> GoalRow:
    """One goal; NotFound when there is none."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        return one(session, GoalRow, Goal, goal_id)


def create_goal(store: Store, actor: Actor, *, request: str | None = None, **fields: Any) -> GoalRow:
    """Add a goal; `project_id` and `name` are needed. Invalid names every refused value."""
    return saving.create(store, actor, Goal, GoalRow, fields, request)


def update_goal(
    store: Store,
    actor: Actor,
    goal_id: int,
    base_version: int,
    changes: Mapping[str, Any],
    request: str | None = None,
) -> Saved[GoalRow]:
    """Save the changed fields; Invalid, ConflictError or NotFound, and nothing is written."""
    return saving.update(store, actor, Goal, GoalRow, goal_id, base_version, changes, request)


def delete_goal(
    store: Store, actor: Actor, goal_id: int, base_version: int | None = None, request: str | None = None
) -> str:
    """Delete a goal; its tasks stay without one. Returns the request that `undo` takes back."""
    return removal.remove(store, actor, Goal, [goal_id], base_version, request)
