"""The endpoints of the guidance: flows, their steps and checklists, and what people think of pages."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import create_model

from orchflow.api.bodies import answer, read_day
from orchflow.api.entities import entity_router
from orchflow.api.guidance_bodies import (
    FlowBegin,
    FlowDifference,
    FlowOffers,
    FlowStandings,
    FlowTakenOver,
    FlowTakeOver,
    HandedOver,
    HandOver,
    ItemsToTasks,
    LeftBehinds,
    NextEntries,
    NextOptions,
    PartOptions,
    PartStandings,
    TasksMade,
)
from orchflow.api.models import models_of
from orchflow.api.paging import Id
from orchflow.api.request_context import Reader, Writer
from orchflow.encoding import as_json
from orchflow.guidance.begin import begin, offered
from orchflow.guidance.counts import total
from orchflow.guidance.flows import FLOWS
from orchflow.guidance.items import ITEMS
from orchflow.guidance.left_behind import hand_over, left_behind
from orchflow.guidance.newer import difference, take_over
from orchflow.guidance.opinions import OPINIONS
from orchflow.guidance.progress import Part, flow_progress, progress_by
from orchflow.guidance.steps import STEPS
from orchflow.guidance.tasks import make_tasks
from orchflow.guidance.what_next import what_next

FlowId = Annotated[Id, Path(description="The flow's id.")]
_FLOWS = models_of(
    FLOWS,
    {
        "new": {"name": "Audit readiness", "start_day": "2027-01-11"},
        "edit": {"version": 1, "changes": {"start_day": "2026-11-09"}},
    },
)


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
    begun = begin(
        caller.store, caller.actor, flow.key, day, owner_id=flow.owner_id, day_one=caller.ws.start_date,
        request=caller.request,
    )  # fmt: skip
    return answer(begun)


@acts.get(
    "/standing",
    response_model=FlowStandings,
    operation_id="listFlowStandings",
    summary="Read how far flows are",
)
def list_standings(caller: Reader) -> JSONResponse:
    """Every flow that was begun, with its steps: ticked of what is required and applies, what is overdue, and its drift."""
    flows = flow_progress(caller.store, caller.actor)
    whole = total(flow.counts for flow in flows)
    return answer({"workspace": whole.document(), "items": [flow.document() for flow in flows]})


@acts.get(
    "/standing/{part}", response_model=PartStandings, operation_id="listPartStandings",
    summary="Read how far people or job roles are",
)  # fmt: skip
def list_parts(
    caller: Reader,
    part: Annotated[Part, Path(description="person or role")],
    options: Annotated[PartOptions, Query()],
) -> JSONResponse:
    """What is given to each person, or meant for each job role. Others than oneself only for those who may see figures of
    single people."""
    parts = progress_by(caller.store, caller.actor, part, flow_id=options.flow_id)
    return answer({"items": [{"key": p.key, "name": p.name, "counts": p.counts.document()} for p in parts]})


@acts.get(
    "/left_behind", response_model=LeftBehinds, operation_id="listLeftBehind",
    summary="List what people who left still had to do",
)  # fmt: skip
def list_left_behind(caller: Reader) -> JSONResponse:
    """People whose account is disabled, with the open items, steps and flows that are still theirs."""
    return answer({"items": as_json(left_behind(caller.store, caller.actor))})


@acts.post(
    "/hand_over",
    response_model=HandedOver,
    operation_id="handOver",
    summary="Hand over what a person has to do",
)
def post_hand_over(caller: Writer, whose: HandOver) -> JSONResponse:
    """Gives the open items, steps and flows of one person to another, or to nobody: then the job role does them."""
    return answer(hand_over(caller.store, caller.actor, whose.person_id, whose.to_id, request=caller.request))


@acts.get(
    "/{flow_id}/difference", response_model=FlowDifference, operation_id="getFlowDifference",
    summary="Read how what ships now differs",
)  # fmt: skip
def get_difference(caller: Reader, flow_id: FlowId) -> JSONResponse:
    """What ships now against what the flow was begun with, and what of it would stay as it is here."""
    return answer(difference(caller.store, caller.actor, flow_id))


@acts.post(
    "/{flow_id}/take_over", response_model=FlowTakenOver, operation_id="takeOverFlow",
    summary="Take over what ships now",
)  # fmt: skip
def post_take_over(caller: Writer, flow_id: FlowId, wanted: FlowTakeOver) -> JSONResponse:
    """New steps and items come, changed ones change, those that are gone go; what was edited or ticked here stays."""
    return answer(take_over(caller.store, caller.actor, flow_id, newer=wanted.newer, request=caller.request))


tasks = APIRouter(prefix="/checklist_items", tags=["Checklist items"])


@tasks.post("/tasks", response_model=TasksMade, operation_id="makeTasks", summary="Make items tasks")
def post_tasks(caller: Writer, chosen: ItemsToTasks) -> JSONResponse:
    """Makes open items tasks of the same words, person and day; from then on item and task follow each other."""
    made = make_tasks(caller.store, caller.actor, chosen.items, chosen.project_id, request=caller.request)
    pairs = [{"item_id": item, "task_id": task} for item, task in made.tasks.items()]
    return answer({"request": made.request, "tasks": pairs})


whole = APIRouter(prefix="/guidance", tags=["Flows"])


@whole.get(
    "/next", response_model=NextEntries, operation_id="listNext", summary="Read what is next for somebody"
)
def list_next(caller: Reader, options: Annotated[NextOptions, Query()]) -> JSONResponse:
    """What is overdue, due, failing or waits for a decision, the most urgent first, each with its reason. Of others only for
    those who may see figures of single people."""
    entries = what_next(caller.ws, caller.actor, person_id=options.person_id, limit=options.limit)
    return answer({"items": [entry.document() for entry in entries]})


ROUTERS = (
    whole,
    acts,
    tasks,
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
