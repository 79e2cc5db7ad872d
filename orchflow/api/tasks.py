"""/tasks: the work itself, and what happened to it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from orchflow.api import bulk
from orchflow.api.bodies import Guarded, answer, created
from orchflow.api.paging import Id, Paging, page, page_in_order
from orchflow.api.request_context import Reader, Writer
from orchflow.api.task_bodies import (
    NewTask,
    Task,
    TaskBulk,
    TaskChangePage,
    TaskEdit,
    TaskFilters,
    TaskPage,
)
from orchflow.api.task_bulk import upsert
from orchflow.planning import history
from orchflow.planning.work import tasks

router = APIRouter(prefix="/tasks", tags=["Tasks"])
RowId = Annotated[Id, Path(description="The task's id.")]


@router.get("", response_model=TaskPage, operation_id="listTasks", summary="List tasks")
def list_tasks(caller: Reader, filters: Annotated[TaskFilters, Query()]) -> JSONResponse:
    """The tasks to which every given filter applies, page by page."""
    found = tasks.list_tasks(
        caller.store, caller.actor, **filters.filters(), after=filters.after(), limit=filters.limit + 1
    )
    return answer(page(found, filters.limit))


@router.post("", status_code=201, response_model=Task, operation_id="createTask", summary="Add a task")
def create_task(request: Request, caller: Writer, task: NewTask) -> JSONResponse:
    """Adds a task; needs the permission to change the plan."""
    fields = task.model_dump(exclude_unset=True)
    row = tasks.create_task(caller.store, caller.actor, request=caller.request, **fields)
    return created(request, row)


@router.post(
    "/bulk", response_model=bulk.BulkReport, operation_id="upsertTasks", summary="Add or change many tasks"
)
def upsert_tasks(caller: Writer, given: TaskBulk) -> JSONResponse:
    """Adds the tasks whose external ids are new and changes the others, with their past where it is given.

    Every good row is stored, every other one is told with its reason. Sending the same again changes nothing.
    """
    return answer(upsert(caller, given.external_source, given.items))


@router.get("/{task_id}", response_model=Task, operation_id="getTask", summary="Read a task")
def get_task(caller: Reader, task_id: RowId) -> JSONResponse:
    """One task."""
    return answer(tasks.get_task(caller.store, caller.actor, task_id))


@router.patch("/{task_id}", response_model=Task, operation_id="updateTask", summary="Change a task")
def update_task(caller: Writer, task_id: RowId, edit: TaskEdit) -> JSONResponse:
    """Saves the changed fields. Fields that others have changed since `version` are merged; the same field conflicts.

    Members may change status, blocked_reason, logged_hours, description and labels of tasks assigned to them.
    """
    saved = tasks.update_task(
        caller.store, caller.actor, task_id, edit.version, edit.changes.given(), request=caller.request
    )
    return answer(saved.row)


@router.delete("/{task_id}", status_code=204, operation_id="deleteTask", summary="Delete a task")
def delete_task(
    caller: Writer,
    task_id: RowId,
    guard: Guarded,
) -> Response:
    """Deletes a task with its subtasks; with a `version` only if nobody has changed it since."""
    tasks.get_task(caller.store, caller.actor, task_id)
    tasks.delete_task(caller.store, caller.actor, task_id, guard.version, caller.request)
    return Response(status_code=204)


@router.get(
    "/{task_id}/changes",
    response_model=TaskChangePage,
    operation_id="listTaskChanges",
    summary="Read a task's history",
)
def list_changes(caller: Reader, task_id: RowId, paging: Annotated[Paging, Query()]) -> JSONResponse:
    """Everything that happened to a task, oldest first; also to one that was deleted."""
    events = history.task_events(caller.store, caller.actor, task_id)
    if not events:
        tasks.get_task(caller.store, caller.actor, task_id)
    shown = page_in_order(events, paging)
    for event in shown["items"]:
        del event["task_id"]
    return answer(shown)
