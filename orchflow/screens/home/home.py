"""Home: where we stand, what to do next, what changed; on the first day the three beginnings."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from orchflow import clock
from orchflow.metrics.filters import month_to_date, period_in_words
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.filled import nothing_yet
from orchflow.screens.home import beginnings, home_cards
from orchflow.screens.home.home_data import HomeScreen, home_screen
from orchflow.screens.plan.plan_actions import undo_button
from orchflow.screens.session import currency, workspace, zone
from orchflow.screens.withheld import say_withheld, withheld_box
from orchflow.ui import notices
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import chart
from orchflow.ui.overview import cards, overview
from orchflow.ui.page import on_a_phone, page
from orchflow.ui.table import Column

CHART_HEIGHT, ON_A_PHONE = 180, 260
"""On a phone the names of the series stand in rows of two below the bars."""


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    ws, now, today = workspace(), clock.now(), clock.today(zone())
    screen = home_screen(actor, now, today)
    report = screen.report
    head(screen, actor)
    notices.show_notice()
    beginnings.show(ws, actor, report)
    if report.nothing_yet:
        if report.steps:
            overview(cards(home_cards.do_next(report, today)), key="cards-1")
        return
    if report.plan is not None:
        overview(home_cards.way_card(report.plan.way, today), key="way")
    if report.do_first:
        lists(screen, today)
    figure_row(report.figures, currency=currency(), zone=zone())
    say_withheld("" if report.data.coverage.empty else report.data.withheld)
    if not report.do_first:
        lists(screen, today)
    if not report.data.coverage.empty:
        cost_and_forecast(screen, today)


def head(screen: HomeScreen, actor: Actor) -> None:
    """The title of the screen, and the way back from what was just done; on the first day there are no figures whose age
    could be told."""
    ws, report = workspace(), screen.report
    undo = partial(undo_button, ws.store, actor, key="home") if actor.may(Permission.PLAN_EDIT_OWN) else None
    back = undo if notices.may_undo() else None
    if report.nothing_yet:
        page("Where to begin", f"{ws.name} · three beginnings, in any order", actions=back)
        return
    day = f" · day {report.journey_day:,} of the journey" if report.journey_day else ""
    page(
        "Where we stand",
        ws.name + day,
        report.data.coverage.as_of,
        report.computed_at,
        zone=zone(),
        actions=back,
    )


def lists(screen: HomeScreen, today: date) -> None:
    html = home_cards.lists(screen.report, today, currency())
    overview(html, key=f"cards-{html.count('<section')}")  # by which their place is kept free


def cost_and_forecast(screen: HomeScreen, today: date) -> None:
    """Cost a day; beside it, where there is a plan, when it will be done."""
    plan = screen.report.plan
    if plan is None:
        cost_chart(screen, today)
        return
    wide, narrow = st.columns([2, 1])
    with wide:
        cost_chart(screen, today)
    with narrow:
        overview(home_cards.expected_card(plan, today), key="expected", beside=True)


def cost_chart(screen: HomeScreen, today: date) -> None:
    if screen.days.empty and screen.report.data.withheld:
        withheld_box()
        return
    if screen.days.empty:
        nothing_yet("cost", "No cost this month yet", "It is here with the month's first call to a model.")
        return
    month = month_to_date(today)
    chart(
        screen.bars, screen.days, key="cost", height=ON_A_PHONE if on_a_phone() else CHART_HEIGHT,
        alt=f"Stacked bars: cost a day by provider, {period_in_words(month.start, month.end)}",
        columns={
            "day": Column("Day", "day"),
            "label": Column("Provider"),
            "cost": Column("Cost", "money", currency=currency()),
            "calls": Column("Calls", "count"),
        },
    )  # fmt: skip
