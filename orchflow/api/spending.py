"""/spending: why the cost of models moved, what the month comes to, what is out of the ordinary, what would be otherwise."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Body, Day, read_day
from orchflow.api.metrics import Several, UsageNarrowing
from orchflow.api.paging import Words
from orchflow.api.request_context import Reader, Writer
from orchflow.encoding import as_json
from orchflow.insights.cost import CostDimension
from orchflow.insights.spending_documents import (
    anomalies_document,
    effects_document,
    forecast_document,
    say_of,
    spending_facts,
    what_if_document,
)
from orchflow.metrics.filters import FILTERED
from orchflow.metrics.metric import Dimension, Window

router = APIRouter(prefix="/spending", tags=["Spending"])
Money = Annotated[float | None, Field(description="In the workspace's currency.")]
Scope = Literal["workspace", "agent", "model", "provider", "organization"]
Verdict = Literal["expected", "planned", "not_useful"]


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


class Moved(BaseModel):
    """Why the cost of a period differs from the one before, to the smallest coin."""

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
    effects: Causes | None
    parts: list[PartMoved]


class ExpectedDay(BaseModel):
    """A day to come."""

    day: Day
    expected: float


class PastRecord(BaseModel):
    """How stored forecasts of months that are over fared."""

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
    confidence: int = Field(description="Of 100 months so many come out between `low` and `high`.")
    fitted_days: int | None
    days: list[ExpectedDay]
    record: PastRecord
    past: list[PastForecast] = Field(description="For those who may see figures of single people.")


class AnomalyPart(BaseModel):
    """What a day out of the ordinary came of."""

    dimension: str
    value: str
    label: str
    excess: float
    share: float


class AnomalyDays(BaseModel):
    """A day of a scope, or days on end, out of the ordinary; cost to `high` are of the day that was off the most."""

    scope: Scope
    value: str = Field(description="Empty for the workspace.")
    label: str
    first: Day
    last: Day
    days: int
    excess: float = Field(description="By how much all its days were off.")
    worst_day: Day
    cost: float
    expected: float
    low: float
    high: float
    came_of: str
    parts: list[AnomalyPart]
    events: list[str]
    open: bool
    verdict: Verdict | None


class Anomalies(BaseModel):
    """The days out of the ordinary between `start` and `end`."""

    currency: str
    start: Day | None
    end: Day | None
    missing: str | None = Field(description="Why no day can be judged.")
    scopes: int = Field(description="How many were judged.")
    young: int = Field(description="How many were not, being there for fewer than four weeks.")
    open: int
    items: list[AnomalyDays]


class EffectsQuery(UsageNarrowing):
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

    def narrowed(self) -> dict[Dimension, tuple[str, ...]]:
        """The lists that were given."""
        return {name: tuple(values) for name in FILTERED if (values := getattr(self, name, None))}


class AnomalyQuery(UsageNarrowing):
    """The days, the last 28 where none are named, and the scopes that are told."""

    open: bool = Field(False, description="Only those of which nobody has said anything.")


class AnomalyVerdict(Body):
    """What you say of an anomaly; the same scope and days do not ring again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"scope": "agent", "value": "claims-triage", "day": "2026-11-12", "verdict": "planned"}]}
    )  # fmt: skip

    scope: Scope
    value: Words = ""
    day: Day
    verdict: Verdict
    note: Annotated[str, Field(max_length=1000)] = ""


class AnomalySaid(BaseModel):
    """What was kept: the days from `first` until before `end`."""

    id: int
    scope: Scope
    value: str
    first: Day
    end: Day
    verdict: Verdict


class ByModel(Body):
    """A number for one model (`provider/model`), or for `all`."""

    model: Annotated[str, Field(max_length=400)] = "all"
    value: float


class ModelShift(Body):
    """A share of one model's use goes to another."""

    of: Annotated[str, Field(max_length=400)]
    to: Annotated[str, Field(max_length=400)]
    share: float = Field(ge=0, le=1)


class WhatIf(Body):
    """What is to be otherwise. `volume` and `prices` are factors, `cached` shares of the tokens read."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"volume": [{"model": "all", "value": 1.2}], "cached": [{"model": "all", "value": 0.5}]}]}
    )  # fmt: skip

    volume: list[ByModel] = Field(default_factory=list, max_length=200)
    shifts: list[ModelShift] = Field(default_factory=list, max_length=200)
    cached: list[ByModel] = Field(default_factory=list, max_length=200)
    prices: list[ByModel] = Field(default_factory=list, max_length=200)


class ModelOutcome(BaseModel):
    """A model now and otherwise."""

    provider: str
    model: str
    before: float
    after: float
    delta: float


class WhatIfOutcome(BaseModel):
    """What the last full month would cost otherwise, at the prices in force."""

    currency: str
    start: Day
    end: Day
    reported: float = Field(description="What it was reported to cost.")
    before: float = Field(description="The same use at the prices in force.")
    after: float
    delta: float
    assumptions: list[str]
    models: list[ModelOutcome]


@router.get(
    "/effects", response_model=Moved, operation_id="getCostEffects", summary="Read why the cost moved"
)
def get_effects(caller: Reader, asked: Annotated[EffectsQuery, Query()]) -> JSONResponse:
    """Volume, mix, tokens and rate, which add up to the difference from the period before; in all and by a dimension."""
    facts = _facts(caller, "month", asked)
    return JSONResponse(as_json(effects_document(facts, asked.by)))


@router.get(
    "/forecast", response_model=Ahead, operation_id="getCostForecast", summary="Read what the month comes to"
)
def get_forecast(caller: Reader, asked: Annotated[ForecastQuery, Query()]) -> JSONResponse:
    """What the running month will have cost at its end, with its interval, and how such forecasts fared."""
    facts = spending_facts(caller.ws, caller.actor, "month", narrowed=asked.narrowed())
    return JSONResponse(as_json(forecast_document(facts)))


@router.get(
    "/anomalies",
    response_model=Anomalies,
    operation_id="listAnomalies",
    summary="List what is out of the ordinary",
)
def list_anomalies(caller: Reader, asked: Annotated[AnomalyQuery, Query()]) -> JSONResponse:
    """Days on which the workspace, an agent, a model, a provider or an organisation cost out of the ordinary, the newest first."""
    return JSONResponse(as_json(anomalies_document(_facts(caller, "28 days", asked), open_only=asked.open)))


@router.post(
    "/anomalies/verdict",
    response_model=AnomalySaid,
    operation_id="judgeAnomaly",
    summary="Say what an anomaly was",
)
def judge_anomaly(caller: Writer, said: AnomalyVerdict) -> JSONResponse:
    """Keeps it for all days on end of which `day` is one."""
    day = read_day("day", said.day)
    assert day is not None
    kept = say_of(
        caller.ws, caller.actor, said.scope, said.value, day, said.verdict, said.note, caller.request
    )
    return JSONResponse(as_json(kept))


@router.post(
    "/what-if", response_model=WhatIfOutcome, operation_id="whatIf", summary="Ask what would be otherwise"
)
def what_if(caller: Reader, asked: WhatIf, narrowed: Annotated[ForecastQuery, Query()]) -> JSONResponse:
    """What the last full month would cost with other models, more from the cache, another volume or other prices; nothing is
    stored. A model without a price is refused by name."""
    facts = spending_facts(caller.ws, caller.actor, "month", narrowed=narrowed.narrowed())
    return JSONResponse(as_json(what_if_document(facts, asked.model_dump())))


def _facts(caller: Any, window: Window, asked: UsageNarrowing) -> Any:
    return spending_facts(
        caller.ws, caller.actor, window, start=read_day("from", asked.start), end=read_day("to", asked.end), narrowed=asked.narrowed()
    )  # fmt: skip
