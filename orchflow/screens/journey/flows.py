"""Flows: the journey on one line from Day 1 to its end, what holds each flow, and how the flows were completed."""

from __future__ import annotations

from functools import partial

from orchflow import clock
from orchflow.guidance.begin import may_begin
from orchflow.people.permissions import Actor
from orchflow.screens.journey import flows_acts, flows_charts
from orchflow.screens.journey import flows_data as screen
from orchflow.screens.session import currency, workspace, zone
from orchflow.ui import notices
from orchflow.ui.cards import figure_row
from orchflow.ui.overview import cards, overview
from orchflow.ui.page import page

SUBTITLE = "From Day 1 to production: where each flow stands, and what holds it"


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    today, version = clock.today(zone()), screen.version(workspace())
    shown = screen.journey(actor, version, today)
    report = shown.report
    acting = partial(flows_acts.buttons, actor, report) if may_begin(workspace().store, actor) else None
    page(
        "Flows",
        SUBTITLE,
        computed_at=shown.computed_at if report.begun else None,
        zone=zone(),
        actions=acting,
    )
    notices.show_notice()
    flows_acts.left_behind_box(actor, report.left_behind)
    overview(shown.line, key="journey")
    if not report.begun:
        overview(shown.offers, key="offers")
        return
    figure_row(shown.figures, currency=currency(), zone=zone(), key="flows-standing")
    overview(cards(shown.holds, shown.offers), key="holds" if not shown.offers else "holds-and-offers")
    flows_charts.show(actor, report, version, today)
