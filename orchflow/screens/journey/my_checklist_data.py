"""A person's list as the screen reads it: once for each version of the guidance and the people."""

from __future__ import annotations

from datetime import date

import streamlit as st

from orchflow import clock
from orchflow.guidance.flows import list_flows
from orchflow.guidance.my_items import MyList, count_late, my_list
from orchflow.guidance.next_entry import Next
from orchflow.guidance.what_next import what_next
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.session import workspace
from orchflow.workspace import store_url

NEXT = 3
"""So many things are told to be next."""


def guidance_version() -> str:
    """Names the state of this workspace's guidance and people: what was read under it is still true."""
    ws = workspace()
    return f"{store_url(ws.settings)} {ws.store.version('guidance')}-{ws.store.version('people')}"


def checklist(actor: Actor, person_id: int | None, flow_id: int | None) -> MyList:
    """The list of `actor` (None), or of another person, as it is now; of all flows or of one."""
    actor.require(Permission.PLAN_VIEW)
    today = clock.today(workspace().zone)
    sees = actor.may(Permission.PERSON_FIGURES)
    return _read(guidance_version(), actor.user_id, sees, person_id, flow_id, today, actor)


def next_of(actor: Actor, person_id: int | None) -> list[Next]:
    """What is next for `actor` (None), or for another person, the most urgent first."""
    actor.require(Permission.PLAN_VIEW)
    version = (
        f"{guidance_version()} {workspace().store.version('plan')} {workspace().store.version('alerts')}"
        f" {workspace().store.version('risks')}"
    )
    sees = actor.may(Permission.PERSON_FIGURES)
    return _next(version, actor.user_id, sees, person_id, clock.today(workspace().zone), actor)


def late(actor: Actor) -> int:
    """How many items of `actor` are overdue."""
    return _late(guidance_version(), actor.user_id, clock.today(workspace().zone), actor)


def flows(actor: Actor) -> dict[str, str]:
    """The flows that were begun: id, as text → number and name."""
    actor.require(Permission.PLAN_VIEW)
    return _flows(guidance_version(), actor)


@st.cache_resource(max_entries=64, show_spinner=False)
def _read(
    version: str, reader: int | None, sees: bool, person_id: int | None, flow_id: int | None, today: date, _actor: Actor
) -> MyList:  # fmt: skip
    return my_list(workspace().store, _actor, person_id=person_id, flow_id=flow_id, today=today)


@st.cache_resource(max_entries=64, show_spinner=False)
def _next(
    version: str, reader: int | None, sees: bool, person_id: int | None, today: date, _actor: Actor
) -> list[Next]:  # fmt: skip
    listed = checklist(_actor, person_id, None)
    return what_next(workspace(), _actor, person_id=person_id, today=today, listed=listed, limit=NEXT)


@st.cache_resource(max_entries=512, show_spinner=False)
def _late(version: str, person: int | None, today: date, _actor: Actor) -> int:
    return count_late(workspace().store, _actor, today)


@st.cache_resource(max_entries=4, show_spinner=False)
def _flows(version: str, _actor: Actor) -> dict[str, str]:
    return {str(flow.id): f"{flow.number} {flow.name}" for flow in list_flows(workspace().store, _actor)}
