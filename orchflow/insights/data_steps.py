"""What the data itself asks for next, the most urgent first, each with where to do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from orchflow import format as fmt
from orchflow.config.settings import Settings
from orchflow.ingest.record import query
from orchflow.ingest.recording import REMEDY
from orchflow.ingest.source import RECONCILE
from orchflow.insights.cost import DIMENSIONS
from orchflow.insights.step import URGENCIES, Step
from orchflow.metrics.agent_states import AgentState
from orchflow.metrics.coverage import Coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.metric import Number
from orchflow.metrics.names import MISSING
from orchflow.metrics.read import figure, figures
from orchflow.metrics.unconverted import in_short
from orchflow.people.permissions import Permission
from orchflow.people.platform_users import match_platform_users

STALE = timedelta(days=2)
WORTH_SAYING = 0.01
"""A share of cost under one hundredth is not worth anyone's morning."""


def data_steps(facts: Facts) -> list[Step]:
    """The steps that the actor can follow, broken things first."""
    steps = [*_of_sources(facts), *_of_figures(facts)]
    return sorted(steps, key=lambda step: URGENCIES.index(step.urgency))


def _of_sources(facts: Facts) -> list[Step]:
    """What the sources ask for: only of those who may see them."""
    if not facts.actor.may(Permission.SOURCES_VIEW):
        return []
    by = _by(facts, Permission.INGEST_RUN)
    last = facts.warehouse.query(query("last_ingest")).to_pylist()
    steps = _sources(last, facts.ws.settings, facts.reach, facts.now)
    rejects = figure(facts, "open_rejects").value
    if rejects:
        steps.append(
            Step(
                "rejects", "todo", f"{fmt.quantity(int(rejects), 'row')} of the sources set aside",
                "They are in no figure until their reason is dealt with and they are tried again.", "sources",
            )
        )  # fmt: skip
    return [replace(step, owner=by) for step in steps]


def _of_figures(facts: Facts) -> list[Step]:
    """What cost, agents and people of the platform ask for."""
    steps: list[Step] = []
    if facts.recording.silent:
        title = f"Cost is not recorded on {fmt.quantity(facts.recording.silent, 'day')} with runs"
        steps.append(Step("recording", "attention", title, REMEDY, "cost", owner="an administrator"))
    steps += _agents(facts.agents, facts.now)
    share, unpriced = figures(facts, ("unattributed_share", "unpriced_calls"), trends=False)
    steps += _cost(share.value, unpriced.value)
    if facts.unconverted and facts.actor.may(Permission.COSTS_EDIT):
        steps.append(
            Step(
                "unconverted", "attention", f"Amounts in {', '.join(line.currency for line in facts.unconverted)} have no rate",
                f"{in_short(facts.unconverted)}. They are in no sum of cost.", "exchange_rates", owner="you",
            )
        )  # fmt: skip
    unmatched = 0
    if facts.actor.may(Permission.PEOPLE_VIEW):
        unmatched = len(match_platform_users(facts.ws.store, facts.actor, facts.warehouse).unmatched)
    if unmatched:
        steps.append(
            Step(
                "unmatched", "todo", f"{fmt.quantity(unmatched, 'platform user')} not matched to a person",
                "Add them, or give the person here the e-mail address they have in the platform.", "people",
                owner=_by(facts, Permission.PEOPLE_MANAGE),
            )
        )  # fmt: skip
    return steps


def _by(facts: Facts, permission: Permission) -> str:
    return "you" if facts.actor.may(permission) else "an administrator"


def _runs(last: list[dict[str, Any]]) -> list[Step]:
    """What the newest runs of sources failed with or left out."""
    steps = []
    for source in dict.fromkeys(
        entry["source"] for entry in last if entry["state"] in ("failed", "interrupted")
    ):
        bad = [
            entry
            for entry in last
            if entry["source"] == source and entry["state"] in ("failed", "interrupted")
        ]
        jobs = [entry["job"] for entry in bad]
        title = (
            f"{source} could not be compared"
            if jobs == [RECONCILE]
            else f"{source}: {', '.join(jobs)} not loaded"
        )
        why = bad[0]["error"] or "it was interrupted; run it again"
        steps.append(Step(f"source-{source}", "broken", title, str(why), "sources"))
    steps += [
        Step(
            f"partial-{source}", "attention", f"{source} is read only in part",
            "; ".join(str(entry["hint"]) for entry in last if (entry["source"], entry["state"]) == (source, "partial")),
            "sources",
        )
        for source in dict.fromkeys(entry["source"] for entry in last if entry["state"] == "partial")
    ]  # fmt: skip
    return steps


def _sources(last: list[dict[str, Any]], settings: Settings, reach: Coverage, now: datetime) -> list[Step]:
    steps = _runs(last)
    known = {entry["source"] for entry in last}
    steps += [
        Step(
            f"never-{source.name}", "attention", f"{source.name} has never been loaded",
            "Check it, then run it once; after that its schedule does.", "sources",
        )
        for source in settings.sources
        if source.name not in known
    ]  # fmt: skip
    if reach.as_of and now - reach.as_of > STALE and not steps:
        days = (now - reach.as_of).days
        steps.append(
            Step(
                "stale", "attention", f"No new data for {fmt.quantity(days, 'day')}",
                "Either nobody used the platform, or the source needs a look.", "sources",
            )
        )  # fmt: skip
    return steps


def _agents(agents: Sequence[AgentState], now: datetime) -> list[Step]:
    steps = [
        Step(
            f"agent-{agent.slug}", "broken" if agent.health.status == "failing" else "attention",
            f"{agent.name} is {agent.health.status}", agent.health.reason, "agents", {"agent": agent.slug},
            agent.department or "",
        )
        for agent in agents
        if agent.health.status in ("failing", "degraded")
    ]  # fmt: skip
    day_ago = now - timedelta(days=1)
    for agent in agents:
        if agent.waiting and agent.waiting_since and agent.waiting_since < day_ago:
            days = (now - agent.waiting_since).days
            steps.append(
                Step(
                    f"waiting-{agent.slug}", "attention", f"{agent.name} waits for a person",
                    f"{fmt.quantity(agent.waiting, 'run')}, the oldest for {fmt.quantity(days, 'day')}.", "agents",
                    {"agent": agent.slug}, agent.department or "",
                )
            )  # fmt: skip
    return steps


def _cost(unattributed: Number | None, unpriced: Number | None) -> list[Step]:
    steps = []
    if unattributed is not None and unattributed >= WORTH_SAYING:
        steps.append(
            Step(
                "unattributed", "todo", f"{fmt.percent(unattributed)} of this month's cost belongs to no agent",
                "See which callers it is, and name them after the agent they work for.", "cost",
                {"dimension": DIMENSIONS["agent"], "agent": MISSING["agent"]},
            )
        )  # fmt: skip
    if unpriced:
        steps.append(
            Step(
                "unpriced", "todo", f"{fmt.quantity(int(unpriced), 'call')} of this month without a price",
                "They are in no sum of cost; see which models they used.", "cost", {"dimension": DIMENSIONS["model"]},
            )
        )  # fmt: skip
    return steps
