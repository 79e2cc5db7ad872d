"""The agents: status now, work, cost and what waits for a person, for all of them and for one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from orchflow.errors import NotFound
from orchflow.insights.cost import cost_by_day, cost_by_value
from orchflow.metrics.agent_states import AgentState
from orchflow.metrics.coverage import Coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters
from orchflow.metrics.health import STATUSES, Status
from orchflow.metrics.metric import Figure
from orchflow.metrics.privacy import SMALL_GROUPS
from orchflow.metrics.read import figures, sql_of, table
from orchflow.metrics.strips import STRIPS
from orchflow.metrics.time_to_value import Milestones
from orchflow.warehouse.sql import load_query

FIGURES = STRIPS["agents"]
OF_ONE = STRIPS["agents/one"]
BY_DAY = ("runs", "completed", "failed")
HISTORY = {
    "runs": "runs",
    "completed": "completed",
    "failed": "failed",
    "error_rate": "error_rate",
    "p50_latency_ms": "p50",
    "p95_latency_ms": "p95",
}
TREND_DAYS = 28
RUNS_SHOWN = 20
ERRORS_SHOWN = 10


@dataclass(frozen=True)
class Agent(AgentState):
    """One agent: what it is, how it does now, and its work in the period. Durations are milliseconds.

    What is withheld of few people's work is None, its `trend` empty.
    """

    runs: int | None
    completed: int | None
    failed: int | None
    error_rate: float | None
    p50: float | None
    p95: float | None
    users: int | None
    cost: Decimal | None
    cost_per_run: Decimal | None
    trend: tuple[int, ...]

    @property
    def status(self) -> Status:
        """How it does now."""
        return self.health.status


@dataclass(frozen=True)
class AgentsReport:
    """Everything on the Agents screen, those that want attention first."""

    agents: tuple[Agent, ...]
    figures: tuple[Figure, ...]
    by_day: pd.DataFrame
    statuses: dict[Status, int]
    coverage: Coverage
    compared_with: str
    computed_at: datetime
    sql: str
    period: Filters
    withheld: str


def agents_report(facts: Facts) -> AgentsReport:
    """Status as of now and the work of the period. Forbidden for single users without the permission."""
    agents = list_agents(facts)
    return AgentsReport(
        agents=tuple(
            sorted(agents, key=lambda agent: (STATUSES.index(agent.status), -(agent.runs or 0), agent.slug))
        ),
        figures=figures(facts, FIGURES),
        by_day=table(facts, BY_DAY, grain="day").rename(columns={"bucket": "day"}),
        statuses=statuses(agents),
        coverage=facts.reach,
        compared_with=facts.comparison.in_words("run_lines"),
        computed_at=facts.now,
        sql=sql_of(facts, BY_DAY, "agent"),
        period=facts.period,
        withheld=facts.withheld,
    )


def statuses(agents: list[Agent] | list[AgentState]) -> dict[Status, int]:
    """How many agents have each status, what wants attention first; those that none has are left out."""
    counts = Counter(agent.health.status for agent in agents)
    return {status: counts[status] for status in STATUSES if counts[status]}


def list_agents(facts: Facts) -> list[Agent]:
    """Every agent within the filters; one without a run in the period is there too, unless users narrow it."""
    trends = _trends(facts)
    return [_agent(state, facts, trends.get(state.slug, ())) for state in facts.agents]


@dataclass(frozen=True)
class AgentReport:
    """Everything on one agent's page.

    `history`: day, runs, completed, failed, error_rate, p50, p95 of every day of the period. `cost_by_day` and
    `cost_by_model` as in `CostReport`, by model. `errors`: error, times, last_at. `recent`: its last runs; both None for
    those who may not see single people's. Where small groups are withheld, `history` has only the days that are told.
    """

    agent: Agent
    figures: tuple[Figure, ...]
    milestones: Milestones | None
    history: pd.DataFrame
    cost_by_day: pd.DataFrame
    cost_by_model: pd.DataFrame
    recent: pd.DataFrame | None
    errors: pd.DataFrame | None
    coverage: Coverage
    computed_at: datetime
    period: Filters
    withheld: str


def agent_report(facts: Facts, slug: str) -> AgentReport:
    """One agent's page. NotFound when no agent is called `slug`."""
    facts = facts.of_agent(slug)
    agent = next((agent for agent in list_agents(facts) if agent.slug == slug), None)
    if agent is None:
        raise NotFound(f"There is no agent {slug!r}", "Choose one from the list of agents.")
    by_model = cost_by_value(facts, "model")
    return AgentReport(
        agent=agent,
        figures=figures(facts, OF_ONE),
        milestones=facts.milestones.get(slug),
        history=_history(facts),
        cost_by_day=cost_by_day(facts, "model", by_model["value"], top=6),
        cost_by_model=by_model,
        recent=_recent(facts, slug) if facts.privacy.people else None,
        errors=_of_agent(facts, slug, "agent_errors", ERRORS_SHOWN) if facts.privacy.people else None,
        coverage=facts.reach,
        computed_at=facts.now,
        period=facts.period,
        withheld=facts.withheld,
    )


def _agent(state: AgentState, facts: Facts, trend: tuple[int, ...]) -> Agent:
    work = facts.agent_work.get(state.slug, {})
    none = 0 if facts.privacy.people else None
    return Agent(
        **vars(state),
        runs=work.get("runs", none),
        completed=work.get("completed", none),
        failed=work.get("failed", none),
        error_rate=work.get("error_rate"),
        p50=work.get("p50_latency_ms"),
        p95=work.get("p95_latency_ms"),
        users=work.get("users", none),
        cost=work.get("cost"),
        cost_per_run=work.get("cost_per_run"),
        trend=trend,
    )


def _trends(facts: Facts) -> dict[str, tuple[int, ...]]:
    """By agent that ran: its runs on each of the last `TREND_DAYS` days of the period, the oldest first.

    Where small groups are withheld, only those of the days that are told.
    """
    end = facts.filters.end
    lately = facts.over(replace(facts.filters, start=end - timedelta(days=TREND_DAYS - 1)))
    frame = table(lately, ("runs",), by="agent", grain="day")
    frame = frame[frame["value"] != SMALL_GROUPS]
    days = pd.date_range(lately.filters.start, end).date if facts.privacy.people else None
    return {
        str(slug): tuple(_by_day(runs.set_index("bucket")["runs"], days))
        for slug, runs in frame.groupby("value", sort=False)
    }


def _by_day(runs: pd.Series[Any], days: Any) -> list[int]:
    return [int(count) for count in (runs if days is None else runs.reindex(days, fill_value=0))]


def _history(facts: Facts) -> pd.DataFrame:
    frame = table(facts, tuple(HISTORY), grain="day").rename(columns={"bucket": "day", **HISTORY})
    if not facts.privacy.people:
        return frame
    days = pd.date_range(facts.filters.start, facts.filters.end).date
    frame = frame.set_index("day").reindex(pd.Index(days, name="day")).reset_index()
    counts = list(BY_DAY)
    frame[counts] = frame[counts].fillna(0).astype("int64")
    return frame


def _of_agent(facts: Facts, slug: str, name: str, row_limit: int) -> pd.DataFrame:
    params = facts.params() | {"agent": slug, "row_limit": row_limit}
    return facts.warehouse.frame(load_query("orchflow.insights", name), params)


def _recent(facts: Facts, slug: str) -> pd.DataFrame:
    frame = _of_agent(facts, slug, "agent_recent_runs", RUNS_SHOWN)
    frame["organization"] = [facts.names.of("organization", value) for value in frame["organization"]]
    frame["user"] = [facts.names.of("user", value) for value in frame["user_id"]]
    return frame.drop(columns=["user_id"])
