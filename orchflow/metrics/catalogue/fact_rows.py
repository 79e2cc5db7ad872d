"""The rows that figures of agents, people and sources are counted from, where they are computed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from orchflow.metrics.metric import RowsBehind

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

Behind = tuple[RowsBehind, ...]


def completed_runs(_: Facts) -> Behind:
    """Every completed run, whenever it was."""
    return (RowsBehind("agent_runs", {"status": ("completed",)}),)


def agents_meant(facts: Facts) -> Behind:
    """The agents within the filters that the platform lists."""
    return (RowsBehind("agents", {"slug": tuple(agent.slug for agent in facts.agents) or ("none",)}),)


def users_known(_: Facts) -> Behind:
    """The users of the platform with their status and roles."""
    return (RowsBehind("users"),)


def runs_of_four_weeks(facts: Facts) -> Behind:
    """The runs of the last 28 days."""
    return (RowsBehind("agent_runs", start=facts.today - timedelta(days=27), end=facts.today),)


def users_and_their_runs(facts: Facts) -> Behind:
    """The users of the platform, and the runs of the last 28 days."""
    return (*users_known(facts), *runs_of_four_weeks(facts))


def newest_usage(facts: Facts) -> Behind:
    """The calls of the sources that are meant."""
    sources = facts.filters.sources
    return (RowsBehind("usage_events", {"source": sources} if sources else {}),)


def usage_days(facts: Facts) -> Behind:
    """What each day of the sources that are meant had of usage."""
    sources = facts.filters.sources
    return (RowsBehind("usage_daily", {"source": sources} if sources else {}),)


def loads(facts: Facts) -> Behind:
    """The runs of the sources that are meant."""
    sources = facts.filters.sources
    return (RowsBehind("ingest_runs", {"source": sources} if sources else {}),)
