"""/checks: questions that the product answers from its own data; exemptions from them, and campaigns."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Body, Day, Instant
from orchflow.api.request_context import Reader, Writer
from orchflow.encoding import as_json
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.evaluate import run_checks
from orchflow.guidance.checks.results import (
    SHOWN_STATES,
    ShownState,
    check_history,
    flow_levels,
    get_check,
    list_checks,
)

router = APIRouter(tags=["Self-checks"])
KEYS = cast(Any, {"enum": list(CHECKS)})
Key = Annotated[str, Path(description="The check.", json_schema_extra=KEYS, max_length=60)]
LastState = Annotated[
    Literal["passed", "failed", "not_applicable"] | None,
    Field(description="Null: it could never be evaluated."),
]


class SelfCheck(BaseModel):
    """A check and how it stands, as it was last evaluated."""

    key: str = Field(json_schema_extra=KEYS)
    question: str
    flow: int = Field(description="The flow that it belongs to, 1 to 6.")
    step: str = Field(description="The key of the step of that flow.")
    level: int = Field(description="1 in place, 2 in use, 3 proven.")
    level_name: str
    state: ShownState = Field(json_schema_extra=cast(Any, {"enum": list(SHOWN_STATES)}))
    last_state: LastState
    words: str | None = Field(description="The evidence; null where the token's user may not see it.")
    missing: list[str] = Field(description="What stands in the way, by name.")
    value: float | None = Field(description="What was measured; a share is from 0 to 1.")
    threshold: float | None
    unit: str = Field(description="Of value and threshold: count, percent, ms or days.")
    trouble: str = Field(description="Why it could not be evaluated; the last state is kept.")
    evaluated_at: Instant | None
    since: Instant | None = Field(description="When the last state began.")
    flapping: bool = Field(description="It changed its state three times in seven days.")
    exempt_until: Day | None
    settled: bool = Field(
        description="It passes, is exempt, or is about something that the workspace may do without."
    )
    mend: str = Field(description="What to do where it fails.")
    screen: str = Field(description="The screen where that is done; empty for none.")
    withheld: str = Field(description="Why the evidence is not told.")


class StateChange(BaseModel):
    """The state of a check changed."""

    at: Instant
    before: LastState
    now: LastState
    words: str


class FlowLevel(BaseModel):
    """How far a flow is by its checks."""

    flow: int
    level: int = Field(description="0 to 3.")
    name: str
    settled: int
    total: int
    missing: list[str] = Field(description="The keys of the checks that are left for the next level.")


class SelfChecks(BaseModel):
    """Checks, and how far the flows are by them."""

    items: list[SelfCheck]
    levels: list[FlowLevel]


class SelfCheckWithHistory(SelfCheck):
    """A check with the changes of its state, the newest first."""

    history: list[StateChange]


class CheckQuery(BaseModel):
    """Which checks are meant; others than those described are refused."""

    model_config = ConfigDict(extra="forbid")

    flow: int | None = Field(None, ge=1, le=6)
    state: ShownState | None = None


class RunChecks(Body):
    """The checks to evaluate now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"keys": ["backup-made", "single-sign-on"]}]})

    keys: list[Annotated[str, Field(max_length=60)]] | None = Field(
        None, max_length=200, description="All when left out."
    )


@router.get("/checks", response_model=SelfChecks, operation_id="listChecks", summary="List the self-checks")
def list_standings(asked: Annotated[CheckQuery, Query()], caller: Reader) -> JSONResponse:
    """How the checks stand, by flow and level, and how far the flows are by them."""
    every = list_checks(caller.ws, caller.actor, flow=asked.flow)
    chosen = [standing for standing in every if asked.state in (None, standing.state)]
    return JSONResponse({"items": as_json(chosen), "levels": as_json(flow_levels(every))})


@router.post(
    "/checks/run", response_model=SelfChecks, operation_id="runChecks", summary="Evaluate self-checks now"
)
def run(asked: RunChecks, caller: Writer) -> JSONResponse:
    """Evaluates the checks, for managers and administrators; what they came to is kept and answered."""
    run_checks(caller.ws, caller.actor, asked.keys)
    every = list_checks(caller.ws, caller.actor, keys=asked.keys)
    return JSONResponse({"items": as_json(every), "levels": as_json(flow_levels(every))})


@router.get(
    "/checks/{key}", response_model=SelfCheckWithHistory, operation_id="getCheck", summary="Read a self-check"
)
def get_standing(key: Key, caller: Reader) -> JSONResponse:
    """How one check stands, with the changes of its state."""
    standing = as_json(get_check(caller.ws, caller.actor, key))
    return JSONResponse({**standing, "history": as_json(check_history(caller.ws, caller.actor, key))})
