"""Flow: one flow step by step, each with its guide beside its checklist (`?flow=flow-3-first-agent&step=build`)."""

from __future__ import annotations

import streamlit as st

from orchflow import clock
from orchflow.format import plain
from orchflow.guidance.reading import FlowReading
from orchflow.people.permissions import Actor
from orchflow.planning.journey.content import load_flows
from orchflow.screens.journey import flow_data, flow_head, flow_offer, flow_own, flow_step, flow_words
from orchflow.screens.journey import flow_state as state
from orchflow.screens.session import currency, zone
from orchflow.ui import notices
from orchflow.ui.cards import figure_row
from orchflow.ui.overview import overview
from orchflow.ui.page import page
from orchflow.ui.states import empty


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    key, today = state.FLOW.get(), clock.today(zone())
    if not key:
        flow_offer.choose(actor, today)
        return
    reading = flow_data.flow_called(actor, key, today)
    if reading is not None:
        begun(actor, reading)
    elif shipped := next((flow for flow in load_flows().flows if flow.slug == key), None):
        flow_offer.show(actor, shipped, today)
    else:
        page("Flow", "One flow, step by step")
        notices.show_notice()
        empty(f"There is no flow {key}", "It may have been deleted. Choose another one.", icon="route")
        flow_offer.every(actor, today)


def begun(actor: Actor, reading: FlowReading) -> None:
    """A flow that was begun, with the step that is open."""
    today = clock.today(zone())
    flow_head.show(actor, reading, today)
    if reading.progress.counts.items:
        figure_row(flow_data.figures_of(actor, reading, today), currency=currency(), zone=zone())
    if not reading.steps:
        flow_own.no_steps(actor, reading)
        return
    asked = state.STEP.get()
    opened = reading.step(asked) or reading.step(reading.now)
    assert opened is not None
    if asked and opened[0].key != asked:
        st.warning(
            f"**{plain(reading.flow.name)} has no step {plain(asked)}.**  \nThe step that is next is shown instead.",
            icon=":material/wrong_location:",
        )
    overview(flow_words.way_card(reading, today, opened[0].key), key="flow-way")
    flow_step.show(actor, reading, *opened, today)
