"""/dependencies: which task waits for which."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Body, Changes, Guarded, Stored, Versioned, answer, created
from orchflow.api.paging import Id, Page, Paging, page
from orchflow.api.request_context import Reader, Writer
from orchflow.planning.tables import DependencyKind
from orchflow.planning.work import dependencies

router = APIRouter(prefix="/dependencies", tags=["Dependencies"])
RowId = Annotated[Id, Path(description="The dependency's id.")]
Kind = Annotated[DependencyKind, Field(strict=False)]


class DependencyFields(BaseModel):
    """How a task waits: `fs` finish to start, `ss` start to start, `ff` finish to finish, `sf` start to finish."""

    kind: Kind = DependencyKind.FINISH_TO_START
    lag_days: int = Field(0, ge=-365, le=365, description="Working days to wait longer; negative: shorter.")


class NewDependency(DependencyFields, Body):
    """A dependency to add: `task_id` waits for `depends_on_id`."""

    task_id: Id
    depends_on_id: Id
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"task_id": 12, "depends_on_id": 11, "kind": "fs", "lag_days": 2}]}
    )


class DependencyChanges(DependencyFields, Changes):
    """Fields of a dependency to change; whom it ties does not change."""


class DependencyEdit(Versioned):
    """An edit of a dependency."""

    changes: DependencyChanges
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1, "changes": {"lag_days": 5}}]})


class Dependency(DependencyFields, Stored):
    """A dependency as it is stored."""

    task_id: Id
    depends_on_id: Id


class DependencyPage(Page[Dependency]):
    """A page of dependencies, by id."""


class DependencyFilters(Paging):
    """Which dependencies to list."""

    task_id: Id | None = Field(None, description="Those at either end of this task.")
    project_id: Id | None = Field(None, description="Those of the tasks of this project.")


@router.get("", response_model=DependencyPage, operation_id="listDependencies", summary="List dependencies")
def list_dependencies(caller: Reader, filters: Annotated[DependencyFilters, Query()]) -> JSONResponse:
    """The dependencies to which every given filter applies, page by page."""
    found = dependencies.list_dependencies(
        caller.store, caller.actor, **filters.filters(), after=filters.after(), limit=filters.limit + 1
    )
    return answer(page(found, filters.limit))


@router.post(
    "",
    status_code=201,
    response_model=Dependency,
    operation_id="createDependency",
    summary="Add a dependency",
)
def create_dependency(request: Request, caller: Writer, dependency: NewDependency) -> JSONResponse:
    """Lets a task wait for another one. A ring is refused with its path named."""
    fields = dependency.model_dump(exclude_unset=True)
    row = dependencies.add_dependency(caller.store, caller.actor, request=caller.request, **fields)
    return created(request, row)


@router.get(
    "/{dependency_id}", response_model=Dependency, operation_id="getDependency", summary="Read a dependency"
)
def get_dependency(caller: Reader, dependency_id: RowId) -> JSONResponse:
    """One dependency."""
    return answer(dependencies.get_dependency(caller.store, caller.actor, dependency_id))


@router.patch(
    "/{dependency_id}",
    response_model=Dependency,
    operation_id="updateDependency",
    summary="Change a dependency",
)
def update_dependency(caller: Writer, dependency_id: RowId, edit: DependencyEdit) -> JSONResponse:
    """Saves a changed `kind` or `lag_days`."""
    saved = dependencies.update_dependency(
        caller.store, caller.actor, dependency_id, edit.version, edit.changes.given(), request=caller.request
    )
    return answer(saved.row)


@router.delete(
    "/{dependency_id}", status_code=204, operation_id="deleteDependency", summary="Delete a dependency"
)
def delete_dependency(caller: Writer, dependency_id: RowId, guard: Guarded) -> Response:
    """Unties two tasks; with a `version` only if nobody has changed the dependency since."""
    dependencies.get_dependency(caller.store, caller.actor, dependency_id)
    dependencies.remove_dependency(caller.store, caller.actor, dependency_id, guard.version, caller.request)
    return Response(status_code=204)
