"""/check_exemptions and /check_campaigns: who is exempt from a self-check, and checks that are to pass by a day."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Day, Instant, Versioned, answer
from orchflow.api.entities import entity_router
from orchflow.api.models import models_of
from orchflow.api.paging import Id
from orchflow.api.request_context import Reader, Writer
from orchflow.encoding import as_json
from orchflow.guidance.checks.campaigns import (
    CHECK_CAMPAIGNS,
    CampaignState,
    campaign_standings,
    end_campaign,
)
from orchflow.guidance.checks.exempted import list_exempted
from orchflow.guidance.checks.exemptions import (
    CHECK_EXEMPTIONS,
    ExemptionState,
    approve_exemption,
    end_exemption,
)
from orchflow.guidance.checks.results import ShownState

router = APIRouter(tags=["Self-checks"])


class Decision(Versioned):
    """What was read, on which somebody decides."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1}]})


class CampaignCheck(BaseModel):
    """A check of a campaign."""

    key: str
    question: str
    state: ShownState
    settled: bool
    owner_id: Id | None
    owner: str | None
    left: bool = Field(description="The account of who sees to it is disabled.")


class CampaignStanding(BaseModel):
    """How a campaign stands."""

    id: Id
    version: int
    name: str
    reason: str
    deadline: Day
    days_left: int
    state: CampaignState
    settled: int
    total: int
    ended_at: Instant | None
    checks: list[CampaignCheck]


class CampaignStandings(BaseModel):
    """How the campaigns stand, in the order of their deadlines."""

    items: list[CampaignStanding]


class ExemptionStanding(BaseModel):
    """An exemption as it stands today, with the names of those who decided."""

    id: Id
    version: int
    key: str
    question: str
    reason: str
    expires: Day = Field(description="The last day on which it holds.")
    days_left: int
    state: ExemptionState
    soon: bool = Field(description="It is in force and nearly over.")
    asked_by: str | None
    asked_at: Instant
    approved_by: str | None
    approved_at: Instant | None
    ended_by: str | None
    ended_at: Instant | None
    own: bool = Field(description="The token's user asked for it.")
    may_approve: bool = Field(description="The token's user may approve it.")
    may_end: bool = Field(description="The token's user may end, refuse or withdraw it.")


class ExemptionStandings(BaseModel):
    """How exemptions stand; those that wait for somebody first."""

    items: list[ExemptionStanding]


class ExemptionQuery(BaseModel):
    """Which exemptions are meant; others than those described are refused."""

    model_config = ConfigDict(extra="forbid")

    key: str | None = Field(None, max_length=60, description="Of this check.")
    state: ExemptionState | None = None


EXEMPTION_MODELS = models_of(
    CHECK_EXEMPTIONS,
    {
        "new": {
            "key": "single-sign-on",
            "reason": "The provider is replaced in January",
            "expires": "2027-01-31",
        },
        "edit": {"version": 1, "changes": {"expires": "2027-02-28"}},
    },
)
CAMPAIGN_MODELS = models_of(
    CHECK_CAMPAIGNS,
    {
        "new": {
            "name": "Ready for the audit",
            "deadline": "2026-12-18",
            "owners": {"single-sign-on": 2, "no-shared-account": None},
        },
        "edit": {"version": 1, "changes": {"deadline": "2027-01-15"}},
    },
)
ENTITIES = (
    entity_router(CHECK_EXEMPTIONS, EXEMPTION_MODELS),
    entity_router(CHECK_CAMPAIGNS, CAMPAIGN_MODELS),
)
Exemption = Annotated[Id, Path(description="The exemption's id.")]
Campaign = Annotated[Id, Path(description="The campaign's id.")]


@router.post(
    "/check_exemptions/{exemption_id}/approve", response_model=EXEMPTION_MODELS.stored,
    operation_id="approveCheckExemption", summary="Approve an exemption",
)  # fmt: skip
def approve(exemption_id: Exemption, decision: Decision, caller: Writer) -> JSONResponse:
    """Lets an exemption hold; a manager or administrator who did not ask for it does so."""
    return answer(
        approve_exemption(caller.store, caller.actor, exemption_id, decision.version, caller.request)
    )


@router.post(
    "/check_exemptions/{exemption_id}/end", response_model=EXEMPTION_MODELS.stored,
    operation_id="endCheckExemption", summary="End an exemption",
)  # fmt: skip
def end(exemption_id: Exemption, decision: Decision, caller: Writer) -> JSONResponse:
    """Ends an exemption, or refuses one that is asked for."""
    return answer(end_exemption(caller.store, caller.actor, exemption_id, decision.version, caller.request))


@router.get(
    "/check_exemption_standings", response_model=ExemptionStandings,
    operation_id="listCheckExemptionStandings", summary="Read how the exemptions stand",
)  # fmt: skip
def exemption_standings(asked: Annotated[ExemptionQuery, Query()], caller: Reader) -> JSONResponse:
    """Who is exempt from which check, by whom and until when."""
    states = None if asked.state is None else (asked.state,)
    return JSONResponse(
        {"items": as_json(list_exempted(caller.ws, caller.actor, key=asked.key, states=states))}
    )


@router.post(
    "/check_campaigns/{campaign_id}/end", response_model=CAMPAIGN_MODELS.stored,
    operation_id="endCheckCampaign", summary="End a campaign",
)  # fmt: skip
def end_one(campaign_id: Campaign, decision: Decision, caller: Writer) -> JSONResponse:
    """Ends a campaign before its last day."""
    return answer(end_campaign(caller.store, caller.actor, campaign_id, decision.version, caller.request))


@router.get(
    "/check_campaign_standings", response_model=CampaignStandings,
    operation_id="listCheckCampaignStandings", summary="Read how the campaigns stand",
)  # fmt: skip
def standings(caller: Reader) -> JSONResponse:
    """How each campaign stands: its checks, who sees to them, and the days that are left."""
    return JSONResponse({"items": as_json(campaign_standings(caller.ws, caller.actor))})
