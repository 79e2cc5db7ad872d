"""/spending/anomalies: what is out of the ordinary, and what is said of it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Body, Day, read_day
from orchflow.api.paging import Words
from orchflow.api.request_context import Reader, Writer
from orchflow.api.spending import AllNarrowing, facts_asked
from orchflow.encoding import as_json
from orchflow.insights.spending_documents import anomalies_document, say_of

router = APIRouter(prefix="/spending/anomalies", tags=["Spending"])
Scope = Literal["workspace", "agent", "model", "provider", "organization", "part", "service", "team"]
Verdict = Literal["expected", "planned", "not_useful"]


class AnomalyPart(BaseModel):
    """What a day out of the ordinary came of."""

    dimension: str
    value: str
    label: str
    excess: float
    share: float


class AnomalyScope(BaseModel):
    """A scope in which a cause shows."""

    scope: Scope
    value: str
    label: str
    first: Day
    last: Day
    excess: float
    open: bool
    verdict: Verdict | None


class AnomalyDays(BaseModel):
    """A cause that was out of the ordinary on a day or days on end, told of the scope that tells it best; cost to `high` are of the day
    that was off the most."""

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
    open: bool = Field(description="Nobody has said anything of some of its scopes.")
    verdict: Verdict | None
    scopes: list[AnomalyScope] = Field(description="All in which it shows, this one first.")


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


class AnomalyQuery(AllNarrowing):
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
    whole: bool = Field(False, description="Of all scopes of its cause of which nobody has said anything.")


class AnomalySaid(BaseModel):
    """What was kept: the days from `first` until before `end`."""

    id: int
    scope: Scope
    value: str
    first: Day
    end: Day
    verdict: Verdict
    scopes: int = Field(description="Of how many scopes it was said.")


@router.get(
    "",
    response_model=Anomalies,
    operation_id="listAnomalies",
    summary="List what is out of the ordinary",
)
def list_anomalies(caller: Reader, asked: Annotated[AnomalyQuery, Query()]) -> JSONResponse:
    """Days on which anything cost out of the ordinary, the newest first; scopes in which one cause shows are one."""
    return JSONResponse(
        as_json(anomalies_document(facts_asked(caller, "28 days", asked), open_only=asked.open))
    )


@router.post(
    "/verdict",
    response_model=AnomalySaid,
    operation_id="judgeAnomaly",
    summary="Say what an anomaly was",
)
def judge_anomaly(caller: Writer, said: AnomalyVerdict) -> JSONResponse:
    """Keeps it for all days on end of which `day` is one."""
    day = read_day("day", said.day)
    assert day is not None
    kept = say_of(
        caller.ws,
        caller.actor,
        said.scope,
        said.value,
        day,
        said.verdict,
        said.note,
        caller.request,
        whole=said.whole,
    )
    return JSONResponse(as_json(kept))
