"""/price_runs: usage is priced from the price book, as a trial or for good, and a run is taken back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Body, Day, Instant, read_day
from orchflow.api.paging import Id
from orchflow.api.request_context import Reader, Writer
from orchflow.costs.price_lists import shipped_prices, unpriced_models, used_models
from orchflow.costs.price_runs import find_run, price_runs, run_lines
from orchflow.costs.repricing import REASONS, price_usage, undo_pricing
from orchflow.encoding import as_json

router = APIRouter(tags=["Prices"])
Run = Annotated[int, Path(ge=1, le=2**31 - 1, description="The run.")]


class Line(BaseModel):
    """What the calls of a model in a month cost before and after, in the workspace's currency."""

    month: Day = Field(description="Its first day.")
    provider: str | None
    model: str
    currency: str = Field(description="That of the prices.")
    rows: int
    calls: int
    before: float
    after: float
    change: float
    unconverted: int = Field(description="Rows whose day has no rate of exchange; they are in no sum.")


class Left(BaseModel):
    """Calls that keep what they have, since they have no price."""

    provider: str | None
    model: str | None
    reason: str
    said: str = Field(description="The reason in words, with what to do.")
    rows: int
    calls: int
    before: float
    first_day: Day
    last_day: Day


class Outcome(BaseModel):
    """What a run did or, without a number, would do."""

    run: int | None = Field(description="Its number; null of a trial.")
    everything: bool
    first: Day | None
    last: Day | None
    currency: str
    rows: int
    calls: int
    before: float
    after: float
    unconverted: int
    lines: list[Line]
    unpriced: list[Left]


class Kept(BaseModel):
    """A run, with what it changed."""

    run: int
    state: str = Field(description="running, done, broken off or undone.")
    everything: bool = Field(description="Whether it priced usage whose amount was reported, too.")
    first_day: Day | None
    last_day: Day | None
    started_at: Instant
    finished_at: Instant | None
    by_id: Id | None
    by_name: str
    prices: str = Field(description="The version of the shipped prices.")
    undone_at: Instant | None
    undone_by: str | None
    rows: int
    calls: int
    before: float
    after: float


class Runs(BaseModel):
    """The runs, the newest first."""

    items: list[Kept]


class Lines(BaseModel):
    """What a run changed, by month and model."""

    items: list[Line]


class Ask(Body):
    """What is to be priced."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"first": "2026-11-01", "last": "2026-11-30", "dry_run": True}]}
    )

    first: Day | None = Field(
        None, description="The first day, in the workspace's zone; null: from the beginning."
    )
    last: Day | None = Field(None, description="The last day; null: to the end.")
    everything: bool = Field(False, description="Also usage whose amount was reported.")
    dry_run: bool = Field(True, description="Only say what would change.")


class TakeBack(Body):
    """Nothing more is to be said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class Undone(BaseModel):
    """How many rows of usage are as they were."""

    rows: int


class Shipped(BaseModel):
    """A price that comes with the product; days and times are UTC."""

    provider: str
    model: str
    kind: str
    price: float
    per: int
    currency: str
    valid_from: Day | None
    valid_to: Day | None
    over_tokens: int | None
    time_from: str | None
    time_to: str | None
    service_tier: str | None
    origin: str


class ShippedPrices(BaseModel):
    """Shipped prices of the models that were found."""

    items: list[Shipped]


class Missing(BaseModel):
    """A model with usage that has no amount."""

    provider: str | None
    model: str | None
    calls: int
    input_tokens: int
    output_tokens: int
    first_day: Day
    last_day: Day
    known: bool = Field(description="Whether there is any price for it.")


class AllMissing(BaseModel):
    """The models with usage that has no amount, those with most calls first."""

    items: list[Missing]


@router.get("/price_runs", response_model=Runs, operation_id="listPriceRuns", summary="List runs of pricing")
def get_runs(caller: Reader) -> JSONResponse:
    """Who priced which usage when, and what that changed."""
    return JSONResponse({"items": as_json(price_runs(caller.ws, caller.actor))})


@router.post("/price_runs", response_model=Outcome, operation_id="priceUsage", summary="Price usage")
def post_run(caller: Writer, ask: Ask) -> JSONResponse:
    """Price the usage of a period by the prices of its moment: that without an amount, or all of it. By default a trial.

    Own prices beat shipped ones. What has no price keeps what it has, and is named with its reason.
    """
    done = price_usage(
        caller.ws, caller.actor, first=read_day("first", ask.first), last=read_day("last", ask.last),
        everything=ask.everything, dry_run=ask.dry_run,
    )  # fmt: skip
    told: dict[str, Any] = as_json(done)
    sums = as_json(
        {name: getattr(done, name) for name in ("rows", "calls", "before", "after", "unconverted")}
    )
    lines = [
        line | {"change": as_json(own.change)} for line, own in zip(told["lines"], done.lines, strict=True)
    ]
    unpriced = [left | {"said": REASONS[left["reason"]]} for left in told["unpriced"]]
    return JSONResponse({**told, **sums, "lines": lines, "unpriced": unpriced})


@router.get(
    "/price_runs/{run}", response_model=Lines, operation_id="getPriceRun", summary="Look at a run of pricing"
)
def get_run(caller: Reader, run: Run) -> JSONResponse:
    """What it changed, by month and model."""
    lines = run_lines(caller.ws, caller.actor, run)
    return JSONResponse({"items": [as_json(line) | {"change": as_json(line.change)} for line in lines]})


@router.post(
    "/price_runs/{run}/undo",
    response_model=Undone,
    operation_id="undoPriceRun",
    summary="Take a run of pricing back",
)
def post_undo(caller: Writer, run: Run, body: TakeBack) -> JSONResponse:
    """Every row that it priced is as it was before; what came since stays."""
    find_run(caller.ws, caller.actor, run)
    return JSONResponse({"rows": undo_pricing(caller.ws, caller.actor, run)})


@router.get(
    "/shipped_prices",
    response_model=ShippedPrices,
    operation_id="findShippedPrices",
    summary="Find shipped prices",
)
def get_shipped(
    caller: Reader,
    find: Annotated[str, Query(max_length=200, description="Words of provider and model.")] = "",
) -> JSONResponse:
    """The prices that come with the product, of the first sixty models found; without a word of the models in use."""
    return JSONResponse({"items": as_json(shipped_prices(caller.actor, find, used_models(caller.ws)))})


@router.get(
    "/unpriced_models",
    response_model=AllMissing,
    operation_id="listUnpricedModels",
    summary="List unpriced models",
)
def get_missing(caller: Reader) -> JSONResponse:
    """The models with usage that has no amount."""
    return JSONResponse({"items": as_json(unpriced_models(caller.ws, caller.actor))})
