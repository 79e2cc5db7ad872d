"""/spending/what-if: what the last full month would cost otherwise."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Body, Day
from orchflow.api.request_context import Reader
from orchflow.api.spending import ForecastQuery
from orchflow.encoding import as_json
from orchflow.insights.spending_documents import spending_facts, what_if_document

router = APIRouter(prefix="/spending", tags=["Spending"])


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


@router.post(
    "/what-if", response_model=WhatIfOutcome, operation_id="whatIf", summary="Ask what would be otherwise"
)
def what_if(caller: Reader, asked: WhatIf, narrowed: Annotated[ForecastQuery, Query()]) -> JSONResponse:
    """What the last full month would cost with other models, more from the cache, another volume or other prices; nothing is
    stored. A model without a price is refused by name."""
    facts = spending_facts(caller.ws, caller.actor, "month", narrowed=narrowed.narrowed())
    return JSONResponse(as_json(what_if_document(facts, asked.model_dump())))
