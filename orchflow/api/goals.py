"""/goals: what a project must reach, measured."""

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
from orchflow.planning.work import goals, projects

router = APIRouter(prefix="/goals", tags=["Goals"])
RowId = Annotated[Id, Path(description="The goal's id.")]
Figure = Annotated[Number, Field(ge=-99_999_999_999, le=99_999_999_999)]


class GoalFields(BaseModel):
    """What may be set of a goal. Figures have at most four decimals."""

    project_id: Id = 0
    name: str = Field("", min_length=1, max_length=300)
    description: str = Field("", max_length=200_000)
    metric: str = Field("", max_length=300, description="What is measured.")
    unit: str = Field("", max_length=40)
    baseline: Figure | None = Field(None, description="The figure before the work began.")
    target: Figure | None = None
    current: Figure | None = None
    due: Day | None = None
    owner_id: Id | None = Field(None, description="The user who answers for it.")
    live_figure: str | None = Field(
        None, max_length=100, description="The figure of this workspace from which `current` is taken."
    )
    position: Number = Field(0.0, description="Its place among the others; the last when left out.")


class NewGoal(GoalFields, Imported, Body):
    """A goal to add."""

    project_id: Id
    name: str = Field(min_length=1, max_length=300)
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "project_id": 1,
                    "name": "Answers within an hour",
                    "metric": "Median time to the first answer",
                    "unit": "min",
                    "baseline": 240,
                    "target": 60,
                }
            ]
        }
    )


class GoalChanges(GoalFields, Imported, Changes):
    """Fields of a goal to change."""


class GoalEdit(Versioned):
    """An edit of a goal."""

    changes: GoalChanges
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 5, "changes": {"current": 72.5}}]})


class Goal(GoalFields, Imported, Edited):
    """A goal as it is stored."""


class GoalPage(Page[Goal]):
    """A page of goals, by id."""


class GoalFilters(Paging):
    """Which goals to list: those to which every given filter applies."""

    effort_id: Id | None = None
    project_id: Id | None = None
    owner_id: Id | None = None
    live: bool | None = Field(None, description="Bound to a live figure, or not.")
    external_source: Words | None = None


class GoalItem(GoalFields, bulk.Item):
    """A goal to add or change; a new one needs `name` and its project."""

    project_external_id: Words | None = Field(
        None, description="Instead of `project_id`, from the same source."
    )


class GoalBulk(bulk.Bulk):
    """Goals by their keys in another program."""

    items: list[GoalItem] = Field(min_length=1, max_length=bulk.MOST)
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "external_source": "jira",
                    "items": [
                        {
                            "external_id": "ORC-9",
                            "project_external_id": "ORC-7",
                            "name": "Answers within an hour",
                        }
                    ],
                }
            ]
        }
    )


@router.get("", response_model=GoalPage, operation_id="listGoals", summary="List goals")
def list_goals(caller: Reader, filters: Annotated[GoalFilters, Query()]) -> JSONResponse:
    """The goals to which every given filter applies, page by page."""
    found = goals.list_goals(
        caller.store, caller.actor, **filters.filters(), after=filters.after(), limit=filters.limit + 1
    )
    return answer(page(found, filters.limit))


@router.post("", status_code=201, response_model=Goal, operation_id="createGoal", summary="Add a goal")
def create_goal(request: Request, caller: Writer, goal: NewGoal) -> JSONResponse:
    """Adds a goal; needs the permission to change the plan."""
    fields = goal.model_dump(exclude_unset=True)
    row = goals.create_goal(caller.store, caller.actor, request=caller.request, **fields)
    return created(request, row)


@router.post(
    "/bulk", response_model=bulk.BulkReport, operation_id="upsertGoals", summary="Add or change many goals"
)
def upsert_goals(caller: Writer, given: GoalBulk) -> JSONResponse:
    """Adds the goals whose external ids are new and changes the others. Sending the same again changes nothing."""
    return answer(
        bulk.upsert(
            caller,
            given.external_source,
            given.items,
            bulk.Doors(goals.list_goals, goals.create_goal, goals.update_goal),
            bulk.pointing(projects.list_projects, "project"),
        )
    )


@router.get("/{goal_id}", response_model=Goal, operation_id="getGoal", summary="Read a goal")
def get_goal(caller: Reader, goal_id: RowId) -> JSONResponse:
    """One goal."""
    return answer(goals.get_goal(caller.store, caller.actor, goal_id))


@router.patch("/{goal_id}", response_model=Goal, operation_id="updateGoal", summary="Change a goal")
def update_goal(caller: Writer, goal_id: RowId, edit: GoalEdit) -> JSONResponse:
    """Saves the changed fields. Fields that others have changed since `version` are merged; the same field conflicts."""
    saved = goals.update_goal(
        caller.store, caller.actor, goal_id, edit.version, edit.changes.given(), request=caller.request
    )
    return answer(saved.row)


@router.delete("/{goal_id}", status_code=204, operation_id="deleteGoal", summary="Delete a goal")
def delete_goal(
    caller: Writer,
    goal_id: RowId,
    guard: Guarded,
) -> Response:
    """Deletes a goal, its tasks stay without one; with a `version` only if nobody has changed it since."""
    goals.get_goal(caller.store, caller.actor, goal_id)
    goals.delete_goal(caller.store, caller.actor, goal_id, guard.version, caller.request)
    return Response(status_code=204)
