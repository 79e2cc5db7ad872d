"""Surveys: what closed ones came to, and the waves that managers plan, open and close."""

from __future__ import annotations

import streamlit as st

from orchflow import clock
from orchflow.format import day, plain
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.read import figures
from orchflow.metrics.strips import STRIPS
from orchflow.people.permissions import Actor
from orchflow.screens.catalogue import link
from orchflow.screens.figure_facts import plan_facts
from orchflow.screens.session import currency, workspace, zone
from orchflow.screens.team import surveys_state as state
from orchflow.screens.team.survey_results import show_results
from orchflow.screens.team.survey_waves import show_waves
from orchflow.surveys.respond import waiting_surveys
from orchflow.ui.cards import figure_row
from orchflow.ui.choosers import segments
from orchflow.ui.page import page
from orchflow.ui.states import boundary


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    page("Surveys", "Who is ready and what holds them back, where saved time went, how satisfied people are")
    for own in waiting_surveys(workspace().store, actor.user_id, clock.today(zone())):
        st.page_link(
            link("survey"), label=f"**{plain(own.title)}** waits for your answers until {plain(day(own.closes))}",
            icon=":material/how_to_vote:", query_params={"wave": str(own.id)},
        )  # fmt: skip
    view = segments("View", state.VIEWS, state.VIEW)
    with boundary():
        if view == "waves":
            show_waves(actor)
            return
        figure_row(
            figures(plan_facts(actor, PlanScope()), STRIPS["surveys"], trends=False),
            currency=currency(),
            zone=zone(),
        )
        show_results(actor)
