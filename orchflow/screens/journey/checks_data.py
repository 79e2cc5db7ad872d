"""How the checks stand, as the Checks screen reads it: once for each version of what is read, for each role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st

from orchflow import clock
from orchflow.guidance.checks.campaigns import CampaignStanding, campaign_standings
from orchflow.guidance.checks.check import Check
from orchflow.guidance.checks.exempted import Exempted, list_exempted
from orchflow.guidance.checks.results import (
    CheckStanding,
    FlowLevel,
    StateChange,
    check_history,
    flow_levels,
    list_checks,
)
from orchflow.guidance.checks.tied import TiedItem, items_tied
from orchflow.people.permissions import Actor, Role
from orchflow.planning.journey.content import load_flows
from orchflow.screens.plan.plan_data import plan_version
from orchflow.screens.session import workspace, zone

FRESH = "10m"
"""What time alone changes, as flapping, is read anew after so long."""


@dataclass(frozen=True)
class ChecksNow:
    """Every check and how far the flows are by them, with the exemptions and campaigns; shared, so nobody changes it."""

    standings: tuple[CheckStanding, ...]
    levels: tuple[FlowLevel, ...]
    exempted: tuple[Exempted, ...]
    campaigns: tuple[CampaignStanding, ...]
    evaluated_at: datetime | None


@dataclass(frozen=True)
class OneCheck:
    """What is told of one check beside how it stands."""

    history: tuple[StateChange, ...]
    items: tuple[TiedItem, ...]


def checks_now(actor: Actor) -> ChecksNow:
    """How everything stands for `actor`."""
    return _now(actor, actor.role, actor.user_id, version(), clock.today(zone()))


def one_check(actor: Actor, check: Check) -> OneCheck:
    """The history of a check and the items that follow it."""
    return _one(
        actor, actor.may(check.sees), check.key, f"{version()} {workspace().store.version('guidance')}"
    )


def version() -> str:
    """Names the state of what is read."""
    return f"{plan_version(workspace())}-{workspace().store.version('checks')}"


def flow_names() -> dict[int, str]:
    """The flows that ship, by their numbers."""
    return {flow.flow: flow.name for flow in load_flows().flows}


@st.cache_resource(max_entries=32, ttl=FRESH, show_spinner=False)
def _now(_actor: Actor, role: Role, person: int | None, version: str, today: date) -> ChecksNow:
    ws = workspace()
    standings = list_checks(ws, _actor)
    times = [standing.evaluated_at for standing in standings if standing.evaluated_at is not None]
    return ChecksNow(
        tuple(standings), tuple(flow_levels(standings)), tuple(list_exempted(ws, _actor)),
        tuple(campaign_standings(ws, _actor)), max(times, default=None),
    )  # fmt: skip


@st.cache_resource(max_entries=128, ttl=FRESH, show_spinner=False)
def _one(_actor: Actor, told: bool, key: str, version: str) -> OneCheck:
    ws = workspace()
    return OneCheck(tuple(check_history(ws, _actor, key)), tuple(items_tied(ws.store, _actor, key)))
