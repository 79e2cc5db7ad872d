"""/sprints: planning, starting, closing, reopening them, and their reports."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from orchflow.api.bodies import Guarded, answer, created
from orchflow.api.paging import Id, page
from orchflow.api.request_context import Reader, Writer
from orchflow.api.sprint_bodies import (
    Burndown,
    NewSprint,
    ReportOptions,
    Sprint,
    SprintClose,
    SprintEdit,
    SprintFilters,
    SprintMove,
    SprintPage,
    SprintResult,
    SprintStep,
    Velocity,
    VelocityOptions,
)
from orchflow.encoding import as_json
from orchflow.errors import NotFound
from orchflow.planning.sprints import burndown, sprints, velocity

router = APIRouter(prefix="/sprints", tags=["Sprints"])
RowId = Annotated[Id, Path(description="The sprint's id.")]
Options = Annotated[ReportOptions, Query()]


@router.get("", response_model=SprintPage, operation_id="listSprints", summary="List sprints")
def list_sprints(caller: Reader, filters: Annotated[SprintFilters, Query()]) -> JSONResponse:
    """The sprints to which every given filter applies, page by page."""
    found = sprints.list_sprints(
        caller.store, caller.actor, **filters.filters(), after=filters.after(), limit=filters.limit + 1
    )
    return answer(page(found, filters.limit))


@router.post("", status_code=201, response_model=Sprint, operation_id="createSprint", summary="Plan a sprint")
def create_sprint(request: Request, caller: Writer, sprint: NewSprint) -> JSONResponse:
    """Plans a sprint; needs the permission to change the plan."""
    fields = sprint.model_dump(exclude_unset=True)
    row = sprints.create_sprint(caller.store, caller.actor, request=caller.request, **_days_off(fields))
    return created(request, row)


@router.get(
    "/velocity",
    response_model=Velocity,
    operation_id="getVelocity",
    summary="Read the velocity of closed sprints",
)
def get_velocity(caller: Reader, options: Annotated[VelocityOptions, Query()]) -> JSONResponse:
    """What was done at the close of each sprint, with what was committed, added, removed and carried over."""
    report = velocity.velocity_report(caller.ws, caller.actor, team_id=options.team_id, unit=options.unit)
    return answer(report)


@router.get("/{sprint_id}", response_model=Sprint, operation_id="getSprint", summary="Read a sprint")
def get_sprint(caller: Reader, sprint_id: RowId) -> JSONResponse:
    """One sprint."""
    return answer(sprints.get_sprint(caller.store, caller.actor, sprint_id))


@router.patch("/{sprint_id}", response_model=Sprint, operation_id="updateSprint", summary="Change a sprint")
def update_sprint(caller: Writer, sprint_id: RowId, edit: SprintEdit) -> JSONResponse:
    """Saves the changed fields. Fields that others have changed since `version` are merged; the same field conflicts."""
    changes = _days_off(edit.changes.given())
    saved = sprints.update_sprint(
        caller.store, caller.actor, sprint_id, edit.version, changes, request=caller.request
    )
    return answer(saved.row)


@router.delete("/{sprint_id}", status_code=204, operation_id="deleteSprint", summary="Delete a sprint")
def delete_sprint(caller: Writer, sprint_id: RowId, guard: Guarded) -> Response:
    """Deletes a sprint that was never started; its tasks go back to the backlog."""
    sprints.delete_sprint(caller.store, caller.actor, sprint_id, guard.version, caller.request)
    return Response(status_code=204)


@router.post(
    "/{sprint_id}/start", response_model=SprintMove, operation_id="startSprint", summary="Start a sprint"
)
def start_sprint(caller: Writer, sprint_id: RowId, step: SprintStep) -> JSONResponse:
    """Starts a planned sprint now; what it holds at this instant is what is committed."""
    return _moved(sprints.start_sprint(caller.store, caller.actor, sprint_id, step.version, caller.request))


@router.post(
    "/{sprint_id}/close", response_model=SprintMove, operation_id="closeSprint", summary="Close a sprint"
)
def close_sprint(caller: Writer, sprint_id: RowId, step: SprintClose) -> JSONResponse:
    """Closes a running sprint now; unfinished tasks go to the sprint `carry_over_to`, or back to the backlog."""
    return _moved(
        sprints.close_sprint(
            caller.store, caller.actor, sprint_id, step.carry_over_to, step.version, caller.request
        )
    )


@router.post(
    "/{sprint_id}/reopen", response_model=SprintMove, operation_id="reopenSprint", summary="Reopen a sprint"
)
def reopen_sprint(caller: Writer, sprint_id: RowId, step: SprintStep) -> JSONResponse:
    """Lets a closed sprint go on; what its close carried over comes back."""
    return _moved(sprints.reopen_sprint(caller.store, caller.actor, sprint_id, step.version, caller.request))


@router.get(
    "/{sprint_id}/burndown",
    response_model=Burndown,
    operation_id="getBurndown",
    summary="Read a sprint's burndown",
)
def get_burndown(caller: Reader, sprint_id: RowId, options: Options) -> JSONResponse:
    """Scope and remaining at the end of each day, both ideal lines, and every change of scope after the start."""
    report = burndown.burndown_report(caller.ws, caller.actor, sprint_id, unit=options.unit)
    return JSONResponse(report.as_json())


@router.get(
    "/{sprint_id}/velocity",
    response_model=SprintResult,
    operation_id="getSprintVelocity",
    summary="Read what became of a sprint",
)
def get_sprint_velocity(caller: Reader, sprint_id: RowId, options: Options) -> JSONResponse:
    """What was committed, added, removed, done and carried over by the close of a sprint; 404 until it is closed."""
    report = velocity.velocity_report(caller.ws, caller.actor, unit=options.unit)
    for result in report.sprints:
        if result.sprint_id == sprint_id:
            return answer(result)
    sprint = sprints.get_sprint(caller.store, caller.actor, sprint_id)
    raise NotFound(f"{sprint.name} is {sprint.state}; it has a velocity once it is closed", "Close it first.")


def _moved(move: sprints.SprintMove) -> JSONResponse:
    return JSONResponse({"sprint": as_json(move.sprint), "request": move.request, "tasks": list(move.tasks)})


def _days_off(fields: dict[str, Any]) -> dict[str, Any]:
    """The same, with the people in `days_off` by number; JSON knows only text as keys."""
    if fields.get("days_off"):
        fields["days_off"] = {int(person): days for person, days in fields["days_off"].items()}
    return fields
