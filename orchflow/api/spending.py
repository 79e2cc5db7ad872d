"""/spending: why cost moved, and what the month comes to."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Day, read_day
from orchflow.api.metric_queries import Several, UsageNarrowing
from orchflow.api.request_context import Reader
from orchflow.encoding import as_json
from orchflow.insights.cost import CostDimension
from orchflow.insights.spending_documents import effects_document, forecast_document, spending_facts
from orchflow.metrics.filters import FILTERED
from orchflow.metrics.metric import Dimension, Window

router = APIRouter(prefix="/spending", tags=["Spending"])
Money = Annotated[float | None, Field(description="In the workspace's currency.")]


class Causes(BaseModel):
    """What each cause made of a difference; they add up to it."""

    volume: float = Field(description="More or fewer runs or calls at the old average.")
    mix: float = Field(
        description="Use that went to dearer or cheaper ones, at old prices; new ones at their own."
    )
    tokens: float = Field(description="More or fewer tokens a run or call, at what a token cost before.")
    rate: float = Field(description="A token that costs more or less than before.")
    apart: float = Field(description="Amounts without calls, such as credits.")


class PartMoved(BaseModel):
    """One value of the dimension and its part in each cause."""

    group: str = Field(description="UNATTRIBUTED for none, SMALL_GROUPS for what few people did.")
    label: str
    state: Literal["new", "retired"] | None
    delta: float
    effects: Causes


class OtherMoved(BaseModel):
    """A part of cost beside models."""

    part: Literal["infrastructure", "development", "operations"]
    label: str
    before: float
    now: float
    delta: float


class Moved(BaseModel):
    """Why the cost of a period differs from the one before, to the smallest coin: the effects of models and the other parts add
    up to the difference."""

    currency: str
    by: CostDimension
    start: Day
    end: Day
    compared_with: str
    per_day: bool = Field(description="The periods are of unequal length: all amounts are a day.")
    missing: str | None = Field(description="Why nothing is compared.")
    withheld: str
    unit: Literal["run", "call"] = Field(description="What volume is counted in.")
    count_before: float
    count: float
    unpriced_calls: int
    before: Money
    now: Money
    delta: Money
    besides: str | None = Field(description="What is not in it.")
    others: list[OtherMoved]
    effects: Causes | None = Field(description="Of what models cost.")
    parts: list[PartMoved] = Field(description="Of what models cost.")


class ExpectedDay(BaseModel):
    """A day to come."""

    day: Day
    expected: float


class PastRecord(BaseModel):
    """How forecasts of months that are over fared."""

    replayed: bool = Field(
        description="Worked out afterwards from what was known then; of the whole they are stored every night."
    )
    judged: int
    held: int
    months: int
    share: float | None
    median_error: float | None = Field(
        description="By which part of the month half of them were off at most."
    )


class PastForecast(BaseModel):
    """A stored forecast and what its month came to."""

    made_on: Day
    month: Day
    likely: float
    low: float
    high: float
    actual: Money
    held: bool | None


class Ahead(BaseModel):
    """What the running month will have cost at its end."""

    currency: str
    made_on: Day
    month: Day
    missing: str | None = Field(description="Why nothing is forecast.")
    spent: Money
    spent_until: Day | None
    likely: Money
    low: Money
    high: Money
    lacking: str | None = Field(description="What is not in it.")
    budget: Money = Field(description="What may be spent in the month, of what the filters choose.")
    confidence: int = Field(description="Of 100 months so many come out between `low` and `high`.")
    fitted_days: int | None
    days: list[ExpectedDay]
    record: PastRecord
    past: list[PastForecast] = Field(description="For those who may see figures of single people.")


class AllNarrowing(UsageNarrowing):
    """The period and the filters of all costs."""

    part: Several
    service: Several
    team: Several
    project: Several

    def narrowed(self) -> dict[Dimension, tuple[str, ...]]:
        """The lists that were given."""
        return narrowed(self)


class EffectsQuery(AllNarrowing):
    """The period, the dimension and the filters; this month's where no days are named."""

    by: CostDimension = "model"


class ForecastQuery(BaseModel):
    """Which part is forecast; others than those described are refused."""

    model_config = ConfigDict(extra="forbid")

    provider: Several
    model: Several
    agent: Several
    organization: Several
    user: Several
    source: Several
    part: Several
    service: Several
    team: Several
    project: Several

    def narrowed(self) -> dict[Dimension, tuple[str, ...]]:
        """The lists that were given."""
        return narrowed(self)


def narrowed(asked: BaseModel) -> dict[Dimension, tuple[str, ...]]:
    """The lists of filters that were given."""
    return {name: tuple(values) for name in FILTERED if (values := getattr(asked, name, None))}


@router.get(
    "/effects", response_model=Moved, operation_id="getCostEffects", summary="Read why the cost moved"
)
def get_effects(caller: Reader, asked: Annotated[EffectsQuery, Query()]) -> JSONResponse:
    """Volume, mix, tokens and rate of models, in all and by a dimension, which add up to the difference from the period before together
    with that of infrastructure, development time and operations."""
    facts = facts_asked(caller, "month", asked)
    return JSONResponse(as_json(effects_document(facts, asked.by)))


@router.get(
    "/forecast", response_model=Ahead, operation_id="getCostForecast", summary="Read what the month comes to"
)
def get_forecast(caller: Reader, asked: Annotated[ForecastQuery, Query()]) -> JSONResponse:
    """What the running month will have cost at its end, with its interval, and how such forecasts fared."""
    facts = spending_facts(caller.ws, caller.actor, "month", narrowed=asked.narrowed())
    return JSONResponse(as_json(forecast_document(facts)))


def facts_asked(caller: Any, window: Window, asked: UsageNarrowing) -> Any:
    """The facts of the period and the filters that are asked for."""
    return spending_facts(
        caller.ws, caller.actor, window, start=read_day("from", asked.start), end=read_day("to", asked.end), narrowed=asked.narrowed()
    )  # fmt: skip
