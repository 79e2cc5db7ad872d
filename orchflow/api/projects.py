"""/projects: the parts of an effort, numbered like 1.2."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api import bulk
from orchflow.api.bodies import (
    Body,
    Changes,
    Day,
    Edited,
    Guarded,
    Imported,
    Number,
    Versioned,
    answer,
    created,
)
from orchflow.api.paging import Id, Page, Paging, Words, page
from orchflow.api.request_context import Reader, Writer
from orchflow.planning.tables import ProjectStatus
from orchflow.planning.work import efforts, projects

router = APIRouter(prefix="/projects", tags=["Projects"])
RowId = Annotated[Id, Path(description="The project's id.")]


class ProjectFields(BaseModel):
    """What may be set of a project."""

    number: str = Field("", min_length=1, max_length=20, description="Like 1.2, unique.", examples=["1.2"])
    effort_id: Id = 0
    name: str = Field("", min_length=1, max_length=200)
    description: str = Field("", max_length=200_000)
    owner_id: Id | None = Field(None, description="The user who answers for it.")
    status: Annotated[ProjectStatus, Field(strict=False)] = ProjectStatus.NOT_STARTED
    start: Day | None = None
    due: Day | None = None
    position: Number = Field(0.0, description="Its place among the others; the last when left out.")


class NewProject(ProjectFields, Imported, Body):
    """A project to add."""

    number: str = Field(min_length=1, max_length=20, description="Like 1.2, unique.")
    effort_id: Id
    name: str = Field(min_length=1, max_length=200)
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"number": "1.2", "effort_id": 1, "name": "A first agent for support"}]
        }
    )


class ProjectChanges(ProjectFields, Imported, Changes):
    """Fields of a project to change."""


class ProjectEdit(Versioned):
    """An edit of a project."""

    changes: ProjectChanges
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 2, "changes": {"due": "2026-12-04"}}]}
    )


class Project(ProjectFields, Imported, Edited):
    """A project as it is stored."""


class ProjectPage(Page[Project]):
    """A page of projects, by id."""


class ProjectFilters(Paging):
    """Which projects to list: those to which every given filter applies."""

    effort_id: Id | None = None
    status: list[ProjectStatus] | None = Field(None, description="Any of these; repeat the parameter.")
    owner_id: Id | None = None
    external_source: Words | None = None


class ProjectItem(ProjectFields, bulk.Item):
    """A project to add or change; a new one needs `number`, `name` and its effort."""

    effort_external_id: Words | None = Field(
        None, description="Instead of `effort_id`, from the same source."
    )


class ProjectBulk(bulk.Bulk):
    """Projects by their keys in another program."""

    items: list[ProjectItem] = Field(min_length=1, max_length=bulk.MOST)
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "external_source": "jira",
                    "items": [
                        {
                            "external_id": "ORC-7",
                            "effort_external_id": "ORC-1",
                            "number": "1.2",
                            "name": "A first agent for support",
                        }
                    ],
                }
            ]
        }
    )


@router.get("", response_model=ProjectPage, operation_id="listProjects", summary="List projects")
def list_projects(caller: Reader, filters: Annotated[ProjectFilters, Query()]) -> JSONResponse:
    """The projects to which every given filter applies, page by page."""
    found = projects.list_projects(
        caller.store, caller.actor, **filters.filters(), after=filters.after(), limit=filters.limit + 1
    )
    return answer(page(found, filters.limit))


@router.post(
    "", status_code=201, response_model=Project, operation_id="createProject", summary="Add a project"
)
def create_project(request: Request, caller: Writer, project: NewProject) -> JSONResponse:
    """Adds a project; needs the permission to change the plan."""
    fields = project.model_dump(exclude_unset=True)
    row = projects.create_project(caller.store, caller.actor, request=caller.request, **fields)
    return created(request, row)


@router.post(
    "/bulk",
    response_model=bulk.BulkReport,
    operation_id="upsertProjects",
    summary="Add or change many projects",
)
def upsert_projects(caller: Writer, given: ProjectBulk) -> JSONResponse:
    """Adds the projects whose external ids are new and changes the others. Sending the same again changes nothing."""
    return answer(
        bulk.upsert(
            caller,
            given.external_source,
            given.items,
            bulk.Doors(projects.list_projects, projects.create_project, projects.update_project),
            bulk.pointing(efforts.list_efforts, "effort"),
        )
    )


@router.get("/{project_id}", response_model=Project, operation_id="getProject", summary="Read a project")
def get_project(caller: Reader, project_id: RowId) -> JSONResponse:
    """One project."""
    return answer(projects.get_project(caller.store, caller.actor, project_id))


@router.patch(
    "/{project_id}", response_model=Project, operation_id="updateProject", summary="Change a project"
)
def update_project(caller: Writer, project_id: RowId, edit: ProjectEdit) -> JSONResponse:
    """Saves the changed fields. Fields that others have changed since `version` are merged; the same field conflicts."""
    saved = projects.update_project(
        caller.store, caller.actor, project_id, edit.version, edit.changes.given(), request=caller.request
    )
    return answer(saved.row)


@router.delete("/{project_id}", status_code=204, operation_id="deleteProject", summary="Delete a project")
def delete_project(
    caller: Writer,
    project_id: RowId,
    guard: Guarded,
) -> Response:
    """Deletes a project with its goals and tasks; with a `version` only if nobody has changed it since."""
    projects.get_project(caller.store, caller.actor, project_id)
    projects.delete_project(caller.store, caller.actor, project_id, guard.version, caller.request)
    return Response(status_code=204)
