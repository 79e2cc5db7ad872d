"""Cost: what language models cost, what moved it, and the calls behind a bar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow.insights.cost import (
    DIMENSIONS,
    EVENTS_SHOWN,
    Calls,
    CostReport,
    Dimension,
    calls_behind,
    cost_report,
)
from orchflow.insights.coverage import Coverage, coverage
from orchflow.insights.filters import Filters, period_in_words
from orchflow.insights.names import filter_options
from orchflow.insights.privacy import Privacy, privacy_of
from orchflow.paths import app_root
from orchflow.people.permissions import Actor, Permission
from orchflow.ui import format as fmt
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import bars_ranked, chart, stacked_bars
from orchflow.ui.filters import Choice, FilterValues, filter_bar
from orchflow.ui.page import page
from orchflow.ui.session import currency, require, workspace, zone
from orchflow.ui.states import Action, empty
from orchflow.ui.table import Column, Sheet, data_table, sheet

TOPICS = ("usage", "runs", "agents", "platform")
BARS = "cost-bars"
ALL = "Everything"


@st.cache_data(max_entries=16, show_spinner=False)
def reader(_actor: Actor, people: bool, version: int) -> tuple[Privacy, Coverage, dict[str, dict[str, str]]]:
    warehouse = workspace().warehouse
    privacy = privacy_of(warehouse, _actor)
    return privacy, coverage(warehouse), filter_options(warehouse, privacy)


@dataclass(frozen=True)
class Screen:
    """Everything that is drawn of one report, converted for the browser once."""

    found: CostReport
    bars: dict[str, Any]
    ranked: dict[str, Any]
    days: Sheet
    ranking: Sheet
    moved: Sheet
    values: Sheet
    lines: Sheet
    labels: dict[str, str]


# Shared by all who see the same, never changed: a resource, since copying it would cost more than drawing it.
@st.cache_resource(max_entries=128, show_spinner=False)
def report(filters: Filters, dimension: Dimension, privacy: Privacy, version: int, money: str) -> Screen:
    found = cost_report(workspace().warehouse, filters, dimension, privacy)
    kind = dimension.title() if dimension != "organization" else "Organisation"
    bars = stacked_bars(
        found.by_day, "day", "cost", "label", kind=dimension, unit="money", currency=money,
        title=f"Cost a day by {kind.lower()}",
    )  # fmt: skip
    ranked = bars_ranked(
        found.by_value[found.by_value["cost"].notna()], "label", "cost", kind=dimension, unit="money", currency=money,
        title=f"Cost of the period by {kind.lower()}",
    )  # fmt: skip
    shown = columns(dimension)
    wanted = ["label", "cost", "share", "previous_cost", "delta", "calls", "tokens", "unpriced_calls"]
    if not found.comparable:
        wanted = [name for name in wanted if name not in ("previous_cost", "delta")]
    days = found.by_day[["day", "label", "cost", "calls", "tokens", "unpriced_calls"]]
    return Screen(
        found,
        bars.to_plotly_json(),
        ranked.to_plotly_json(),
        days=sheet(days, shown),
        ranking=sheet(found.by_value[["label", "cost", "share"]], shown),
        moved=sheet(found.movers.head(8)[["label", "delta", "cost", "previous_cost"]], shown),
        values=sheet(found.by_value[wanted], shown),
        lines=sheet(provenance_lines(found), line_columns()),
        labels=dict(zip(found.by_day["label"], found.by_day["series"], strict=True)),
    )


@st.cache_data(max_entries=64, show_spinner=False)
def calls(
    filters: Filters, dimension: Dimension, privacy: Privacy, day: date, value: str | None, version: int
) -> Calls:
    found = calls_behind(workspace().warehouse, filters, dimension, privacy, day, value)
    found.frame["occurred_at"] = pd.to_datetime(found.frame["occurred_at"], utc=True).dt.tz_convert(zone())
    return found


def main() -> None:
    actor = require(Permission.INSIGHTS_VIEW)
    version = workspace().warehouse.version(*TOPICS)
    privacy, reach, options = reader(actor, actor.may(Permission.PERSON_FIGURES), version)
    if reach.usage_from is None:
        page("Cost", "What language models cost")
        nothing_yet(actor)
        return
    head = st.container()
    filters = chosen_filters(options)
    figures = st.container()
    dimension = chosen_dimension(privacy)
    screen = report(filters, dimension, privacy, version, currency())
    found = screen.found
    with head:
        page("Cost", "What language models cost", reach.usage_as_of, found.computed_at, zone=zone())
    with figures:
        figure_row(found.figures, currency=currency(), zone=zone(), compared_with=found.compared_with)
    if found.by_value.empty:
        empty(
            "No calls in this period", "Choose another period, or clear the filters.", icon="filter_alt_off"
        )
        return
    st.session_state["cost-labels"] = screen.labels
    chart(
        screen.bars, screen.days, key=BARS, on_select=open_bar, columns=columns(dimension),
        alt=f"Stacked bars: cost of each day from {period_in_words(filters.start, filters.end)} by {dimension}",
    )  # fmt: skip
    behind_a_bar(found, filters, dimension, privacy, version, actor)
    left, right = st.columns(2)
    with left:
        chart(
            screen.ranked, screen.ranking, key="cost-ranked", columns=columns(dimension),
            alt=f"Ranked bars: cost of the period by {dimension}",
        )  # fmt: skip
    with right:
        movers(screen, dimension)
    every_value(screen, dimension, actor)
    provenance(screen, actor)


def chosen_filters(options: dict[str, dict[str, str]]) -> Filters:
    ws = workspace()
    fields = {
        "provider": "Provider", "model": "Model", "agent": "Agent", "organization": "Organisation", "user": "User",
        "source": "Source",
    }  # fmt: skip
    choices = {
        name: Choice(label, list(options[name]), options[name])
        for name, label in fields.items()
        if options.get(name)
    }
    values: FilterValues = filter_bar(choices, today=clock.today(ws.zone), start_date=ws.start_date)
    return Filters(
        values.start, values.end, values.of("provider"), values.of("model"), values.of("agent"),
        values.of("organization"), values.of("user"), values.of("source"),
    )  # fmt: skip


def chosen_dimension(privacy: Privacy) -> Dimension:
    offered: list[Dimension] = [name for name in get_args(Dimension) if name != "user" or privacy.people]
    chosen = st.segmented_control(
        "By", offered, default="provider", required=True, format_func=DIMENSIONS.__getitem__, key="dimension",
        bind="query-params", label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    return chosen or "provider"


def open_bar() -> None:
    """The bar that was clicked, as the choice below the chart."""
    points = st.session_state[BARS]["selection"]["points"]
    if not points:
        return
    label = points[0].get("customdata")
    label = label[0] if isinstance(label, list) else label
    value = st.session_state["cost-labels"].get(label, label)
    st.session_state["day"] = str(points[0]["x"])[:10]
    st.session_state["value"] = None if value == "OTHER" else value


def behind_a_bar(
    found: CostReport, filters: Filters, dimension: Dimension, privacy: Privacy, version: int, actor: Actor
) -> None:
    """The calls of the day and value chosen, by a click or here."""
    days = [str(day)[:10] for day in sorted(set(found.by_day["day"]), reverse=True)]
    names = dict(zip(found.by_value["value"], found.by_value["label"], strict=True))
    with st.container(border=True, key="behind"):
        st.subheader("Calls behind a bar", anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            day = st.selectbox(
                "Day", days, index=None, key="day", bind="query-params", placeholder="Choose a day", width=200,
            )  # fmt: skip
            value = st.selectbox(
                DIMENSIONS[dimension], list(names), index=None, key="value", bind="query-params", placeholder=ALL,
                format_func=lambda one: names.get(one, one), width=260,
            )  # fmt: skip
        if day is None:
            st.caption("Click a bar above, or choose a day.")
            return
        behind = calls(filters, dimension, privacy, date.fromisoformat(day), value, version)
        shown = f"the dearest {EVENTS_SHOWN} of " if behind.found > EVENTS_SHOWN else ""
        st.caption(f"{shown}{behind.found:,} calls".capitalize())
        data_table(
            behind.frame, key="calls", name=f"calls-{day}", alt=f"Calls of {day}",
            downloads=actor.may(Permission.EXPORT), columns=call_columns(),
            height=360 if len(behind.frame) > 9 else None,
            nothing=("No such calls", "Choose another day or value."),
        )  # fmt: skip


def movers(screen: Screen, dimension: Dimension) -> None:
    with st.container(border=True, height="stretch", key="movers"):
        st.subheader("What moved", anchor=False)
        st.caption(fmt.plain(screen.found.compared_with))
        if not screen.found.comparable:
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


def every_value(screen: Screen, dimension: Dimension, actor: Actor) -> None:
    with st.container(border=True, key="every-value"):
        st.subheader(f"Every {DIMENSIONS[dimension].lower()}", anchor=False)
        data_table(
            screen.values, key="values", name=f"cost-by-{dimension}", columns=columns(dimension),
            alt=f"Cost, calls and tokens of every {dimension}", downloads=actor.may(Permission.EXPORT),
        )  # fmt: skip


def provenance(screen: Screen, actor: Actor) -> None:
    with st.container(border=True, key="provenance"):
        st.subheader("Where the amounts come from", anchor=False)
        data_table(
            screen.lines, key="lines", name="cost-by-provenance", alt="Calls and cost by provenance",
            downloads=actor.may(Permission.EXPORT), columns=line_columns(),
        )  # fmt: skip


def provenance_lines(found: CostReport) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (line.provenance.capitalize(), line.meaning, line.calls, line.share, line.cost)
            for line in found.lines
        ],
        columns=["provenance", "meaning", "calls", "share", "cost"],
    )


def line_columns() -> dict[str, Column]:
    return {
        "provenance": Column("Provenance"),
        "meaning": Column("Meaning", width="large"),
        "calls": Column("Calls", "count"),
        "share": Column("Share of calls", "percent"),
        "cost": Column("Cost", "money", currency=currency()),
    }


def columns(dimension: Dimension) -> dict[str, Column]:
    money = currency()
    return {
        "day": Column("Day", "day"),
        "label": Column(DIMENSIONS[dimension], pinned=True),
        "cost": Column("Cost", "money", currency=money),
        "share": Column("Share", "percent"),
        "previous_cost": Column("Before", "money", currency=money),
        "delta": Column("Change", "money", currency=money),
        "calls": Column("Calls", "count"),
        "tokens": Column("Tokens", "count"),
        "unpriced_calls": Column("Unpriced calls", "count"),
    }


def call_columns() -> dict[str, Column]:
    return {
        "occurred_at": Column("Time", "moment"),
        "event_id": Column("Event", hidden=True),
        "source": Column("Source"),
        "agent": Column("Agent"),
        "caller": Column("Caller"),
        "organization": Column("Organisation"),
        "user": Column("User"),
        "provider": Column("Provider"),
        "model": Column("Model"),
        "status": Column("Status"),
        "input_tokens": Column("Read", "count", help="Tokens read"),
        "output_tokens": Column("Written", "count", help="Tokens written"),
        "cost": Column("Cost", "money", currency=currency(), digits=6),
        "provenance": Column("Provenance"),
        "duration_ms": Column("Duration", "ms"),
    }


def nothing_yet(actor: Actor) -> None:
    if actor.may(Permission.SOURCES_VIEW):
        sources = Action(
            "Open Sources", str(app_root() / "pages" / "data" / "sources.py"), ":material/database:"
        )
        empty("No cost yet", "Connect Orchestrator AI in orchflow.yaml, then run the source once.", sources)
    else:
        empty(
            "No cost yet",
            "An administrator connects Orchestrator AI; its cost appears here after the first load.",
        )


main()
