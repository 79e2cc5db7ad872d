"""Agents: the status of all of them, and one agent's page (`?agent=slug`)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow.errors import NotFound
from orchflow.insights.agents import Agent, AgentReport, AgentsReport, agent_report, agents_report
from orchflow.insights.coverage import Coverage, coverage
from orchflow.insights.definitions import HEALTH
from orchflow.insights.filters import Filters, period_in_words
from orchflow.insights.links import agent_links, conversation_link
from orchflow.insights.names import filter_options
from orchflow.insights.privacy import Privacy, privacy_of
from orchflow.paths import app_root
from orchflow.people.permissions import Actor, Permission
from orchflow.ui import format as fmt
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import Target, chart, lines, stacked_bars
from orchflow.ui.filters import Choice, FilterValues, filter_bar
from orchflow.ui.page import page
from orchflow.ui.session import currency, require, workspace, zone
from orchflow.ui.states import Action, empty, problem
from orchflow.ui.table import Column, data_table

TOPICS = ("usage", "runs", "agents", "platform")
HERE = app_root() / "pages" / "insights" / "agents.py"
COLOURS = {
    "failing": "red", "degraded": "orange", "healthy": "green", "idle": "gray", "draft": "violet", "disabled": "gray",
    "archived": "gray",
}  # fmt: skip


@st.cache_data(max_entries=16, show_spinner=False)
def reader(_actor: Actor, people: bool, version: int) -> tuple[Privacy, Coverage, dict[str, dict[str, str]]]:
    warehouse = workspace().warehouse
    privacy = privacy_of(warehouse, _actor)
    return privacy, coverage(warehouse), filter_options(warehouse, privacy)


@st.cache_data(max_entries=64, ttl="10m", show_spinner=False)
def all_agents(
    filters: Filters, today: date, privacy: Privacy, version: int
) -> tuple[AgentsReport, pd.DataFrame, dict[str, Any]]:
    ws = workspace()
    found = agents_report(ws.warehouse, filters, ws.settings.targets, today, privacy)
    table = in_zone(pd.DataFrame([_line(agent) for agent in found.agents]), "last_run_at")
    days = found.by_day.melt("day", ["completed", "failed"], var_name="status", value_name="count")
    bars = stacked_bars(
        days, "day", "count", "status", kind="outcome", unit="count", title="Runs a day, completed and failed"
    )
    return found, table, bars.to_plotly_json()


@st.cache_data(max_entries=64, ttl="10m", show_spinner=False)
def one_agent(
    slug: str, filters: Filters, today: date, privacy: Privacy, version: int, money: str
) -> tuple[AgentReport, dict[str, dict[str, Any]]]:
    ws = workspace()
    found = agent_report(ws.warehouse, slug, filters, ws.settings.targets, today, privacy)
    runs = found.history.melt("day", ["completed", "failed"], var_name="status", value_name="count")
    times = found.history.melt("day", ["p50", "p95"], var_name="percentile", value_name="ms")
    times["percentile"] = times["percentile"].str.upper()
    times["seconds"] = times["ms"] / 1000
    rate = found.history.assign(
        rate=found.history["failed"] / (found.history["completed"] + found.history["failed"])
    )
    target = Target(ws.settings.targets.error_rate, "target")
    figures = {
        "runs": stacked_bars(runs, "day", "count", "status", kind="outcome", unit="count", title="Runs a day, completed and failed"),
        "times": lines(times, "day", "seconds", "percentile", unit="seconds", title="Duration of completed runs a day"),
        "rate": lines(rate, "day", "rate", unit="percent", target=target, title="Error rate a day, against its target"),
        "cost": stacked_bars(
            found.cost_by_day, "day", "cost", "label", kind="model", unit="money", currency=money,
            title="Cost a day by model",
        ),
    }  # fmt: skip
    return found, {name: figure.to_plotly_json() for name, figure in figures.items()}


def main() -> None:
    actor = require(Permission.INSIGHTS_VIEW)
    version = workspace().warehouse.version(*TOPICS)
    privacy, reach, options = reader(actor, actor.may(Permission.PERSON_FIGURES), version)
    slug = st.query_params.get("agent")
    if slug:
        one(slug, actor, privacy, reach, version)
    elif reach.runs_from is None and not options.get("agent"):
        page("Agents", "How the agents do now, and what they did")
        nothing_yet(actor)
    else:
        everything(actor, privacy, reach, options, version)


def everything(
    actor: Actor, privacy: Privacy, reach: Coverage, options: dict[str, dict[str, str]], version: int
) -> None:
    head = st.container()
    filters = chosen_filters(options, ("organization", "user", "source"))
    found, table, bars = all_agents(filters, clock.today(zone()), privacy, version)
    with head:
        page(
            "Agents",
            "How the agents do now, and what they did",
            reach.runs_as_of,
            found.computed_at,
            zone=zone(),
        )
    figure_row(found.figures, currency=currency(), zone=zone(), compared_with=found.compared_with)
    status_line(found)
    with st.container(border=True, key="all-agents"):
        st.subheader("Every agent, those that want attention first", anchor=False)
        st.caption("Select a row to open the agent.")
        picked = data_table(
            table, key="agents", name="agents", alt="Status, runs, times and cost of every agent", on_select="rerun",
            columns=agent_columns(), downloads=actor.may(Permission.EXPORT),
            nothing=("No agents within these filters", "Clear the filters."),
        )  # fmt: skip
    if picked:
        st.switch_page(
            HERE, query_params={**st.query_params.to_dict(), "agent": str(table["slug"].iloc[picked[0]])}
        )
    if len(found.by_day):
        chart(
            bars, found.by_day, key="runs", columns=day_columns(),
            alt=f"Stacked bars: completed and failed runs a day, {period_in_words(filters.start, filters.end)}",
        )  # fmt: skip


def one(slug: str, actor: Actor, privacy: Privacy, reach: Coverage, version: int) -> None:
    back()
    head = st.container()
    filters = chosen_filters({}, ())
    try:
        found, figures = one_agent(slug, filters, clock.today(zone()), privacy, version, currency())
    except NotFound as error:
        problem(error)
        return
    agent = found.agent
    with head:
        page(agent.name, agent.description or "", reach.runs_as_of, found.computed_at, zone=zone())
        status_of(agent, found)
    facts_of(agent)
    words = period_in_words(filters.start, filters.end)
    left, right = st.columns(2)
    with left:
        chart(
            figures["runs"],
            found.history,
            key="runs",
            columns=day_columns(),
            alt=f"Runs of {agent.name}, {words}",
        )
        chart(figures["times"], found.history, key="times", columns=day_columns(),
              alt=f"P50 and P95 of {agent.name}'s completed runs, {words}")  # fmt: skip
    with right:
        chart(
            figures["rate"],
            found.history,
            key="rate",
            columns=day_columns(),
            alt=f"Error rate of {agent.name}, {words}",
        )
        cost_chart(found, figures["cost"], words)
    recent_runs(found, actor)
    errors(found)
    with st.popover("How these are computed", icon=":material/function:", type="tertiary"):
        for name, sql in found.sql.items():
            st.markdown(f"**{fmt.plain(name.replace('_', ' ').capitalize())}**")
            st.code(sql, language="sql", wrap_lines=True)


def back() -> None:
    kept = {name: value for name, value in st.query_params.to_dict().items() if name != "agent"}
    st.page_link(HERE, label="All agents", icon=":material/arrow_back:", query_params=kept)


def chosen_filters(options: dict[str, dict[str, str]], fields: tuple[str, ...]) -> Filters:
    ws = workspace()
    names = {"organization": "Organisation", "user": "User", "source": "Source"}
    choices = {
        name: Choice(names[name], list(options[name]), options[name]) for name in fields if options.get(name)
    }
    values: FilterValues = filter_bar(
        choices, today=clock.today(ws.zone), start_date=ws.start_date, default="30d",
    )  # fmt: skip
    return Filters(
        values.start, values.end, organizations=values.of("organization"), users=values.of("user"),
        sources=values.of("source"),
    )  # fmt: skip


def status_line(found: AgentsReport) -> None:
    with st.container(horizontal=True, gap="small", key="statuses"):
        for status, count in found.statuses.items():
            st.badge(f"{count} {status}", color=COLOURS[status], help=HEALTH[status])  # type: ignore[arg-type]
        running = sum(agent.running_now for agent in found.agents)
        if running:
            st.badge(f"{running} running now", icon=":material/progress_activity:", color="blue")


def status_of(agent: Agent, found: AgentReport) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(agent.status.capitalize(), color=COLOURS[agent.status], help=HEALTH[agent.status])  # type: ignore[arg-type]
        if agent.running_now:
            st.badge(f"{agent.running_now} running now", icon=":material/progress_activity:", color="blue")
        if agent.waiting:
            st.badge(f"{agent.waiting} waiting for a person", icon=":material/front_hand:", color="orange")
        st.markdown(fmt.plain(agent.health.reason))
    way = found.milestones
    reached = [
        ("created", agent.created_at.astimezone(zone()).date() if agent.created_at else None),
        ("first completed run", way.first_run_day if way else None),
        ("in production", way.production_day if way else None),
    ]
    st.caption(" · ".join(f"{word} {fmt.plain(fmt.day(day)) if day else 'not yet'}" for word, day in reached))
    links = agent_links(workspace().settings, agent.sources, agent.slug)
    if links:
        with st.container(horizontal=True, gap="small"):
            for link in links:
                st.link_button(link.label, link.url, icon=":material/open_in_new:", type="tertiary")


def facts_of(agent: Agent) -> None:
    said = [
        ("Runs", fmt.number(agent.runs)),
        ("Error rate", fmt.percent(agent.error_rate)),
        ("P50", fmt.duration(agent.p50)),
        ("P95", fmt.duration(agent.p95)),
        ("Cost", fmt.money(agent.cost, currency())),
        ("Cost per run", fmt.money(agent.cost_per_run, currency())),
    ]
    with st.grid(6, min_column_width=130, gap="small"):
        for label, value in said:
            st.metric(label, fmt.plain(value), border=True, height="stretch")


def cost_chart(found: AgentReport, figure: dict[str, Any], words: str) -> None:
    if found.cost_by_day.empty:
        empty("No cost in this period", "None of the calls to models is attributed to this agent.")
        return
    table = found.cost_by_model[["label", "cost", "calls"]]
    chart(
        figure, table, key="cost", columns=cost_columns(), alt=f"Cost of {found.agent.name} by model, {words}"
    )


def recent_runs(found: AgentReport, actor: Actor) -> None:
    frame = in_zone(found.recent.copy(), "started_at").fillna({"error": "", "duration_ms": float("nan")})
    frame["duration_ms"] = frame["duration_ms"] / 1000
    links = [
        conversation_link(workspace().settings, source, found.agent.slug, conversation)
        for source, conversation in zip(frame["source"], frame["conversation_id"], strict=True)
    ]
    frame["conversation"] = links
    frame = frame.drop(columns=["conversation_id"] + ([] if any(links) else ["conversation"]))
    with st.container(border=True, key="recent"):
        st.subheader("Recent runs", anchor=False)
        data_table(
            frame, key="recent-runs", name=f"runs-{found.agent.slug}", alt="The agent's last runs", columns=run_columns(),
            downloads=actor.may(Permission.EXPORT),
            nothing=("No runs in this period", "Choose another period."),
        )  # fmt: skip


def errors(found: AgentReport) -> None:
    with st.container(border=True, key="errors"):
        st.subheader("Why runs failed", anchor=False)
        data_table(
            in_zone(found.errors.copy(), "last_at"), key="error-texts", alt="Reasons of failed runs", downloads=False,
            columns={
                "error": Column("Reason", width="large"),
                "times": Column("Runs", "count"),
                "last_at": Column("Last", "moment"),
            },
            nothing=("No run failed in this period", ""),
        )  # fmt: skip


def _line(agent: Agent) -> dict[str, Any]:
    return {
        "name": agent.name, "status": [agent.status], "reason": agent.health.reason, "runs": agent.runs,
        "trend": list(agent.trend), "error_rate": agent.error_rate, "p50": _seconds(agent.p50),
        "p95": _seconds(agent.p95), "cost": agent.cost, "cost_per_run": agent.cost_per_run, "users": agent.users,
        "last_run_at": agent.last_run_at, "waiting": agent.waiting, "running_now": agent.running_now, "slug": agent.slug,
    }  # fmt: skip


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def agent_columns() -> dict[str, Column]:
    return {
        "name": Column("Agent", pinned=True),
        "status": Column("Status", "tags", colours=COLOURS),
        "reason": Column("Why", width="medium"),
        "runs": Column("Runs", "count"),
        "trend": Column("Runs, 28 days", "trend", width="small"),
        "error_rate": Column("Error rate", "percent"),
        "p50": Column("P50", "seconds", digits=1),
        "p95": Column("P95", "seconds", digits=1),
        "cost_per_run": Column("Cost per run", "money", currency=currency(), digits=4),
        "users": Column("Users", "count"),
        "last_run_at": Column("Last run", "moment"),
        "waiting": Column("Waiting", "count", help="Runs that wait for a person"),
        "running_now": Column("Running now", "count", hidden=True),
        "slug": Column("Slug", hidden=True),
    } | cost_columns()


def cost_columns() -> dict[str, Column]:
    return {
        "label": Column("Model"),
        "cost": Column("Cost", "money", currency=currency()),
        "calls": Column("Calls", "count"),
    }


def day_columns() -> dict[str, Column]:
    return {
        "day": Column("Day", "day"),
        "runs": Column("Runs", "count"),
        "completed": Column("Completed", "count"),
        "failed": Column("Failed", "count"),
        "p50": Column("P50", "ms"),
        "p95": Column("P95", "ms"),
    }


def run_columns() -> dict[str, Column]:
    return {
        "started_at": Column("Began", "moment"),
        "status": Column("Status"),
        "duration_ms": Column("Duration", "seconds", digits=1),
        "organization": Column("Organisation"),
        "user": Column("User"),
        "source": Column("Source"),
        "error": Column("Reason", width="medium"),
        "conversation": Column("Conversation", "link", link_text="Open"),
    }


def in_zone(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """`frame` with the instants of `column` in the workspace's zone, in which tables show them."""
    if len(frame):
        frame[column] = pd.to_datetime(frame[column], utc=True).dt.tz_convert(zone())
    return frame


def nothing_yet(actor: Actor) -> None:
    if actor.may(Permission.SOURCES_VIEW):
        sources = Action(
            "Open Sources", str(app_root() / "pages" / "data" / "sources.py"), ":material/database:"
        )
        empty("No agents yet", "Connect Orchestrator AI in orchflow.yaml, then run the source once.", sources)
    else:
        empty(
            "No agents yet",
            "An administrator connects Orchestrator AI; its agents appear after the first load.",
        )


main()
