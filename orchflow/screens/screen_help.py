"""Help with the screen that is open: what it is for, how to read it, and the guides that belong to it for this reader."""

from __future__ import annotations

import streamlit as st

from orchflow.format import plain
from orchflow.guidance.screen_help import guides_of
from orchflow.people.permissions import Actor
from orchflow.people.users import get_user
from orchflow.screens.catalogue import Screen
from orchflow.screens.journey.library_cards import address
from orchflow.screens.session import workspace
from orchflow.ui.overview import Entry, card, entries, overview


def button(actor: Actor, screen: Screen) -> None:
    """The way to the help, for `actor`."""
    if st.button("Help", icon=":material/help:", width="stretch", key="screen-help"):
        st.dialog(screen.title, width="medium", icon=f":material/{screen.icon}:")(_help)(actor, screen)


def _help(actor: Actor, screen: Screen) -> None:
    st.markdown(f"**{plain(screen.help)}** {plain(screen.reads)}")
    job_role = get_user(workspace().store, actor, actor.user_id).job_role if actor.user_id else None
    lines = [
        Entry(guide.head.title, guide.head.intent, f"{guide.head.minutes} min", to=address(guide.address))
        for guide in guides_of(screen.name, job_role)
    ]
    if lines:
        overview(
            card("Guides", entries(lines, shown=len(lines), nothing="", marked=False)), key="screen-guides"
        )
