"""Projects: the parts of an effort, numbered like 1.2."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Project, ProjectStatus
from orchflow.planning.work import removal, saving
from orchflow.planning.work.rows import ProjectRow, Saved, chosen, one, page, rows
from orchflow.store.engine import Store


def list_projects(
    store: Store,
    actor: Actor,
    *,
    ids: Collection[int] | None = None,
    effort_id: int | None = None,
    status: Collection[ProjectStatus | str] | None = None,
    owner_id: int | None = None,
    external_source: str | None = None,
    external_ids: Collection[str] | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> list[ProjectRow]:
    """The projects to which every given filter applies, in the plan's order; with `after` (id) or `limit` by id."""
    actor.require(Permission.PLAN_VIEW)
    found = chosen(ProjectRow, Project)
    if ids is not None:
        found = found.where(Project.id.in_(ids))
    if effort_id is not None:
        found = found.where(Project.effort_id == effort_id)
    if status is not None:
        found = found.where(Project.status.in_([ProjectStatus(value) for value in status]))
    if owner_id is not None:
        found = found.where(Project.owner_id == owner_id)
    if external_source is not None:
        found = found.where(Project.external_source == external_source)
    if external_ids is not None:
        found = found.where(Project.external_id.in_(external_ids))
    with store.read() as session:
        return rows(session, ProjectRow, page(found, Project, [Project.position], after, limit))


def get_project(store: Store, actor: Actor, project_id: int) -> ProjectRow:
    """One project; NotFound when there is none."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        return one(session, ProjectRow, Project, project_id)


def create_project(store: Store, actor: Actor, *, request: str | None = None, **fields: Any) -> ProjectRow:
    """Add a project; `number`, `effort_id` and `name` are needed. Invalid names every refused value."""
    return saving.create(store, actor, Project, ProjectRow, fields, request)


def update_project(
    store: Store,
    actor: Actor,
    project_id: int,
    base_version: int,
    changes: Mapping[str, Any],
    request: str | None = None,
) -> Saved[ProjectRow]:
    """Save the changed fields; Invalid, ConflictError or NotFound, and nothing is written."""
    return saving.update(store, actor, Project, ProjectRow, project_id, base_version, changes, request)


def delete_project(
    store: Store, actor: Actor, project_id: int, base_version: int | None = None, request: str | None = None
) -> str:
    """Delete a project with its goals and tasks; returns the request that `undo` takes back."""
    return removal.remove(store, actor, Project, [project_id], base_version, request)
