"""Library: the guides by flow, concern, role and topic, and one guide to read (`?page=concerns/cost`)."""

from __future__ import annotations

import streamlit as st

from orchflow import clock
from orchflow.guidance.page import Page
from orchflow.guidance.pages import load_pages
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.present import present
from orchflow.people.permissions import Actor
from orchflow.screens.addresses import way
from orchflow.screens.insights.reader import insight_reader
from orchflow.screens.journey import library_cards, library_data
from orchflow.screens.journey import library_state as state
from orchflow.screens.journey.library_opinion import opinion
from orchflow.screens.session import currency, workspace, zone
from orchflow.ui.cards import figure_row
from orchflow.ui.choosers import words
from orchflow.ui.overview import overview
from orchflow.ui.page import page
from orchflow.ui.reading import reading
from orchflow.ui.states import empty

READING = 752
"""The width of a text to read, in pixels."""


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    address = state.PAGE.get()
    if not address:
        everything()
    elif guide := load_pages().by_address.get(address):
        one(actor, guide)
    else:
        page("Library", "Guides by flow, concern, role and topic")
        everywhere = way("library", "All guides")
        empty(f"There is no guide {address}", "It may have been renamed.", everywhere, icon="local_library")


def everything() -> None:
    """All guides in cards, or those in which the words that are looked for stand."""
    page("Library", "Guides by flow, concern, role and topic")
    wanted = words("Find", state.FIND, placeholder="Find a guide", width=420)
    html = library_data.shelves(wanted, clock.today(zone()))
    overview(html, key="shelves" if not wanted else "shelves-of-words")


def one(actor: Actor, guide: Page) -> None:
    """One guide, with the figures that it speaks of as they are now."""
    text = library_data.text(guide.address)
    page(guide.head.title, library_cards.caption(guide))
    st.markdown(library_cards.badges(guide, clock.today(zone())))
    keys = [key for key in text.figures if key in METRICS and actor.may(METRICS[key].permission)]
    if keys:
        privacy = insight_reader(actor).privacy
        figures = present(workspace(), actor, keys, privacy, clock.now())
        figure_row([figures[key] for key in keys if key in figures], currency=currency(), zone=zone())
    reading(text.html, text.contents, key="guide", marks=library_data.marks(text.checks))
    with st.container(width=READING):
        if after := library_cards.foot(guide):
            overview(after, key="next")
        opinion(actor, guide.address)
