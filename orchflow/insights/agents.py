"""The agents: status now, work, cost and what waits for a person, for all of them and for one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from orchflow import clock
from orchflow.config import Targets
from orchflow.errors import NotFound
from orchflow.insights import definitions
from orchflow.insights.coverage import Coverage, comparison, coverage
from orchflow.insights.figures import Figure, share
from orchflow.insights.filters import Filters
from orchflow.insights.health import STATUSES, Health, Signs, Status, judge
from orchflow.insights.names import Names, read_names
from orchflow.insights.privacy import Privacy
from orchflow.insights.queries import query, read, rows
from orchflow.insights.time_to_value import Milestones, milestones
from orchflow.warehouse.database import Warehouse

RUNS_SHOWN = 20
ERRORS_SHOWN = 10


@dataclass(frozen=True)
class Agent:
    """One agent: what it is, how it does now, and its work in the period. Durations are milliseconds."""

    slug: str
    name: str
    description: str | None
    agent_type: str | None
    department: str | None
    organizations: tuple[str, ...]
    provider: str | None
    model: str | None
    sources: tuple[str, ...]
    created_at: datetime | None
    listed: bool
    health: Health
    running_now: int
    waiting: int
    waiting_since: datetime | None
    last_run_at: datetime | None
    runs: int
    completed: int
    failed: int
    error_rate: float | None
    p50: float | None
    p95: float | None
    users: int
    cost: Decimal | None
    cost_per_run: Decimal | None
    trend: tuple[int, ...]

    @property
    def status(self) -> Status:
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


def agents_report(
    warehouse: Warehouse, filters: Filters, targets: Targets, today: date, privacy: Privacy
) -> AgentsReport:
    """Status as of `today` and the work of the period. Forbidden for single users without the permission."""
    privacy.check(filters)
    params = filters.params() | privacy.params()
    found = list_agents(warehouse, filters, targets, today, privacy)
    reach = coverage(warehouse)
    comparable, compared_with = comparison(filters, reach.runs_from)
    totals = {entry["period"]: entry for entry in rows(warehouse, "run_totals", params)}
    by_day = read(warehouse, "runs_by_day", params).to_pandas()
    stamps = {"as_of": reach.runs_as_of, "computed_at": clock.now(), "note": compared_with}
    return AgentsReport(
        agents=tuple(
            sorted(found, key=lambda agent: (STATUSES.index(agent.status), -agent.runs, agent.slug))
        ),
        figures=(
            _active(found, stamps),
            _runs(totals, by_day, comparable, stamps),
            error_rate(totals, by_day, comparable, targets, stamps),
            _waiting(found, stamps),
        ),
        by_day=by_day,
        statuses={
            status: count for status in STATUSES if (count := Counter(a.status for a in found)[status])
        },
        coverage=reach,
        compared_with=compared_with,
        computed_at=clock.now(),
        sql=query("agent_work").text,
    )


def list_agents(
    warehouse: Warehouse, filters: Filters, targets: Targets, today: date, privacy: Privacy
) -> list[Agent]:
    """Every agent within the filters; one without a run in the period is there too, unless users narrow it."""
    params = filters.params() | privacy.params() | {"dimension": "agent", "today": today, "now": clock.now()}
    health = {entry["agent"]: entry for entry in rows(warehouse, "agent_health", params)}
    work = {entry["agent"]: entry for entry in rows(warehouse, "agent_work", params)}
    cost = {entry["value"]: entry["cost"] for entry in rows(warehouse, "cost_by_value", params)}
    trend = {entry["agent"]: tuple(entry["trend"]) for entry in rows(warehouse, "agent_trend", params)}
    return [
        _agent(
            entry,
            health.get(slug, {}),
            work.get(slug, {}),
            cost.get(slug),
            trend.get(slug, ()),
            today,
            targets,
        )
        for entry in rows(warehouse, "agents")
        if _within(slug := entry["agent"], entry, filters, work)
    ]


@dataclass(frozen=True)
class AgentReport:
    """Everything on one agent's page.

    `history`: day, runs, completed, failed, p50, p95 of every day of the period. `cost_by_day` and `cost_by_model` as
    in `CostReport`, by model. `errors`: error, times, last_at. `recent`: its last runs.
    """

    agent: Agent
    milestones: Milestones | None
    history: pd.DataFrame
    cost_by_day: pd.DataFrame
    cost_by_model: pd.DataFrame
    recent: pd.DataFrame
    errors: pd.DataFrame
    coverage: Coverage
    computed_at: datetime
    sql: dict[str, str]


def agent_report(
    warehouse: Warehouse, slug: str, filters: Filters, targets: Targets, today: date, privacy: Privacy
) -> AgentReport:
    """One agent's page. NotFound when no agent is called `slug`."""
    one = Filters(filters.start, filters.end, agents=(slug,), sources=filters.sources)
    found = [agent for agent in list_agents(warehouse, one, targets, today, privacy) if agent.slug == slug]
    if not found:
        raise NotFound(f"There is no agent {slug!r}", "Choose one from the list of agents.")
    names = read_names(warehouse, privacy)
    params = one.params() | privacy.params() | {
        "agent": slug, "dimension": "model", "top": 6, "people": privacy.people, "row_limit": RUNS_SHOWN,
    }  # fmt: skip
    return AgentReport(
        agent=found[0],
        milestones=milestones(warehouse, targets).get(slug),
        history=read(warehouse, "agent_history", params).to_pandas(),
        cost_by_day=names.label(read(warehouse, "cost_by_day", params).to_pandas(), "model", "series"),
        cost_by_model=names.label(read(warehouse, "cost_by_value", params).to_pandas(), "model"),
        recent=_recent(read(warehouse, "agent_recent_runs", params).to_pandas(), names, privacy),
        errors=read(warehouse, "agent_errors", params | {"row_limit": ERRORS_SHOWN}).to_pandas(),
        coverage=coverage(warehouse),
        computed_at=clock.now(),
        sql={name: query(name).text for name in ("agent_history", "agent_health", "cost_by_day")},
    )


def error_rate(
    totals: dict[str, dict[str, Any]],
    by_day: pd.DataFrame,
    comparable: bool,
    targets: Targets,
    stamps: dict[str, Any],
) -> Figure:
    """Error rate of the period, from rows of `run_totals` by period."""
    now, before = (_rate(totals.get(period, {})) for period in ("current", "previous"))
    spark = tuple(
        float(failed) / (completed + failed)
        for completed, failed in zip(by_day["completed"], by_day["failed"], strict=True)
        if completed + failed
    )
    return Figure(
        "error_rate", "Error rate", now, "percent", previous=before if comparable else None, target=targets.error_rate,
        direction="down", spark=spark, definition=definitions.ERROR_RATE, sql=query("run_totals").text,
        missing=None if now is not None else "No run ended in this period", **stamps,
    )  # fmt: skip


def _rate(total: dict[str, Any]) -> float | None:
    return share(total["failed"], total["completed"] + total["failed"]) if total else None


def _active(found: list[Agent], stamps: dict[str, Any]) -> Figure:
    in_use = [agent for agent in found if agent.status not in ("draft", "disabled", "archived")]
    active = [agent for agent in in_use if agent.status != "idle"]
    return Figure(
        "active_agents", "Active agents", len(active), "count", direction="up", definition=definitions.ACTIVE_AGENTS,
        sql=query("agent_health").text, **(stamps | {"note": f"of {len(in_use)} in use"}),
    )  # fmt: skip


def _runs(
    totals: dict[str, dict[str, Any]], by_day: pd.DataFrame, comparable: bool, stamps: dict[str, Any]
) -> Figure:
    return Figure(
        "runs", "Runs", int(totals.get("current", {}).get("runs", 0)), "count",
        previous=int(totals.get("previous", {}).get("runs", 0)) if comparable else None, direction="up",
        spark=tuple(float(runs) for runs in by_day["runs"]), definition=definitions.RUNS, sql=query("run_totals").text,
        **stamps,
    )  # fmt: skip


def _waiting(found: list[Agent], stamps: dict[str, Any]) -> Figure:
    since = min((agent.waiting_since for agent in found if agent.waiting_since), default=None)
    oldest = f"the oldest for {_age(since)}" if since else ""
    return Figure(
        "waiting", "Waiting for a person", sum(agent.waiting for agent in found), "count", direction="down",
        definition=definitions.WAITING, sql=query("agent_health").text, **(stamps | {"note": oldest}),
    )  # fmt: skip


def _age(since: datetime) -> str:
    seconds = max(0, int((clock.now() - since).total_seconds()))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{seconds // size} {unit}{'s' if seconds >= 2 * size else ''}"
    return "less than a minute"


def _within(slug: str, entry: dict[str, Any], filters: Filters, work: dict[str, Any]) -> bool:
    if filters.agents and slug not in filters.agents:
        return False
    if filters.sources and not set(filters.sources) & set(entry["sources"]):
        return False
    if (
        filters.organizations
        and slug not in work
        and not set(filters.organizations) & set(entry["organizations"])
    ):
        return False
    return not (filters.users and slug not in work)


def _agent(
    entry: dict[str, Any], health: dict[str, Any], work: dict[str, Any], cost: Decimal | None, trend: tuple[int, ...],
    today: date, targets: Targets,
) -> Agent:  # fmt: skip
    signs = Signs(
        platform_status=entry["platform_status"],
        present=entry["present"] or not entry["listed"],
        last_run_day=health.get("last_run_day"),
        last_statuses=tuple(health.get("last_statuses") or ()),
        week_completed=health.get("week_completed", 0),
        week_failed=health.get("week_failed", 0),
        week_p95=health.get("week_p95"),
        median_p95=health.get("median_p95"),
        days_measured=health.get("days_measured", 0),
    )
    runs, completed, failed = (work.get(column, 0) for column in ("runs", "completed", "failed"))
    return Agent(
        slug=entry["agent"],
        name=entry["name"] or entry["agent"],
        description=entry["description"],
        agent_type=entry["agent_type"],
        department=entry["department"],
        organizations=tuple(entry["organizations"]),
        provider=entry["provider"],
        model=entry["model"],
        sources=tuple(entry["sources"]),
        created_at=entry["created_at"],
        listed=entry["listed"],
        health=judge(signs, today, targets.error_rate),
        running_now=health.get("running_now", 0),
        waiting=health.get("waiting", 0),
        waiting_since=health.get("waiting_since"),
        last_run_at=health.get("last_run_at"),
        runs=runs,
        completed=completed,
        failed=failed,
        error_rate=share(failed, completed + failed),
        p50=work.get("p50"),
        p95=work.get("p95"),
        users=work.get("users", 0),
        cost=cost,
        cost_per_run=cost / runs if cost is not None and runs else None,
        trend=trend,
    )


def _recent(frame: pd.DataFrame, names: Names, privacy: Privacy) -> pd.DataFrame:
    frame["organization"] = [names.of("organization", value) for value in frame["organization"]]
    if privacy.people:
        frame["user"] = [names.of("user", value) for value in frame["user_id"]]
    return frame.drop(columns=["user_id"])
