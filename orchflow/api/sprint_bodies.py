"""What requests and answers about sprints hold."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Body, Changes, Day, Edited, Instant, Number, Versioned
from orchflow.api.paging import Id, Page, Paging
from orchflow.planning.tables import SprintState

UserKey = Annotated[str, Field(pattern="^[1-9][0-9]{0,14}$")]
Unit = Literal["points", "count", "hours"]


class SprintFields(BaseModel):
    """What may be set of a sprint; its state changes by starting, closing and reopening it."""

    team_id: Id | None = Field(None, description="The team it is of; null for everybody.")
    number: int = Field(0, ge=0, le=9999, description="Unique for the team; the next one when left out.")
    name: str = Field("", min_length=1, max_length=200)
    goal: str = Field("", max_length=200_000)
    start: Day | None = Field(None, description="Its first day.")
    end: Day | None = Field(None, description="Its last day.")
    focus: Annotated[Number, Field(ge=0.01, le=1)] = Field(
        0.8, description="The share of a day that goes into the plan, with at most two decimals."
    )
    days_off: dict[UserKey, Annotated[Number, Field(ge=0, le=366)]] = Field(
        {}, max_length=200, description="Days off by user id."
    )
    members: list[Id] = Field([], max_length=200, description="The users who work in it.")


class NewSprint(SprintFields, Body):
    """A sprint to plan."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "team_id": None,
                    "start": "2026-12-01",
                    "end": "2026-12-14",
                    "members": [7],
                    "days_off": {"7": 1.5},
                }
            ]
        }
    )


class SprintChanges(SprintFields, Changes):
    """Fields of a sprint to change."""


class SprintEdit(Versioned):
    """An edit of a sprint."""

    changes: SprintChanges
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 1, "changes": {"goal": "A first answer"}}]}
    )


class Sprint(SprintFields, Edited):
    """A sprint as it is stored."""

    state: SprintState
    started_at: Instant | None
    closed_at: Instant | None


class SprintPage(Page[Sprint]):
    """A page of sprints, by id."""


class SprintFilters(Paging):
    """Which sprints to list: those to which every given filter applies."""

    team_id: Id | Literal["none"] | None = Field(None, description="`none`: of no team.")
    state: list[SprintState] | None = Field(None, description="Any of these; repeat the parameter.")


class SprintStep(Body):
    """A step in a sprint's life; with a `version` only if nobody has changed the sprint since."""

    version: int | None = Field(None, ge=1, le=2**31 - 1)
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 2}]})


class SprintClose(SprintStep):
    """The close of a sprint."""

    carry_over_to: Id | None = Field(
        None, description="The sprint that takes the unfinished tasks; null: they go back to the backlog."
    )


class SprintMove(BaseModel):
    """What starting, closing or reopening did."""

    sprint: Sprint
    request: str
    tasks: list[Id] = Field(description="The tasks that moved with it.")


class ReportOptions(BaseModel):
    """How a report counts; other parameters are refused."""

    model_config = ConfigDict(extra="forbid")

    unit: Unit = Field("points", description="What is counted of the tasks.")


class VelocityOptions(ReportOptions):
    """Of which sprints, and how the report counts."""

    team_id: Id | None = Field(None, description="Of this team; of all when left out.")


class BurndownScopeChange(BaseModel):
    """One task that joined or left the sprint after its start, or was estimated anew."""

    task: Id
    change: Literal["added", "removed", "re-estimated"]
    points: float = Field(description="By how much the scope changed, in the unit of the report.")
    by: str
    occurred_at: Instant


class BurndownDay(BaseModel):
    """How the sprint stood at the end of a day; null for days to come and after the close."""

    day: Day
    scope: float | None
    remaining: float | None
    ideal_committed: float | None
    ideal_rebaselined: float | None
    scope_changes: list[BurndownScopeChange]


class Burndown(BaseModel):
    """A sprint's burndown; without days while it has not been started."""

    start: Instant | None
    planned_end: Day | None
    closed: Instant | None
    unit: Unit
    days: list[BurndownDay]


class SprintResult(BaseModel):
    """What became of a sprint: committed + added − removed + re_estimated = done + carried_over."""

    sprint_id: Id
    number: int
    name: str
    team_id: Id | None
    started_at: Instant
    closed_at: Instant | None
    committed: float
    added: float
    removed: float
    re_estimated: float
    done: float = Field(description="The sprint's velocity.")
    carried_over: float
    done_committed: float
    unplanned: float
    predictability: float | None = Field(description="done_committed as a share of committed.")


class Velocity(BaseModel):
    """The closed sprints in the order in which they were closed, and the mean of the last three."""

    unit: Unit
    sprints: list[SprintResult]
    average: float | None
    computed_at: Instant
