"""Home: where we stand, what changed, what to do next."""

from __future__ import annotations

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.insights.changes import News
from orchflow.insights.home import HomeReport
from orchflow.insights.next_steps import Step
from orchflow.metrics.filters import month_to_date, period_in_words
from orchflow.metrics.metric import Number
from orchflow.people.permissions import Actor
from orchflow.screens.catalogue import link
from orchflow.screens.home.home_data import home_screen
from orchflow.screens.insights.agents_data import badges
from orchflow.screens.nothing_loaded import nothing_loaded
from orchflow.screens.session import currency, workspace, zone
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import chart
from orchflow.ui.page import heading, page
from orchflow.ui.states import empty
from orchflow.ui.table import Column

URGENCY = {
    "broken": (":red[:material/error:]"),
    "attention": ":orange[:material/warning:]",
    "todo": ":gray[:material/task_alt:]",
}
SHOWN = 6
CHANGES_SHOWN = 4
MOVERS_SHOWN = 2


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    ws, now, today = workspace(), clock.now(), clock.today(zone())
    report, bars, days = home_screen(actor, now, today)
    journey = f"{ws.name} · day {report.journey_day:,} of the journey" if report.journey_day else ws.name
    page("Where we stand", journey, report.coverage.as_of, report.computed_at, zone=zone())
    if report.coverage.empty:
        nothing_loaded(actor, "Nothing has been loaded yet", "rocket_launch")
        return
    if report.do_first:
        next_steps(report)
    figure_row(report.figures, currency=currency(), zone=zone())
    agents_now(report)
    what_changed(report)
    if not report.do_first:
        next_steps(report)
    month = month_to_date(today)
    chart(
        bars, days, key="cost",
        alt=f"Stacked bars: cost a day by provider, {period_in_words(month.start, month.end)}",
        columns={
            "day": Column("Day", "day"),
            "label": Column("Provider"),
            "cost": Column("Cost", "money", currency=currency()),
            "calls": Column("Calls", "count"),
        },
    )  # fmt: skip


def what_changed(report: HomeReport) -> None:
    with st.container(border=True, key="changed"):
        heading("What changed", fmt.plain(f"This month {report.compared_with}"))
        if not report.changes:
            empty(
                "Nothing to compare with yet",
                "Come back when a month and the one before it have data.",
                icon="compare",
            )
        for news in report.changes[:CHANGES_SHOWN]:
            title = f"**{fmt.plain(news.label)}** {in_words(news)}"
            line(title, cause(news), news.screen, news.query)


def next_steps(report: HomeReport) -> None:
    with st.container(border=True, key="next"):
        st.subheader("What to do next", anchor=False)
        if not report.steps:
            empty("Nothing wants attention", "Agents and sources are within their targets.", icon="task_alt")
        for step in report.steps[:SHOWN]:
            one_step(step)
        rest = report.steps[SHOWN:]
        if rest:
            fold = st.expander(f"{len(rest)} more", key="more-steps", on_change="rerun")
            if fold.open:
                with fold:
                    for step in rest:
                        one_step(step)


def one_step(step: Step) -> None:
    title = f"{URGENCY[step.urgency]} **{fmt.plain(step.title)}**"
    line(title, step.detail, step.screen, step.query)


def agents_now(report: HomeReport) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="bottom", key="agents-now"):
        badges(report.statuses, title="Agents now")
        st.page_link(link("agents"), label="All agents", icon=":material/smart_toy:")


def line(title: str, detail: str, where: str, query: dict[str, str]) -> None:
    """One entry of a list, which leads to where it is looked at: what, and why."""
    why = f" :gray[· {fmt.plain(detail)}]" if detail else ""
    st.page_link(link(where), label=f"{title}{why}", query_params=query, width="stretch")


def in_words(news: News) -> str:
    if news.change is None:
        return ""
    moved = news.change.figure
    now, before = (
        fmt.plain(fmt.value(value, moved.unit, currency())) for value in (moved.now, moved.previous)
    )
    return f"{before} → {now}"


def cause(news: News) -> str:
    """What happened, or the agents that moved the figure most, with their part in its change."""
    if news.change is None:
        return news.detail
    movers = news.change.strongest(MOVERS_SHOWN)
    if not movers:
        return "nothing moved it"
    unit = news.change.figure.unit
    return "most from " + " and ".join(f"{mover.name} ({signed(mover.delta, unit)})" for mover in movers)


def signed(delta: Number, unit: str) -> str:
    if unit == "percent":
        return f"{fmt.signed(float(delta) * 100)} pp"
    return f"{'+' if delta > 0 else '−'}{fmt.value(abs(float(delta)), unit, currency())}"
