"""What the Flow screen reads: each part once for each version of what it is read from, shared by those who see the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import streamlit as st

from orchflow import clock
from orchflow.guidance.checks.results import CheckStanding, FlowLevel, flow_levels, list_checks
from orchflow.guidance.items import list_items
from orchflow.guidance.left_behind import LeftBehind, left_behind
from orchflow.guidance.linked import LinkedWork, linked_work
from orchflow.guidance.progress import FlowProgress, PartProgress, flow_progress, progress_by
from orchflow.guidance.reading import FlowReading, Hanging, hanging, read_flow
from orchflow.guidance.rows import ItemRow
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import window_of
from orchflow.metrics.metric import Figure
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.privacy import privacy_of
from orchflow.metrics.read import figures
from orchflow.people.permissions import Actor, Role
from orchflow.people.users import get_user
from orchflow.planning.flow.scope import FlowScope
from orchflow.screens.session import workspace
from orchflow.workspace import store_url

FIGURES = ("flow_completion", "flow_steps", "items_overdue", "flow_drift")


@dataclass(frozen=True)
class StepItems:
    """The items of a step in order, and what hangs on them."""

    items: tuple[ItemRow, ...]
    hanging: Mapping[int, Hanging]


def version(*topics: str) -> str:
    """Names this state of this workspace's guidance, and of other topics."""
    ws = workspace()
    return " ".join(
        [store_url(ws.settings), *(f"{ws.store.version(topic)}" for topic in ("guidance", *topics))]
    )


def flow_called(actor: Actor, key: str, today: date) -> FlowReading | None:
    """The flow that was begun under `key`, as it is now."""
    return _flow(version(), key, today, actor)


@st.cache_resource(max_entries=32, show_spinner=False)
def _flow(version: str, key: str, today: date, _actor: Actor) -> FlowReading | None:
    return read_flow(workspace().store, _actor, key, today=today)


def all_flows(actor: Actor, today: date) -> list[FlowProgress]:
    """Every flow that was begun, and how far it is."""
    return _flows(version(), today, actor)


@st.cache_resource(max_entries=8, show_spinner=False)
def _flows(version: str, today: date, _actor: Actor) -> list[FlowProgress]:
    return flow_progress(workspace().store, _actor, today=today)


def items_of(actor: Actor, step_id: int) -> StepItems:
    """The items of a step, as they are now."""
    return _items(version("plan"), step_id, actor)


@st.cache_resource(max_entries=64, show_spinner=False)
def _items(version: str, step_id: int, _actor: Actor) -> StepItems:
    store = workspace().store
    return StepItems(tuple(list_items(store, _actor, step_id=step_id)), hanging(store, _actor, step_id))


def figures_of(actor: Actor, reading: FlowReading, today: date) -> tuple[Figure, ...]:
    """The figures of the catalogue, of this flow alone."""
    return _figures(version(), reading.flow.id, today, actor.role, actor, reading)


@st.cache_resource(max_entries=64, show_spinner=False)
def _figures(
    version: str, flow_id: int, today: date, role: Role, _actor: Actor, _reading: FlowReading
) -> tuple[Figure, ...]:
    scope = PlanScope(FlowScope(flow=_reading.flow.number))
    facts = Facts(
        workspace(), _actor, window_of("now", today), privacy=privacy_of(_actor), now=clock.now(), plan=scope
    )
    facts.begun_flows = [_reading.progress]
    return figures(facts, FIGURES, trends=False)


def parts_of(actor: Actor, flow_id: int, today: date) -> tuple[list[PartProgress], list[PartProgress]]:
    """How far job roles and people are with what is theirs of a flow, as far as `actor` may see that."""
    return _parts(version("people"), flow_id, today, actor.role, actor.user_id, actor)


@st.cache_resource(max_entries=128, show_spinner=False)
def _parts(
    version: str, flow_id: int, today: date, role: Role, person: int | None, _actor: Actor
) -> tuple[list[PartProgress], list[PartProgress]]:
    store = workspace().store
    roles, people = (
        progress_by(store, _actor, part, today=today, flow_id=flow_id) for part in ("role", "person")
    )
    return roles, people


def checks_of(actor: Actor, number: int) -> tuple[list[CheckStanding], FlowLevel | None]:
    """How the self-checks of a flow stand, and the level that it has reached by them."""
    return _checks(version("checks"), number, clock.today(workspace().zone), actor.role, actor)


@st.cache_resource(max_entries=64, show_spinner=False)
def _checks(
    version: str, number: int, today: date, role: Role, _actor: Actor
) -> tuple[list[CheckStanding], FlowLevel | None]:
    standings = list_checks(workspace(), _actor, flow=number)
    return standings, next(iter(flow_levels(standings)), None)


def work_of(actor: Actor, number: int, step: str) -> LinkedWork:
    """What of the plan belongs to a step."""
    return _work(version("plan"), number, step, actor)


@st.cache_resource(max_entries=64, show_spinner=False)
def _work(version: str, number: int, step: str, _actor: Actor) -> LinkedWork:
    return linked_work(workspace().store, _actor, number, step)


def job_role_of(actor: Actor) -> str | None:
    """The job role of the reader."""
    return _job_role(version("people"), actor.user_id, actor) if actor.user_id else None


@st.cache_resource(max_entries=512, show_spinner=False)
def _job_role(version: str, person: int, _actor: Actor) -> str | None:
    return get_user(workspace().store, _actor, person).job_role


def left_in(actor: Actor, flow_id: int) -> list[LeftBehind]:
    """What people whose account is disabled still have in a flow."""
    return _left(version("people"), flow_id, actor)


@st.cache_resource(max_entries=32, show_spinner=False)
def _left(version: str, flow_id: int, _actor: Actor) -> list[LeftBehind]:
    return left_behind(workspace().store, _actor, flow_id=flow_id)
