"""Flow: one flow step by step, each with its guide beside its checklist (`?flow=flow-3-first-agent&step=build`)."""

from __future__ import annotations

import streamlit as st

from orchflow.format import plain
from orchflow.guidance.reading import FlowReading
from orchflow.people.permissions import Actor
from orchflow.planning.journey.content import load_flows
from orchflow.screens.journey import flow_head, flow_offer, flow_own, flow_step, flow_words
from orchflow.screens.journey import flow_state as state
from orchflow.screens.journey.flow_data import Readings
from orchflow.screens.session import currency, zone
from orchflow.ui import notices
from orchflow.ui.cards import figure_row
from orchflow.ui.overview import overview
from orchflow.ui.page import page
from orchflow.ui.states import empty


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    key, read = state.FLOW.get(), Readings.now(actor)
    if not key:
        flow_offer.choose(read)
        return
    reading = read.flow(key)
    if reading is not None:
        begun(read, reading)
    elif shipped := next((flow for flow in load_flows().flows if flow.slug == key), None):
        flow_offer.show(read, shipped)
    else:
        page("Flow", "One flow, step by step")
        notices.show_notice()
        empty(f"There is no flow {key}", "It may have been deleted. Choose another one.", icon="route")
        flow_offer.every(read)


def begun(read: Readings, reading: FlowReading) -> None:
    """A flow that was begun, with the step that is open."""
    flow_head.show(read, reading)
    if not reading.steps:
        flow_own.no_steps(read.actor, reading)
        return
    asked = state.STEP.get()
    opened = reading.step(asked) or reading.step(reading.now)
    assert opened is not None
    if asked and opened[0].key != asked:
        st.warning(
            f"**{plain(reading.flow.name)} has no step {plain(asked)}.**  \nThe step that is next is shown instead.",
            icon=":material/wrong_location:",
        )
    overview(flow_words.way_card(reading, read.today, opened[0].key), key="flow-way")
    flow_step.show(read, reading, *opened)
    if reading.progress.counts.items:
        figure_row(read.figures(reading), currency=currency(), zone=zone())
    flow_step.how_far(read, reading)
