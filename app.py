"""The Streamlit script: who is signed in, which screens they may open, and the sidebar around them."""

from __future__ import annotations

from copy import copy

import streamlit as st

from orchflow.paths import app_root
from orchflow.people.permissions import Actor
from orchflow.screens import landing, runs, session, sidebar
from orchflow.screens.catalogue import BY_URL, SCREENS
from orchflow.screens.chart_notes import ScreenNotes
from orchflow.screens.navigation import page_of
from orchflow.subscribers import dispatcher
from orchflow.ui import notices
from orchflow.ui.address import say_unknown
from orchflow.ui.chart_notes import keep_with
from orchflow.ui.page import boundary
from orchflow.web.first_page import SIDEBAR_WIDTH

PRODUCT = "Orchestrator Flow"
MARK = str(app_root() / "static" / "mark.svg")


def main() -> None:
    # Before the navigation, with which the sidebar comes: it takes its width once.
    st.set_page_config(page_icon=MARK, initial_sidebar_state=SIDEBAR_WIDTH)
    dispatcher(session.workspace()).start()
    actor = session.enter()
    entered = actor is not None and not actor.must_change_password
    current = navigation(actor, entered)
    screen = BY_URL[current.url_path]
    if entered and actor is not None:
        landing.lead_on(actor, screen)
    st.set_page_config(
        page_title=f"{screen.title if entered else 'Sign in'} · {PRODUCT}",
        layout="wide" if screen.wide and entered else "centered",
    )
    if entered and actor is not None:
        keep_with(ScreenNotes(actor, screen.name))
        st.logo(MARK, size="medium", icon_image=MARK)
        with st.sidebar:
            sidebar.show(actor, screen)
    elif actor is None:
        session.settle_cookie()
    with boundary():
        current.run()
    notices.show_left()
    say_unknown()
    if entered:  # after the page: its figures need not wait for the component that writes the cookie
        with st.sidebar:
            session.settle_cookie()


def navigation(actor: Actor | None, entered: bool) -> st.Page:  # type: ignore[valid-type]
    """The screens by their sections, those that this person may open in sight. Returns the one that is open."""
    pages: dict[str, list[st.Page]] = {}  # type: ignore[valid-type]
    for screen in SCREENS:
        title = sidebar.title(actor if entered else None, screen)
        listed = screen.listed and sidebar.may_open(actor, screen)
        pages.setdefault(screen.section, []).append(copy(page_of(screen, title, listed)))
    return st.navigation(pages, position="sidebar" if entered else "hidden", expanded=True)


runs.draw_at_root()
with runs.in_turn():
    main()
