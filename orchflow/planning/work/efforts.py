"""Efforts: the big undertakings of the journey."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Effort, EffortStatus
from orchflow.planning.work import removal, saving
from orchflow.planning.work.rows import EffortRow, Saved, chosen, one, page, rows
from orchflow.store.engine import Store


def list_efforts(
    store: Store,
    actor: Actor,
    *,
    ids: Collection[int] | None = None,
    status: Collection[EffortStatus | str] | None = None,
    flow: int | None = None,
    owner_id: int | None = None,
    external_source: str | None = None,
    external_ids: Collection[str] | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> list[EffortRow]:
    """The efforts to which every given filter applies, in the plan's order; with `after` (id) or `limit` by id."""
    actor.require(Permission.PLAN_VIEW)
    found = chosen(EffortRow, Effort)
    if ids is not None:
        found = found.where(Effort.id.in_(ids))
    if status is not None:
        found = found.where(Effort.status.in_([EffortStatus(value) for value in status]))
    if flow is not None:
        found = found.where(Effort.flow == flow)
    if owner_id is not None:
        found = found.where(Effort.owner_id == owner_id)
    if external_source is not None:
        found = found.where(Effort.external_source == external_source)
    if external_ids is not None:
        found = found.where(Effort.external_id.in_(external_ids))
    with store.read() as session:
        return rows(session, EffortRow, page(found, Effort, [Effort.position], after, limit))


def get_effort(store: Store, actor: Actor, effort_id: int) -> EffortRow:
    """One effort; NotFound when there is none."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        return one(session, EffortRow, Effort, effort_id)


def create_effort(store: Store, actor: Actor, *, request: str | None = None, **fields: Any) -> EffortRow:
    """Add an effort; `number` and `name` are needed. Invalid names every refused value."""
    return saving.create(store, actor, Effort, EffortRow, fields, request)


def update_effort(
    store: Store,
    actor: Actor,
    effort_id: int,
    base_version: int,
    changes: Mapping[str, Any],
    request: str | None = None,
) -> Saved[EffortRow]:
    """Save the changed fields; Invalid, ConflictError or NotFound, and nothing is written."""
    return saving.update(store, actor, Effort, EffortRow, effort_id, base_version, changes, request)


def delete_effort(
    store: Store, actor: Actor, effort_id: int, base_version: int | None = None, request: str | None = None
) -> str:
    """Delete an effort with its projects, goals and tasks; returns the request that `undo` takes back."""
    return removal.remove(store, actor, Effort, [effort_id], base_version, request)
