"""Scalability: what more use costs, how times and errors go with it, and how far the limits are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.insights.scalability import ScalabilityReport
from orchflow.metrics.filters import FILTERED, Filters
from orchflow.metrics.scaling import LEAST_WEEKS
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.catalogue import link
from orchflow.screens.figure_way import figure_way
from orchflow.screens.insights.events import events_of
from orchflow.screens.insights.reader import insight_reader
from orchflow.screens.insights.scalability_data import (
    DRAWN,
    ScalabilityScreen,
    columns,
    of_weeks,
    scalability_screen,
    week_columns,
)
from orchflow.screens.nothing_loaded import nothing_loaded
from orchflow.screens.session import currency, workspace, zone
from orchflow.screens.withheld import say_withheld, withheld_box
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import chart
from orchflow.ui.filters import Choice, filter_bar
from orchflow.ui.page import HALF, heading, page
from orchflow.ui.states import empty
from orchflow.ui.table import data_table

SUBTITLE = "What more use costs, what it does to times and errors, and how far the limits are"
SIX_DAYS = timedelta(days=6)
IN_CURVE = ("runs", "cost", "cost_per_run")


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    reader = insight_reader(actor)
    if reader.coverage.runs_from is None:
        page("Scalability", SUBTITLE)
        nothing_loaded(actor, "scalability", "No runs of agents yet")
        return
    head = st.container()
    filters = chosen_filters(reader.options)
    versions = (reader.version, workspace().store.version("costs"))
    screen = scalability_screen(
        actor, filters, reader, reader.privacy, versions, clock.today(zone()), currency()
    )
    report, weeks = screen.report, screen.report.weeks
    with head:
        page("Scalability", SUBTITLE, reader.coverage.runs_as_of, report.computed_at, zone=zone())
    figure_row(report.figures, currency=currency(), zone=zone())
    say_withheld(report.withheld)
    if weeks.empty and report.withheld:
        withheld_box()
        return
    if len(weeks) < 2:
        empty(
            "No whole week with runs is over yet", f"A week counts from Monday to Sunday; what follows from them needs {LEAST_WEEKS}.",
            icon="calendar_view_week",
        )  # fmt: skip
        return
    happened = events_of(weeks["week"].iloc[0], weeks["week"].iloc[-1] + SIX_DAYS, agents=filters.agents)
    of("runs", screen, "Line: runs of each week", events=happened)
    with st.grid(2, min_column_width=HALF):
        chart(
            screen.curve, of_weeks(weeks, *IN_CURVE), key="scaling-cost", columns=week_columns(*IN_CURVE), note=_of_the_line(report),
            alt="Points: what models cost in each week against its runs, with the curve through them",
        )  # fmt: skip
        of("people", screen, "Lines: users and agents of each week")
        of("times", screen, "Line: P95 latency of each week")
        of("errors", screen, "Line: error rate of each week")
    limits()
    with st.container(border=True, key="scaling-weeks"):
        heading("Week by week")
        data_table(
            screen.weeks, key="scaling-table", name="weeks", columns=columns(), alt="Volume, cost, times and errors of every week",
            downloads=actor.may(Permission.EXPORT), way=figure_way(filters),
        )  # fmt: skip


def of(key: str, screen: ScalabilityScreen, alt: str, **more: Any) -> None:
    """One of the charts over weeks."""
    names = DRAWN[key]
    weeks = of_weeks(screen.report.weeks, *names)
    chart(screen.charts[key], weeks, key=f"scaling-{key}", columns=week_columns(*names), alt=alt, **more)


def limits() -> None:
    """Where limits are stated."""
    st.page_link(
        link("cost_inputs"), label="State a limit: a target of Runs a day, or a monthly budget", icon=":material/flag:",
        query_params={"cost_inputs.view": ["Targets"]},
    )  # fmt: skip


def chosen_filters(options: dict[str, dict[str, str]]) -> Filters:
    """The period and what runs are narrowed by."""
    ws = workspace()
    names = {"agent": "Agent", "organization": "Organisation", "user": "User", "source": "Source"}
    choices: dict[str, Choice] = {
        name: Choice(names[name], list(options[name]), options[name]) for name in names if options.get(name)
    }
    values = filter_bar(choices, today=clock.today(ws.zone), start_date=ws.start_date, default="start")
    return Filters(values.start, values.end, **{FILTERED[name]: values.of(name) for name in FILTERED})


def _of_the_line(report: ScalabilityReport) -> str:
    line = report.line
    if line is None:
        return fmt.plain(report.unsaid)
    verdict = (
        "well: cost grows more slowly than use"
        if line.high < 1
        else "badly: cost grows faster than use"
        if line.low > 1
        else "evenly: cost grows as use does"
    )
    return fmt.plain(
        f"It scales {verdict}. One percent more runs goes with {line.slope:.2f} % more cost ({line.low:.2f} to {line.high:.2f}), R² {line.r2:.2f}."
    )
