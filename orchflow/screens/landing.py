"""Where a session begins: on Home, or for who works on a phone on their checklist."""

from __future__ import annotations

import streamlit as st

from orchflow.people.permissions import Actor, Role
from orchflow.screens.catalogue import SCREENS, Screen, link
from orchflow.screens.journey.my_checklist_state import LANDED
from orchflow.ui.page import on_a_phone


def lead_on(actor: Actor, screen: Screen) -> None:
    """Go on to My checklist where a session of a member begins on Home on a phone; Home is a tap away from there."""
    begins = not LANDED.get()
    LANDED.set(True)
    if begins and screen is SCREENS[0] and actor.role is Role.MEMBER and on_a_phone():
        st.switch_page(link("my_checklist"), query_params={})
