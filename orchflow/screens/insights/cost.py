"""Cost: what language models cost, what moved it, and the calls behind a bar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import get_args

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.ingest.recording import REMEDY
from orchflow.insights.cost import (
    DIMENSIONS,
    EVENTS_SHOWN,
    OF_EXPENSES,
    CostDimension,
    CostReport,
)
from orchflow.metrics.filters import FILTERED, Filters, period_in_words
from orchflow.metrics.privacy import Privacy
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.catalogue import link
from orchflow.screens.figure_way import figure_way
from orchflow.screens.insights import cost_state as state
from orchflow.screens.insights import cost_views
from orchflow.screens.insights.cost_data import (
    CostScreen,
    also_figures,
    call_columns,
    calls,
    columns,
    cost_screen,
    expense_columns,
    expenses,
    line_columns,
)
from orchflow.screens.insights.events import events_of
from orchflow.screens.insights.reader import InsightReader, insight_reader
from orchflow.screens.nothing_loaded import nothing_loaded
from orchflow.screens.session import currency, workspace, zone
from orchflow.screens.withheld import say_withheld, single_withheld, withheld_box
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import Point, chart
from orchflow.ui.choosers import LABELLED, segments, select
from orchflow.ui.filters import Choice, FilterValues, filter_bar
from orchflow.ui.page import HALF, heading, page
from orchflow.ui.states import empty
from orchflow.ui.table import data_table

ALL = "Everything"
SUBTITLE = "What models, infrastructure, development and operations cost"


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    reader = insight_reader(actor)
    privacy, reach, version = reader.privacy, reader.coverage, reader.version
    if reach.empty:
        page("Cost", SUBTITLE)
        nothing_loaded(actor, "cost", "No cost yet")
        return
    head = st.container()
    filters = chosen_filters(reader.options)
    figures = st.container()
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        view = cost_views.chosen_view()
        dimension = chosen_dimension(reader, drawn=cost_views.by_dimension(view))
    screen = cost_screen(actor, filters, dimension, reader, privacy, version, clock.today(zone()), currency())
    report = screen.report
    with head:
        page("Cost", SUBTITLE, reach.usage_as_of, report.computed_at, zone=zone())
    with figures:
        figure_row(report.figures, currency=currency(), zone=zone())
        say_withheld(report.withheld)
    if report.recording.silent:
        st.warning(
            f"**Not recorded.** {fmt.plain(report.recording.words)}. {fmt.plain(REMEDY)}",
            icon=":material/money_off:",
        )
    unconverted(report)
    if report.by_value.empty and report.recording.nothing:
        return
    if report.by_value.empty and report.withheld:
        withheld_box()
        return
    if report.by_value.empty:
        empty("No cost in this period", "Choose another period, or clear the filters.", icon="filter_alt_off")
        return
    if view != "spent":
        cost_views.draw(view, actor, filters, dimension, reader)
        return
    chart(
        screen.bars, screen.days, key="cost-bars", events=events_of(report.period.start, report.period.end, agents=filters.agents, providers=filters.providers),
        on_click=partial(open_bar, screen.labels), columns=columns(dimension),
        alt=f"Stacked bars: cost of each day from {period_in_words(report.period.start, report.period.end)} by {dimension}",
    )  # fmt: skip
    with st.grid(2, min_column_width=HALF):
        chart(
            screen.ranked, screen.ranking, key="cost-ranked", columns=columns(dimension),
            alt=f"Ranked bars: cost of the period by {dimension}",
        )  # fmt: skip
        movers(screen, dimension)
    details(screen, filters, dimension, reader, actor)


def unconverted(report: CostReport) -> None:
    """The amounts, hours and calls that are in no sum, and the way to where they get a rate."""
    if report.unconverted or report.unpriced or report.unpriced_calls:
        with st.container(border=True, key="unconverted"):
            if report.unpriced:
                st.page_link(
                    link("cost_inputs"), label=fmt.plain(report.unpriced), icon=":material/schedule:", width="stretch"
                )  # fmt: skip
            if report.unpriced_calls:
                st.page_link(
                    link("prices"), label=fmt.plain(report.unpriced_calls), icon=":material/sell:", width="stretch"
                )  # fmt: skip
            for lacking in report.unconverted:
                st.page_link(
                    link("exchange_rates"), label=fmt.plain(lacking.said), icon=":material/currency_exchange:",
                    width="stretch",
                )  # fmt: skip


def chosen_filters(options: dict[str, dict[str, str]]) -> Filters:
    ws = workspace()
    fields = {
        "provider": "Provider", "model": "Model", "agent": "Agent", "organization": "Organisation", "user": "User",
        "source": "Source", "part": "Part", "service": "Service", "team": "Team", "project": "Project",
    }  # fmt: skip
    choices = {
        name: Choice(label, list(options[name]), options[name])
        for name, label in fields.items()
        if options.get(name)
    }
    values: FilterValues = filter_bar(choices, today=clock.today(ws.zone), start_date=ws.start_date)
    return Filters(values.start, values.end, **{FILTERED[name]: values.of(name) for name in FILTERED})


def chosen_dimension(reader: InsightReader, *, drawn: bool = True) -> CostDimension:
    """By parts where there are several, else by provider."""
    several = reader.coverage.expenses_from is not None
    offered: dict[CostDimension, str] = {
        name: DIMENSIONS[name]
        for name in get_args(CostDimension)
        if (name != "user" or reader.privacy.people) and (several or name not in OF_EXPENSES)
    }
    default: CostDimension = "part" if several else "provider"
    return segments("By", offered, state.DIMENSION, default, drawn=drawn, wrap=True)


def open_bar(values: Mapping[str, str], bar: Point) -> None:
    """The bar that was clicked, as the choice below the chart; `values` by the labels of the bars."""
    state.DETAIL.set("calls")
    state.DAY.set(str(bar.x)[:10])
    value = values.get(bar.series, bar.series)
    if value == "OTHER":
        state.VALUE.clear()
    else:
        state.VALUE.set(value)


def behind_a_bar(
    report: CostReport,
    filters: Filters,
    dimension: CostDimension,
    privacy: Privacy,
    version: int,
    actor: Actor,
) -> None:
    """The calls of the day and value chosen, by a click or here."""
    if not privacy.people:
        single_withheld("Single calls are not shown")
        return
    days = [str(day)[:10] for day in sorted(set(report.by_day["day"]), reverse=True)]
    names = dict(zip(report.by_value["value"], report.by_value["label"], strict=True))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        day = select(
            "Day", {day: day for day in days}, state.DAY, index=None, placeholder="Choose a day", width=200, **LABELLED,
        )  # fmt: skip
        value = select(
            DIMENSIONS[dimension], names, state.VALUE, index=None, placeholder=ALL, width=260, **LABELLED,
        )  # fmt: skip
    if day is None:
        st.caption("Click a bar above, or choose a day.")
        return
    with_tasks = version + workspace().warehouse.version("plan")
    other = expenses(actor, filters, dimension, privacy, date.fromisoformat(day), value, with_tasks)
    if other.count:
        shown = f"the dearest {EVENTS_SHOWN} of " if other.count > EVENTS_SHOWN else ""
        st.caption(f"{shown}{fmt.quantity(other.count, 'line')} of other costs".capitalize())
        data_table(
            other.frame, key="expenses", name=f"costs-{day}", alt=f"Other costs of {day}",
            downloads=actor.may(Permission.EXPORT), columns=expense_columns(), height=360 if len(other.frame) > 9 else None,
        )  # fmt: skip
    behind = calls(actor, filters, dimension, privacy, date.fromisoformat(day), value, version)
    if other.count and not behind.count:
        return
    shown = f"the dearest {EVENTS_SHOWN} of " if behind.count > EVENTS_SHOWN else ""
    counted = fmt.quantity(behind.calls, "call")
    if behind.count != behind.calls:
        counted = f"{fmt.quantity(behind.count, 'row')} that tell of {counted}"
    st.caption(f"{shown}{counted}".capitalize())
    data_table(
        behind.frame, key="calls", name=f"calls-{day}", alt=f"Calls of {day}",
        downloads=actor.may(Permission.EXPORT), columns=call_columns(),
        height=360 if len(behind.frame) > 9 else None,
        nothing=("No such calls", "Choose another day or value."),
    )  # fmt: skip


def movers(screen: CostScreen, dimension: CostDimension) -> None:
    with st.container(border=True, height="stretch", key="movers"):
        heading("What moved", fmt.plain(screen.report.compared_with))
        if not screen.report.comparable:
            empty(
                "Nothing to compare with yet",
                "The period before has no data for all of its days.",
                icon="compare",
            )
            return
        data_table(
            screen.moved, key="moved", downloads=False, columns=columns(dimension), alt="What moved the cost most",
            nothing=("Nothing moved", "Both periods cost the same."),
        )  # fmt: skip


def details(
    screen: CostScreen,
    filters: Filters,
    dimension: CostDimension,
    reader: InsightReader,
    actor: Actor,
) -> None:
    """What the charts are made of: every value, the calls behind a bar, where the amounts come from; and what it comes to otherwise."""
    privacy, version = reader.privacy, reader.version
    names = {**state.DETAILS, "values": f"Every {DIMENSIONS[dimension].lower()}"}
    with st.container(border=True, key="details"):
        detail = segments("Behind the charts", names, state.DETAIL, wrap=True)
        match detail:
            case "calls":
                behind_a_bar(screen.report, filters, dimension, privacy, version, actor)
            case "lines":
                data_table(
                    screen.lines, key="lines", name="cost-by-provenance", alt="Calls and cost by provenance",
                    downloads=actor.may(Permission.EXPORT), columns=line_columns(),
                )  # fmt: skip
            case "also":
                also = also_figures(actor, filters, reader, privacy, version, clock.today(zone()))
                figure_row(also, currency=currency(), zone=zone(), key="also")
            case _:
                data_table(
                    screen.values, key="values", name=f"cost-by-{dimension}", columns=columns(dimension),
                    alt=f"Cost, calls and tokens of every {dimension}", downloads=actor.may(Permission.EXPORT),
                    way=figure_way(filters),
                )  # fmt: skip
