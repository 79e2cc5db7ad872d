"""What agents do, how well, and how soon they came to it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from orchflow.format import quantity
from orchflow.metrics.catalogue import fact_rows as behind
from orchflow.metrics.filters import period_in_words
from orchflow.metrics.health import IDLE_DAYS
from orchflow.metrics.metric import RUN_DIMENSIONS, Metric, Number, Reading
from orchflow.people.small_groups import WITHHELD

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

NO_DAY_ONE = "Day 1 is not known: set workspace.start_date in orchflow.yaml"

runs = partial(Metric, base="run_lines", owner="AI platform")
records = partial(Metric, base="run_records", owner="AI platform", unit="ms", direction="down")
agents = partial(Metric, owner="AI platform")


def _days_from_day_one(facts: Facts, reached: date | None, not_reached: str) -> Reading:
    start = facts.ws.start_date
    if start is None:
        return Reading(None, missing=NO_DAY_ONE)
    if reached is None:
        return Reading(None, missing=not_reached)
    day = period_in_words(reached, reached)
    return Reading(
        max(0, (reached - start).days), note=f"reached {day}" if reached >= start else f"{day}, before Day 1"
    )


def _time_to_first_agent(facts: Facts) -> Reading:
    days = [way.first_run_day for way in facts.milestones.values() if way.first_run_day]
    return _days_from_day_one(
        facts, min(days, default=None), "Not reached: no person has completed a run yet"
    )


def _time_to_production(facts: Facts) -> Reading:
    days = [way.production_day for way in facts.milestones.values() if way.production_day]
    return _days_from_day_one(facts, min(days, default=None), "Not reached: no agent is in production yet")


def _active_agents(facts: Facts) -> Reading:
    in_use = [agent for agent in facts.agents if agent.switched_on]
    return _of_runs(
        facts, sum(agent.health.status != "idle" for agent in in_use), note=f"of {len(in_use)} in use"
    )


def _agents_in_production(facts: Facts) -> Reading:
    switched_on = {agent.slug for agent in facts.agents if agent.switched_on}
    reached = [slug for slug, way in facts.milestones.items() if way.production_day and slug in switched_on]
    return _of_runs(facts, len(reached), note=f"of {len(switched_on)} switched on")


def _waiting(facts: Facts) -> Reading:
    waiting = [agent.waiting for agent in facts.agents if agent.waiting is not None]
    if len(waiting) < len(facts.agents):
        return Reading(None, missing=WITHHELD)
    since = min((agent.waiting_since for agent in facts.agents if agent.waiting_since), default=None)
    return _of_runs(
        facts,
        sum(waiting),
        note=f"the oldest for {_age(facts.now - since)}" if since else "",
    )


def _of_runs(facts: Facts, value: Number, note: str = "") -> Reading:
    if facts.reach.runs_from is None:
        return Reading(None, missing="No runs of agents yet")
    return Reading(value, note=note)


def _age(age: timedelta) -> str:
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        count = int(age.total_seconds()) // size
        if count >= 1:
            return quantity(count, unit)
    return "less than a minute"


METRICS = (
    agents(
        rows=behind.completed_runs, key="time_to_first_agent", label="Time to first agent", question="How soon did the first agent work?", unit="days",
        direction="down", window="now", read=_time_to_first_agent,
        target="time_to_first_agent_days",
        definition="Days from Day 1 to the day of the first completed run of any agent by a person; the service user does "
        "not count.",
    ),
    agents(
        rows=behind.completed_runs, key="time_to_production", label="Time to production", question="How soon was the first agent in production?",
        unit="days", direction="down", window="now", read=_time_to_production,
        target="time_to_production_days",
        definition="Days from Day 1 to the first day on which some agent is in production: in that day and the six before it "
        "at least {production_min_runs} completed runs by at least {production_min_users} people, with an error rate under "
        "{error_rate}. Drafts do not count. The platform keeps no history of an agent's status, so one that was "
        "switched off since still counts.",
    ),
    agents(
        rows=behind.agents_meant, key="active_agents", filtered_by=RUN_DIMENSIONS, label="Active agents", question="How many agents are in use?", unit="count", direction="up",
        window="now", read=_active_agents,
        definition=f"Agents with at least one run in the last {IDLE_DAYS} days that the platform has not switched off "
        "(drafts, disabled and archived ones are not counted; what its metadata say decides, not its column). Where the platform "
        "tells no status, as v2, runs decide. A filter chooses the agents; all of their runs count.",
    ),
    agents(
        rows=behind.agents_meant, key="agents_in_production", filtered_by=RUN_DIMENSIONS, label="Agents in production", question="How many agents have proved themselves?",
        unit="count", direction="up", window="now", read=_agents_in_production,
        definition="Agents that are switched on and have reached production: in some seven days at least "
        "{production_min_runs} completed runs by at least {production_min_users} people, with an error rate under "
        "{error_rate}.",
    ),
    runs(
        key="runs", label="Runs", question="How much are agents used?", unit="count", direction="up",
        formula="sum(runs)", definition="Runs that agents began in the period.",
    ),
    runs(
        rows_where={"status": ("completed",)}, key="completed", label="Completed runs", question="How many runs ended well?", unit="count", direction="up",
        formula="sum(completed)", definition="Runs that agents began in the period and completed.",
    ),
    runs(
        rows_where={"status": ("failed",)}, key="failed", label="Failed runs", question="How many runs failed?", unit="count", direction="down",
        formula="sum(failed)", definition="Runs that agents began in the period and that failed.",
    ),
    runs(
        rows_where={"rejected": ("true",)}, key="rejected", label="Rejected runs", question="How many outcomes did people reject?", unit="count", direction="down",
        formula="sum(rejected)", definition="Completed runs whose outcome a person rejected: the platform delivers a task of their "
        "conversation as rejected. Where it delivers no such decisions there are none, which does not mean that all were accepted.",
    ),
    agents(
        key="accepted", label="Accepted outcomes", question="How many outcomes could people use?", unit="count", direction="up",
        formula="{completed} - {rejected}", definition="Completed runs whose outcome no person rejected.",
    ),
    agents(
        key="error_rate", moved_by="failed", label="Error rate", question="How often do agents fail?", unit="percent", direction="down",
        formula="{failed} / nullif({failed} + {completed}, 0)", target="error_rate",
        missing="No run ended in this period",
        definition="Failed runs divided by all runs that ended, completed or failed.",
    ),
    runs(
        key="users", label="Users", question="How many people use agents?", unit="count", direction="up",
        formula="count(distinct user_id) filter (where by_person)",
        definition="People with at least one run in the period; the service user does not count.",
    ),
    runs(
        key="agents_used", label="Agents used", question="How many agents are at work?", unit="count", direction="up",
        formula="count(distinct agent)", definition="Agents with at least one run in the period.",
    ),
    records(
        rows_where={"status": ("completed",)}, key="p50_latency_ms", label="P50 latency", question="How long does a run take?",
        formula="quantile_cont(duration_ms, 0.5) filter (where status = 'completed')",
        missing="No run was completed in this period", definition="Half of the completed runs took no longer than this.",
    ),
    records(
        rows_where={"status": ("completed",)}, key="p95_latency_ms", target="p95_latency_ms", label="P95 latency", question="How long do the slowest runs take?",
        formula="quantile_cont(duration_ms, 0.95) filter (where status = 'completed')",
        missing="No run was completed in this period",
        definition="95 of 100 completed runs took no longer than this; between two runs it is linear.",
    ),
    agents(
        rows=behind.agents_meant, key="waiting", filtered_by=RUN_DIMENSIONS, label="Waiting for a person", question="How many runs wait for one of us?", unit="count",
        direction="down", window="now", read=_waiting,
        definition="Runs in which the agent waits for a person to answer or approve; in the enterprise version none of the "
        "platform's own workflows does that yet. A filter chooses the agents; all of "
        "their runs count.",
    ),
)  # fmt: skip
