"""/ledger: what the parts of the plan cost, every amount once; and by when an effort is done at what cost."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow import clock
from orchflow.api.bodies import Day, Instant, read_day
from orchflow.api.paging import Id
from orchflow.api.request_context import Reader
from orchflow.encoding import as_json
from orchflow.insights.joint_forecast import joint_forecast
from orchflow.insights.ledger import KINDS, LineKind, read_ledger
from orchflow.metrics.filters import month_to_date
from orchflow.people.permissions import Permission

router = APIRouter(prefix="/ledger", tags=["Costs"])
Amount = Annotated[float, Field(description="In the workspace's currency.")]


class LedgerLine(BaseModel):
    """A line: its cost with everything under it, and what of that is its own."""

    kind: LineKind
    effort_id: int | None
    project_id: int | None
    goal_id: int | None
    task_id: int | None
    team_id: int | None
    number: str | None
    name: str | None
    tasks: int
    tasks_done: int
    points: float | None
    points_done: float | None
    hours: float | None = Field(description="Logged in the period.")
    unpriced_hours: float | None = Field(
        description="Those of them without an hourly rate, which are in no cost."
    )
    llm: Amount
    infrastructure: Amount
    development: Amount
    operations: Amount
    cost: Amount
    own: float = Field(description="What of the cost stands under nothing else.")
    in_part: bool = Field(description="Whether the rest is in the line of small groups.")


class Ledger(BaseModel):
    """The lines of a period; efforts, teams, nobody and small groups add up to the total."""

    start: Day
    end: Day
    currency: str
    unconverted: int = Field(description="Amounts that are in no sum, for want of a rate of exchange.")
    unpriced_calls: int | None = Field(
        description="Calls that are in no sum, for want of a price; null where that may not be told."
    )
    computed_at: Instant
    withheld: str = Field(description="What is put together or not told, and why.")
    items: list[LedgerLine]


class EachAlone(BaseModel):
    """The day and the cost that hold each for itself."""

    day: Day
    cost: float


class JointForecast(BaseModel):
    """Done by a day and at a cost, both at once."""

    effort_id: int
    remaining: int = Field(description="Open tasks.")
    spent: Amount
    day: Day | None
    cost: float | None = Field(description="From today on.")
    alone: EachAlone | None
    confidence: int = Field(description="Percent.")
    window_days: int
    trials: int
    seed: int
    computed_at: Instant
    missing: str = Field(description="Why it cannot be said.")
    unpriced_hours: float | None = Field(
        description="Logged so far without an hourly rate, which are in no cost."
    )


class LedgerQuery(BaseModel):
    """The period and the part; parameters other than those described are refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    start: Day | None = Field(None, alias="from", description="First day; of this month when left out.")
    end: Day | None = Field(None, alias="to", description="Last day, included.")
    effort: Id | None = Field(None, description="Only this effort and what is under it.")
    kind: list[LineKind] | None = Field(
        None, max_length=len(KINDS), description="Only these lines; may be repeated."
    )


@router.get("", response_model=Ledger, operation_id="getLedger", summary="Read the ledger")
def get_ledger(asked: Annotated[LedgerQuery, Query()], caller: Reader) -> JSONResponse:
    """Every amount of the period once: at the effort, project, goal, task or team that it belongs to, or at nobody.

    Users who may not see figures of single people are told efforts, teams and nobody over whole stretches of days, without
    hours; what is of few people is in one line, small_groups. `effort` is not for them.
    """
    month = month_to_date(clock.today(caller.ws.zone))
    start, end = read_day("from", asked.start), read_day("to", asked.end)
    last = end or max(month.end, start or month.end)
    read = read_ledger(caller.ws, caller.actor, start or min(month.start, last), last, effort_id=asked.effort)
    told: dict[str, Any] = as_json(read)
    lines = told.pop("lines")
    items = [line for line in lines if asked.kind is None or line["kind"] in asked.kind]
    return JSONResponse({**told, "currency": caller.ws.currency, "items": items})


@router.get(
    "/forecast/{effort_id}", response_model=JointForecast, operation_id="getLedgerForecast",
    summary="By when and at what cost an effort is done",
)  # fmt: skip
def get_forecast(effort_id: Annotated[Id, Path(description="The effort.")], caller: Reader) -> JSONResponse:
    """Both at once, from the pace and the spending of the past in the same trials; where it cannot be said, why."""
    caller.actor.require(Permission.PLAN_VIEW)
    return JSONResponse(as_json(joint_forecast(caller.ws, caller.actor, effort_id)))
