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
from orchflow.ui.menus import menu
from orchflow.ui.overview import Entry, entries, overview


def show(actor: Actor, screen: Screen) -> None:
    """Draw the menu for `actor`."""
    with menu("Help", icon=":material/help:", width="stretch", key="screen-help") as opened:
        if not opened:
            return
        st.markdown(f"**{plain(screen.title)}**  \n{plain(screen.help)}")
        st.markdown(f":small[{plain(screen.reads)}]")
        job_role = get_user(workspace().store, actor, actor.user_id).job_role if actor.user_id else None
        guides = guides_of(screen.name, job_role)
        lines = [
            Entry(guide.head.title, aside=f"{guide.head.minutes} min", to=address(guide.address))
            for guide in guides
        ]
        if lines:
            overview(entries(lines, shown=len(lines), nothing="", marked=False), key="screen-guides")
