"""What requests and answers about sprints hold."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Body, Day, Instant
from orchflow.api.paging import Id

Unit = Literal["points", "count", "hours"]


class SprintStep(Body):
    """A step in a sprint's life; with a `version` only if nobody has changed the sprint since."""

    version: int | None = Field(None, ge=1, le=2**31 - 1)
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 2}]})


class SprintStart(SprintStep):
    """The start of a sprint."""

    early: bool = Field(
        False, description="To start it before its first day; without this that is refused (422)."
    )


class SprintClose(SprintStep):
    """The close of a sprint."""

    early: bool = Field(
        False, description="To close it before its last day; without this that is refused (422)."
    )
    carry_over_to: Id | None = Field(
        None, description="The sprint that takes the unfinished tasks; null: they go back to the backlog."
    )


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
    committed: float = Field(
        description="The scope at the start, at which the committed ideal begins; it never changes."
    )
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
