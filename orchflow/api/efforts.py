"""/efforts: the big undertakings of the journey."""

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
from orchflow.planning.tables import EffortStatus
from orchflow.planning.work import efforts

router = APIRouter(prefix="/efforts", tags=["Efforts"])
RowId = Annotated[Id, Path(description="The effort's id.")]


class EffortFields(BaseModel):
    """What may be set of an effort."""

    number: int = Field(0, ge=0, le=9999, description="Its number in the plan, unique.")
    name: str = Field("", min_length=1, max_length=200)
    description: str = Field("", max_length=200_000)
    owner_id: Id | None = Field(None, description="The user who answers for it.")
    status: Annotated[EffortStatus, Field(strict=False)] = EffortStatus.NOT_STARTED
    flow: int | None = Field(None, ge=1, le=6, description="The flow of the journey it belongs to.")
    target_start: Day | None = None
    target_end: Day | None = None
    position: Number = Field(0.0, description="Its place among the others; the last when left out.")


class NewEffort(EffortFields, Imported, Body):
    """An effort to add."""

    number: int = Field(ge=0, le=9999, description="Its number in the plan, unique.")
    name: str = Field(min_length=1, max_length=200)
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"number": 1, "name": "First agents", "flow": 1, "target_end": "2026-12-18"}]
        }
    )


class EffortChanges(EffortFields, Imported, Changes):
    """Fields of an effort to change."""


class EffortEdit(Versioned):
    """An edit of an effort."""

    changes: EffortChanges
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 3, "changes": {"status": "in_progress"}}]}
    )


class Effort(EffortFields, Imported, Edited):
    """An effort as it is stored."""


class EffortPage(Page[Effort]):
    """A page of efforts, by id."""


class EffortFilters(Paging):
    """Which efforts to list: those to which every given filter applies."""

    status: list[EffortStatus] | None = Field(None, description="Any of these; repeat the parameter.")
    flow: int | None = Field(None, ge=1, le=6)
    owner_id: Id | None = None
    external_source: Words | None = None


class EffortItem(EffortFields, bulk.Item):
    """An effort to add or change; a new one needs `number` and `name`."""


class EffortBulk(bulk.Bulk):
    """Efforts by their keys in another program."""

    items: list[EffortItem] = Field(min_length=1, max_length=bulk.MOST)
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "external_source": "jira",
                    "items": [{"external_id": "ORC-1", "number": 1, "name": "First agents"}],
                }
            ]
        }
    )


@router.get("", response_model=EffortPage, operation_id="listEfforts", summary="List efforts")
def list_efforts(caller: Reader, filters: Annotated[EffortFilters, Query()]) -> JSONResponse:
    """The efforts to which every given filter applies, page by page."""
    found = efforts.list_efforts(
        caller.store, caller.actor, **filters.filters(), after=filters.after(), limit=filters.limit + 1
    )
    return answer(page(found, filters.limit))


@router.post("", status_code=201, response_model=Effort, operation_id="createEffort", summary="Add an effort")
def create_effort(request: Request, caller: Writer, effort: NewEffort) -> JSONResponse:
    """Adds an effort; needs the permission to change the plan."""
    fields = effort.model_dump(exclude_unset=True)
    row = efforts.create_effort(caller.store, caller.actor, request=caller.request, **fields)
    return created(request, row)


@router.post(
    "/bulk",
    response_model=bulk.BulkReport,
    operation_id="upsertEfforts",
    summary="Add or change many efforts",
)
def upsert_efforts(caller: Writer, given: EffortBulk) -> JSONResponse:
    """Adds the efforts whose external ids are new and changes the others. Sending the same again changes nothing."""
    return answer(
        bulk.upsert(
            caller,
            given.external_source,
            given.items,
            bulk.Doors(efforts.list_efforts, efforts.create_effort, efforts.update_effort),
        )
    )


@router.get("/{effort_id}", response_model=Effort, operation_id="getEffort", summary="Read an effort")
def get_effort(caller: Reader, effort_id: RowId) -> JSONResponse:
    """One effort."""
    return answer(efforts.get_effort(caller.store, caller.actor, effort_id))


@router.patch("/{effort_id}", response_model=Effort, operation_id="updateEffort", summary="Change an effort")
def update_effort(caller: Writer, effort_id: RowId, edit: EffortEdit) -> JSONResponse:
    """Saves the changed fields. Fields that others have changed since `version` are merged; the same field conflicts."""
    saved = efforts.update_effort(
        caller.store, caller.actor, effort_id, edit.version, edit.changes.given(), request=caller.request
    )
    return answer(saved.row)


@router.delete("/{effort_id}", status_code=204, operation_id="deleteEffort", summary="Delete an effort")
def delete_effort(
    caller: Writer,
    effort_id: RowId,
    guard: Guarded,
) -> Response:
    """Deletes an effort with its projects, goals and tasks; with a `version` only if nobody has changed it since."""
    efforts.get_effort(caller.store, caller.actor, effort_id)
    efforts.delete_effort(caller.store, caller.actor, effort_id, guard.version, caller.request)
    return Response(status_code=204)
