"""Agents: the status of all of them, and one agent's page (`?agent=slug`)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.insights.agents import Agent, AgentReport
from orchflow.insights.links import agent_links, conversation_link
from orchflow.metrics.coverage import Coverage
from orchflow.metrics.filters import Filters, period_in_words
from orchflow.metrics.health import MEANING
from orchflow.metrics.privacy import Privacy
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.catalogue import link
from orchflow.screens.figure_way import figure_way
from orchflow.screens.insights import agents_state as state
from orchflow.screens.insights.agents_data import (
    COLOURS,
    agent_columns,
    all_agents,
    badges,
    cost_columns,
    day_columns,
    in_zone,
    one_agent,
    run_columns,
)
from orchflow.screens.insights.events import events_of
from orchflow.screens.insights.reader import InsightReader, insight_reader
from orchflow.screens.nothing_loaded import nothing_loaded
from orchflow.screens.session import currency, workspace, zone
from orchflow.screens.withheld import say_withheld, single_withheld, withheld_box
from orchflow.ui.cards import figure_row
from orchflow.ui.chart_events import ChartEvent
from orchflow.ui.charts import chart
from orchflow.ui.filters import Choice, FilterValues, filter_bar
from orchflow.ui.page import heading, page
from orchflow.ui.states import empty
from orchflow.ui.table import Column, data_table


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    reader = insight_reader(actor)
    privacy, reach, options, version = reader.privacy, reader.coverage, reader.options, reader.version
    slug = state.AGENT.get()
    if slug and slug not in options.get("agent", {}):
        missing(slug)
    elif slug:
        one(slug, actor, reader)
    elif reach.runs_from is None and not options.get("agent"):
        page("Agents", "How the agents do now, and what they did")
        nothing_loaded(actor, "agents", "No agents yet")
    else:
        everything(actor, privacy, reach, options, version)


def everything(
    actor: Actor, privacy: Privacy, reach: Coverage, options: dict[str, dict[str, str]], version: int
) -> None:
    head = st.container()
    filters = chosen_filters(options, ("organization", "user", "source"))
    report, table, bars = all_agents(actor, filters, clock.today(zone()), privacy, version)
    with head:
        page(
            "Agents",
            "How the agents do now, and what they did",
            reach.runs_as_of,
            report.computed_at,
            zone=zone(),
        )
    figure_row(report.figures, currency=currency(), zone=zone())
    say_withheld(report.withheld)
    known = [agent.running_now for agent in report.agents if agent.running_now is not None]
    running = sum(known) if len(known) == len(report.agents) else 0
    badges(report.statuses, *([f":blue-badge[{running} running now]"] if running else []))
    with st.container(border=True, key="all-agents"):
        heading("Every agent, those that want attention first", "Select a row to open the agent\\.")
        picked = data_table(
            table, key="agents", name="agents", alt="Status, runs, times and cost of every agent", on_select="rerun",
            columns=agent_columns(), downloads=actor.may(Permission.EXPORT), way=figure_way(report.period),
            nothing=("No agents within these filters", "Clear the filters."),
        )  # fmt: skip
    if picked:
        state.AGENT.set(table["slug"].iloc[picked[0]])
        st.rerun()
    if len(report.by_day):
        chart(
            bars, report.by_day, key="runs", columns=day_columns(), events=events_of(report.period.start, report.period.end),
            alt=f"Stacked bars: completed and failed runs a day, {period_in_words(report.period.start, report.period.end)}",
        )  # fmt: skip


def one(slug: str, actor: Actor, reader: InsightReader) -> None:
    privacy, reach, version = reader.privacy, reader.coverage, reader.version
    back()
    head = st.container()
    filters = chosen_filters({}, ())
    report, figures = one_agent(
        actor, slug, filters, clock.today(zone()), reader, privacy, version, currency()
    )
    agent = report.agent
    with head:
        page(agent.name, agent.description or "", reach.runs_as_of, report.computed_at, zone=zone())
        status_of(agent, report)
    figure_row(report.figures, currency=currency(), zone=zone())
    say_withheld(report.withheld)
    if report.history.empty and report.withheld:
        withheld_box()
    else:
        happened = events_of(report.period.start, report.period.end, agents=(agent.slug,))
        history(report, figures, period_in_words(report.period.start, report.period.end), happened)
    if report.recent is None or report.errors is None:
        single_withheld("Single runs are not shown")
        return
    recent_runs(report, report.recent, actor)
    errors(report.errors)


def history(
    report: AgentReport, figures: dict[str, dict[str, Any]], words: str, happened: tuple[ChartEvent, ...]
) -> None:
    agent = report.agent
    left, right = st.columns(2)
    with left:
        chart(
            figures["runs"],
            report.history,
            key="runs",
            columns=day_columns(),
            alt=f"Runs of {agent.name}, {words}",
            of=agent.slug,
            events=happened,
        )
        chart(figures["times"], report.history, key="times", columns=day_columns(),
              alt=f"P50 and P95 of {agent.name}'s completed runs, {words}", of=agent.slug, events=happened)  # fmt: skip
    with right:
        chart(
            figures["rate"],
            report.history,
            key="rate",
            columns=day_columns(),
            alt=f"Error rate of {agent.name}, {words}",
            of=agent.slug,
            events=happened,
        )
        cost_chart(report, figures["cost"], words, happened)


def missing(slug: str) -> None:
    """Say that the address asks for an agent that there is not."""
    back()
    page(
        "No such agent", f"There is no agent “{slug}”: it has another name by now, or its data is not loaded."
    )


def back() -> None:
    st.page_link(
        link("agents"),
        label="All agents",
        icon=":material/arrow_back:",
        query_params=state.AGENT.address(None),
    )


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


def status_of(agent: Agent, report: AgentReport) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(agent.status.capitalize(), color=COLOURS[agent.status], help=MEANING[agent.status])  # type: ignore[arg-type]
        if agent.running_now:
            st.badge(f"{agent.running_now} running now", icon=":material/progress_activity:", color="blue")
        if agent.waiting:
            st.badge(f"{agent.waiting} waiting for a person", icon=":material/front_hand:", color="orange")
        st.markdown(fmt.plain(agent.health.reason))
    if agent.contradiction:
        st.warning(fmt.plain(f"In the platform {agent.contradiction}."), icon=":material/compare_arrows:")
    way = report.milestones
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


def cost_chart(
    report: AgentReport, figure: dict[str, Any], words: str, happened: tuple[ChartEvent, ...]
) -> None:
    if report.cost_by_day.empty and report.withheld:
        withheld_box()
        return
    if report.cost_by_day.empty:
        empty("No cost in this period", "None of the calls to models is attributed to this agent.")
        return
    table = report.cost_by_model[["label", "cost", "calls"]]
    chart(
        figure,
        table,
        key="cost",
        columns=cost_columns(),
        alt=f"Cost of {report.agent.name} by model, {words}",
        of=report.agent.slug,
        events=happened,
    )


def recent_runs(report: AgentReport, recent: pd.DataFrame, actor: Actor) -> None:
    frame = in_zone(recent.copy(), "started_at").fillna({"error": ""})
    frame["seconds"] = frame.pop("duration_ms") / 1000
    links = [
        conversation_link(workspace().settings, source, report.agent.slug, conversation)
        for source, conversation in zip(frame["source"], frame["conversation_id"], strict=True)
    ]
    frame["conversation"] = links
    frame = frame.drop(columns=["conversation_id"] + ([] if any(links) else ["conversation"]))
    with st.container(border=True, key="recent"):
        heading("Recent runs")
        data_table(
            frame, key="recent-runs", name=f"runs-{report.agent.slug}", alt="The agent's last runs", columns=run_columns(),
            downloads=actor.may(Permission.EXPORT),
            nothing=("No runs in this period", "Choose another period."),
        )  # fmt: skip


def errors(reasons: pd.DataFrame) -> None:
    with st.container(border=True, key="errors"):
        heading("Why runs failed")
        data_table(
            in_zone(reasons.copy(), "last_at"), key="error-texts", alt="Reasons of failed runs", downloads=False,
            columns={
                "error": Column("Reason", width="large"),
                "times": Column("Runs", "count"),
                "last_at": Column("Last", "moment"),
            },
            nothing=("No run failed in this period", ""),
        )  # fmt: skip
