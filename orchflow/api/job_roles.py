"""/job_roles and /first_weeks: what people of each job role do, may and learn, and how each person begins."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Body, Day, answer
from orchflow.api.entities import entity_router
from orchflow.api.models import models_of
from orchflow.api.paging import Id
from orchflow.api.request_context import Reader, Writer
from orchflow.encoding import as_json
from orchflow.guidance.first_week import first_week
from orchflow.guidance.role_standing import role_standing
from orchflow.people.job_role_changes import (
    JOB_ROLE_CHANGES,
    access_offers,
    job_role_called,
    list_job_roles,
    take_access,
)
from orchflow.people.roles import Role
from orchflow.people.small_groups import WITHHELD

Key = Annotated[str, Path(description="The job role.", max_length=64)]


class JobRoleNow(BaseModel):
    """A job role as this workspace has it."""

    key: str
    name: str
    group: str
    responsibilities: list[str]
    access: Role = Field(description="What a person with it gets unless somebody decides otherwise.")
    training: list[str]
    ticks: list[str] = Field(
        description="Keys of flows whose items its people may tick, whoever these are meant for."
    )
    begins: bool = Field(description="Its people may begin flows, whatever their access.")
    approves: bool = Field(description="Its people may approve exemptions that others asked for.")
    own: bool = Field(description="It does not ship.")
    row_id: Id | None = Field(description="Of the row that changed or added it; null when it is as it ships.")


class JobRolesNow(BaseModel):
    """The job roles, by group."""

    items: list[JobRoleNow]


class RoleFlow(BaseModel):
    """How far the items of a flow are that are meant for a job role."""

    flow: str
    number: int
    name: str
    counts: dict[str, Any]


class JobRoleStanding(JobRoleNow):
    """A job role with the flows that have items for it."""

    flows: list[RoleFlow] | None = Field(description=f"Null: {WITHHELD[:1].lower()}{WITHHELD[1:]}.")


class Offer(BaseModel):
    """A person whose access is not the one of their job role."""

    person_id: Id
    name: str
    role: Role
    offered: Role


class Offers(BaseModel):
    """Nobody's access changes unless it is taken up."""

    items: list[Offer]


class TakeUp(Body):
    """Who gets the access of their job role."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"people": [7, 12]}]})

    people: list[Id] = Field(min_length=1, max_length=1000)


class Taken(BaseModel):
    """How many accounts changed."""

    changed: int


class WeekGuide(BaseModel):
    """A guide to read."""

    address: str
    title: str
    minutes: int


class WeekItem(BaseModel):
    """An item of a checklist."""

    id: Id
    text: str
    step: str
    due_day: Day
    state: str


class WeekDay(BaseModel):
    """A working day of the first week."""

    day: Day
    guides: list[WeekGuide]
    training: list[str]
    items: list[WeekItem]


class FirstWeek(BaseModel):
    """What a person reads, learns and ticks in the five working days from the day they joined."""

    person_id: Id
    name: str
    job_role: str | None
    job_role_name: str
    joined: Day
    days: list[WeekDay]
    minutes: int = Field(description="Of reading in all.")


acts = APIRouter(tags=["Job roles"])


@acts.get(
    "/job_roles/all", response_model=JobRolesNow, operation_id="listJobRolesNow", summary="List the job roles"
)
def list_now(caller: Reader) -> JSONResponse:
    """Those that ship, as this workspace has changed them, and its own."""
    return answer({"items": as_json(list_job_roles(caller.store, caller.actor))})


@acts.get(
    "/job_roles/all/{key}",
    response_model=JobRoleStanding,
    operation_id="getJobRoleNow",
    summary="Read a job role",
)
def get_now(key: Key, caller: Reader) -> JSONResponse:
    """One job role, with how far its items are in each flow."""
    role = as_json(job_role_called(caller.store, caller.actor, key))
    standing = role_standing(caller.store, caller.actor, key)
    flows = [
        {"flow": each.flow, "number": each.number, "name": each.name, "counts": each.counts.document()}
        for each in standing or ()
    ]
    return answer({**role, "flows": None if standing is None else flows})


@acts.get(
    "/job_roles/all/{key}/access_offers", response_model=Offers, operation_id="listAccessOffers",
    summary="List who has another access than their job role",
)  # fmt: skip
def list_offers(key: Key, caller: Reader) -> JSONResponse:
    """For administrators: the people of a job role whose access is not the one that it gives."""
    return answer({"items": as_json(access_offers(caller.store, caller.actor, key))})


@acts.post(
    "/job_roles/all/{key}/access_offers", response_model=Taken, operation_id="takeAccessOffers",
    summary="Give people the access of their job role",
)  # fmt: skip
def post_offers(key: Key, chosen: TakeUp, caller: Writer) -> JSONResponse:
    """All of them or none; an administrator stays. It ends their sessions."""
    return answer({"changed": take_access(caller.store, caller.actor, key, chosen.people, caller.request)})


@acts.get(
    "/first_weeks/{person_id}",
    response_model=FirstWeek,
    operation_id="getFirstWeek",
    summary="Read a first week",
)
def get_week(person_id: Annotated[Id, Path(description="The user's id.")], caller: Reader) -> JSONResponse:
    """Guides in the order in which they are read, trainings and the first items of a person. Of others only for those who may see
    figures of single people."""
    return answer(first_week(caller.store, caller.actor, person_id).document())


ROUTERS = (
    acts,
    entity_router(
        JOB_ROLE_CHANGES,
        models_of(
            JOB_ROLE_CHANGES,
            {
                "new": {"key": "cto", "training": "Reading the value and cost figures"},
                "edit": {"version": 1, "changes": {"access": "manager"}},
            },
        ),
        deletes=", which brings one that ships back as it was",
    ),
)
