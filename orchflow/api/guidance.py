"""The endpoints of the guidance: flows, their steps and checklists, and what people think of pages."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, create_model

from orchflow.api.bodies import Body, Day, answer, read_day
from orchflow.api.entities import entity_router
from orchflow.api.models import models_of
from orchflow.api.paging import Id, Words
from orchflow.api.request_context import Reader, Writer
from orchflow.encoding import as_json
from orchflow.guidance.begin import begin, offered
from orchflow.guidance.flows import FLOWS
from orchflow.guidance.items import ITEMS
from orchflow.guidance.opinions import OPINIONS
from orchflow.guidance.steps import STEPS

FlowId = Annotated[Id, Path(description="The flow's id.")]
_FLOWS = models_of(
    FLOWS,
    {
        "new": {"name": "Audit readiness", "start_day": "2027-01-11"},
        "edit": {"version": 1, "changes": {"start_day": "2026-11-09"}},
    },
)


class FlowBegin(Body):
    """Which flow to begin, and when."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"key": "flow-1-initial-setup", "start_day": "2026-11-02"}]}
    )

    key: Words = Field(description="Of a flow that ships.")
    start_day: Day | None = Field(None, description="Its first day; where its window begins when left out.")
    owner_id: Id | None = Field(None, description="The user who answers for it.")


class FlowOffer(BaseModel):
    """A flow that ships."""

    key: str
    number: int
    name: str
    summary: str
    steps: int
    items: int
    from_day: int = Field(description="The first day of the journey on which it lies.")
    to_day: int
    flow_id: Id | None = Field(description="Of the flow, where it was begun.")
    newer: bool = Field(description="Other content ships now than it was begun with.")


class FlowOffers(BaseModel):
    """Every flow that ships."""

    items: list[FlowOffer]


FlowBegun: Any = create_model(
    "FlowBegun", __doc__="The flow that was begun.", flow=(_FLOWS.stored, ...), request=(str, ...)
)

acts = APIRouter(prefix="/flows", tags=["Flows"])


@acts.get(
    "/offered", response_model=FlowOffers, operation_id="listOfferedFlows", summary="List the flows that ship"
)
def list_offered(caller: Reader) -> JSONResponse:
    """The flows that ship with the product, and which of them were begun."""
    return answer({"items": as_json(offered(caller.store, caller.actor))})


@acts.post("/begin", response_model=FlowBegun, operation_id="beginFlow", summary="Begin a flow that ships")
def begin_flow(caller: Writer, flow: FlowBegin) -> JSONResponse:
    """Makes its steps and items rows of the workspace, due on working days from its first day on; each flow once."""
    day = read_day("start_day", flow.start_day)
    begun = begin(caller.store, caller.actor, flow.key, day, owner_id=flow.owner_id, request=caller.request)
    return answer(begun)


ROUTERS = (
    acts,
    entity_router(FLOWS, _FLOWS, deletes=" with its steps and items"),
    entity_router(
        STEPS,
        models_of(
            STEPS,
            {
                "new": {"flow_id": 1, "name": "Works council", "days": 5, "after": ["team-creation"]},
                "edit": {"version": 1, "changes": {"due_day": "2026-12-04"}},
            },
        ),
        deletes=" that is the workspace's own, with its items",
    ),
    entity_router(
        ITEMS,
        models_of(
            ITEMS,
            {
                "new": {"step_id": 2, "text": "Ask the works council", "role": "cto", "due_days": 3},
                "edit": {
                    "version": 1,
                    "changes": {"state": "ticked", "evidence_link": "https://wiki.example.com/record"},
                },
            },
        ),
        deletes=" that is the workspace's own",
    ),
    entity_router(
        OPINIONS,
        models_of(
            OPINIONS,
            {
                "new": {"page": "topics/security/rbac", "useful": True, "word": "The table of ports."},
                "edit": {"version": 1, "changes": {"useful": False}},
            },
        ),
    ),
)
