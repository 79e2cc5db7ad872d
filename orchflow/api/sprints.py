"""/sprints: planning, starting, closing, reopening them, and their reports."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import Field, create_model

from orchflow.api.bodies import answer
from orchflow.api.entities import entity_router
from orchflow.api.models import models_of
from orchflow.api.paging import Id
from orchflow.api.request_context import Reader, Writer
from orchflow.api.sprint_bodies import (
    Burndown,
    ReportOptions,
    SprintClose,
    SprintResult,
    SprintStart,
    SprintStep,
    Velocity,
    VelocityOptions,
)
from orchflow.encoding import as_json
from orchflow.errors import NotFound
from orchflow.planning.sprints import burndown, sprints, velocity

RowId = Annotated[Id, Path(description="The sprint's id.")]
Options = Annotated[ReportOptions, Query()]


reports = APIRouter(prefix="/sprints", tags=["Sprints"])


@reports.get(
    "/velocity",
    response_model=Velocity,
    operation_id="getVelocity",
    summary="Read the velocity of closed sprints",
)
def get_velocity(caller: Reader, options: Annotated[VelocityOptions, Query()]) -> JSONResponse:
    """What was done at the close of each sprint, with what was committed, added, removed and carried over."""
    report = velocity.velocity_report(caller.ws, caller.actor, team_id=options.team_id, unit=options.unit)
    return answer(report)


MODELS = models_of(
    sprints.SPRINTS,
    {
        "new": {
            "team_id": None,
            "start": "2026-12-01",
            "end": "2026-12-14",
            "members": [7],
            "days_off": {"7": 1.5},
        },
        "edit": {"version": 1, "changes": {"goal": "A first answer"}},
    },
)
router = entity_router(
    sprints.SPRINTS,
    MODELS,
    deletes=" that was never started; its tasks go back to the backlog",
)
SprintMove: Any = create_model(
    "SprintMove",
    __doc__="What starting, closing or reopening did.",
    sprint=(MODELS.stored, ...),
    request=(str, ...),
    tasks=(list[Id], Field(description="The tasks that moved with it.")),
)


@router.post(
    "/{sprint_id}/start", response_model=SprintMove, operation_id="startSprint", summary="Start a sprint"
)
def start_sprint(caller: Writer, sprint_id: RowId, step: SprintStart) -> JSONResponse:
    """Starts a planned sprint now; what it holds at this instant is what is committed. Before its first day: with `early`."""
    return _moved(
        sprints.start_sprint(
            caller.store, caller.actor, sprint_id, step.version, caller.request, early=step.early
        )
    )  # fmt: skip


@router.post(
    "/{sprint_id}/close", response_model=SprintMove, operation_id="closeSprint", summary="Close a sprint"
)
def close_sprint(caller: Writer, sprint_id: RowId, step: SprintClose) -> JSONResponse:
    """Closes a running sprint now; unfinished tasks go to the sprint `carry_over_to`, or back to the backlog. Before its
    last day: with `early`."""
    return _moved(
        sprints.close_sprint(
            caller.store, caller.actor, sprint_id, step.carry_over_to, step.version, caller.request,
            early=step.early,
        )
    )  # fmt: skip


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
