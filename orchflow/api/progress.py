"""/progress: how far the plan, its flows, efforts, projects and goals are."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from orchflow.api.bodies import answer
from orchflow.api.paging import Id
from orchflow.api.request_context import Reader
from orchflow.encoding import as_json
from orchflow.planning.work import progress

router = APIRouter(tags=["Progress"])


class Progress(BaseModel):
    """Done of everything that is not cancelled: in points where every task has them, else in tasks."""

    unit: Literal["points", "count"]
    done: float
    total: float
    share: float | None = Field(description="From 0 to 1; null where there is nothing to do.")
    tasks: int
    tasks_done: int
    cancelled: int


class FlowProgress(Progress):
    """The progress of a flow of the journey."""

    flow: int


class EffortProgress(Progress):
    """The progress of an effort."""

    effort_id: Id


class ProjectProgress(Progress):
    """The progress of a project."""

    project_id: Id


class GoalProgress(BaseModel):
    """How far a goal has come from its baseline to its target."""

    goal_id: Id
    project_id: Id
    share: float | None = Field(description="From 0 to 1; null where it cannot be told.")
    missing: str = Field(description="Why it cannot be told; else empty.")


class PlanProgress(BaseModel):
    """The progress of everything, as it is now."""

    plan: Progress
    flows: list[FlowProgress]
    efforts: list[EffortProgress]
    projects: list[ProjectProgress]
    goals: list[GoalProgress]


@router.get(
    "/progress", response_model=PlanProgress, operation_id="getProgress", summary="Read the plan's progress"
)
def get_progress(caller: Reader) -> JSONResponse:
    """Done ÷ (all − cancelled) of the plan and its parts; of a goal (current − baseline) ÷ (target − baseline)."""
    now = progress.plan_progress(caller.store, caller.actor)
    parts = {
        "flows": [{"flow": key, **as_json(part)} for key, part in now.flows.items()],
        "efforts": [{"effort_id": key, **as_json(part)} for key, part in now.efforts.items()],
        "projects": [{"project_id": key, **as_json(part)} for key, part in now.projects.items()],
        "goals": list(now.goals.values()),
    }
    return answer({"plan": now.plan, **parts})
