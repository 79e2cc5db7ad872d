"""What the Flow screen reads: each part once for each version of what it is read from, shared by those who see the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

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
from orchflow.metrics.strips import STRIPS
from orchflow.people.permissions import Actor, Role
from orchflow.people.users import get_user
from orchflow.planning.flow.scope import FlowScope
from orchflow.planning.names import PlanNames
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.session import workspace, zone
from orchflow.workspace import store_url

FIGURES = STRIPS["flow"]
TOPICS = ("guidance", "plan", "people", "checks")


@dataclass(frozen=True)
class StepItems:
    """The items of a step in order, and what hangs on them."""

    items: tuple[ItemRow, ...]
    hanging: Mapping[int, Hanging]


@dataclass(frozen=True)
class Readings:
    """What `actor` may read on `today`, at these `versions` of the topics: asked for once in a run of the screen."""

    actor: Actor
    today: date
    versions: Mapping[str, int]

    @classmethod
    def now(cls, actor: Actor) -> Readings:
        """As everything is now."""
        return cls(actor, clock.today(zone()), workspace().store.versions(TOPICS))

    def at(self, *topics: str) -> str:
        """Names this state of the workspace's guidance, and of other topics."""
        moved = " ".join(f"{self.versions[topic]}" for topic in ("guidance", *topics))
        return f"{store_url(workspace().settings)} {moved} {self.today}"

    @cached_property
    def names(self) -> PlanNames:
        """What rows point to."""
        return names_now(workspace(), self.actor)

    @property
    def job_role(self) -> str | None:
        """The job role of the reader."""
        return _job_role(self.at("people"), self.actor.user_id, self.actor) if self.actor.user_id else None

    def flow(self, key: str) -> FlowReading | None:
        """The flow that was begun under `key`."""
        return _flow(self.at(), key, self)

    def flows(self) -> list[FlowProgress]:
        """Every flow that was begun, and how far it is."""
        return _flows(self.at(), self)

    def items(self, step_id: int) -> StepItems:
        """The items of a step."""
        return _items(self.at("plan"), step_id, self.actor)

    def figures(self, reading: FlowReading) -> tuple[Figure, ...]:
        """The figures of the catalogue, of this flow alone."""
        return _figures(self.at(), reading.flow.id, self.actor.role, self, reading)

    def parts(self, flow_id: int) -> tuple[list[PartProgress], list[PartProgress]]:
        """How far job roles and people are with what is theirs of a flow, as far as the reader may see that."""
        return _parts(self.at("people"), flow_id, self.actor.role, self.actor.user_id, self)

    def checks(self, number: int) -> tuple[list[CheckStanding], FlowLevel | None]:
        """How the self-checks of a flow stand, and the level that it has reached by them."""
        return _checks(self.at("checks"), number, self.actor.role, self.actor)

    def work(self, number: int, step: str) -> LinkedWork:
        """What of the plan belongs to a step."""
        return _work(self.at("plan"), number, step, self.actor)

    def left(self, flow_id: int) -> list[LeftBehind]:
        """What people whose account is disabled still have in a flow."""
        return _left(self.at("people"), flow_id, self.actor)


@st.cache_resource(max_entries=32, show_spinner=False)
def _flow(version: str, key: str, _read: Readings) -> FlowReading | None:
    return read_flow(workspace().store, _read.actor, key, today=_read.today)


@st.cache_resource(max_entries=8, show_spinner=False)
def _flows(version: str, _read: Readings) -> list[FlowProgress]:
    return flow_progress(workspace().store, _read.actor, today=_read.today)


@st.cache_resource(max_entries=64, show_spinner=False)
def _items(version: str, step_id: int, _actor: Actor) -> StepItems:
    store = workspace().store
    return StepItems(tuple(list_items(store, _actor, step_id=step_id)), hanging(store, _actor, step_id))


@st.cache_resource(max_entries=64, show_spinner=False)
def _figures(
    version: str, flow_id: int, role: Role, _read: Readings, _reading: FlowReading
) -> tuple[Figure, ...]:
    scope = PlanScope(FlowScope(flow=_reading.flow.number))
    facts = Facts(
        workspace(), _read.actor, window_of("now", _read.today), privacy=privacy_of(_read.actor), now=clock.now(),
        plan=scope,
    )  # fmt: skip
    facts.begun_flows = [_reading.progress]
    return figures(facts, FIGURES, trends=False)


@st.cache_resource(max_entries=128, show_spinner=False)
def _parts(
    version: str, flow_id: int, role: Role, person: int | None, _read: Readings
) -> tuple[list[PartProgress], list[PartProgress]]:
    store = workspace().store
    roles, people = (
        progress_by(store, _read.actor, part, today=_read.today, flow_id=flow_id)
        for part in ("role", "person")
    )
    return roles, people


@st.cache_resource(max_entries=64, show_spinner=False)
def _checks(
    version: str, number: int, role: Role, _actor: Actor
) -> tuple[list[CheckStanding], FlowLevel | None]:
    standings = list_checks(workspace(), _actor, flow=number)
    return standings, next(iter(flow_levels(standings)), None)


@st.cache_resource(max_entries=64, show_spinner=False)
def _work(version: str, number: int, step: str, _actor: Actor) -> LinkedWork:
    return linked_work(workspace().store, _actor, number, step)


@st.cache_resource(max_entries=512, show_spinner=False)
def _job_role(version: str, person: int, _actor: Actor) -> str | None:
    return get_user(workspace().store, _actor, person).job_role


@st.cache_resource(max_entries=32, show_spinner=False)
def _left(version: str, flow_id: int, _actor: Actor) -> list[LeftBehind]:
    return left_behind(workspace().store, _actor, flow_id=flow_id)
