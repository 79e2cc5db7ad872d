"""The Streamlit script: who is signed in, which screens they may open, and the sidebar around them."""

from __future__ import annotations

import streamlit as st

from orchflow.format import plain
from orchflow.paths import app_root
from orchflow.people.permissions import Actor
from orchflow.screens import runs, session
from orchflow.screens.catalogue import SCREENS, link
from orchflow.subscribers import dispatcher
from orchflow.ui import acts
from orchflow.ui.page import boundary


def main() -> None:
    root = app_root()
    st.set_page_config(
        page_title="Orchestrator Flow", page_icon=str(root / "static" / "mark.svg"), layout="wide"
    )
    dispatcher(session.workspace()).start()
    actor = session.enter()
    entered = actor is not None and not actor.must_change_password
    pages: dict[str, list[st.Page]] = {}  # type: ignore[valid-type]
    for screen in SCREENS:
        allowed = actor is not None and (screen.permission is None or actor.may(screen.permission))
        pages.setdefault(screen.section, []).append(
            st.Page(
                screen.page,
                title=screen.title,
                icon=f":material/{screen.icon}:",
                url_path=screen.name,
                default=screen is SCREENS[0],
                help=screen.help,
                visibility="visible" if allowed else "hidden",
            )
        )
    current = st.navigation(pages, position="sidebar" if entered else "hidden", expanded=True)
    if entered:
        st.logo(str(root / "static" / "logo.svg"), size="large", icon_image=str(root / "static" / "mark.svg"))
        with st.sidebar:
            user_menu(actor)
    elif actor is None:
        session.settle_cookie()
    with boundary():
        current.run()
    if entered:  # after the page: its figures need not wait for the component that writes the cookie
        with st.sidebar:
            session.settle_cookie()


def user_menu(actor: Actor | None) -> None:
    assert actor is not None
    st.caption(plain(session.workspace().name))
    menu = st.popover(
        plain(actor.display_name), icon=":material/account_circle:", width="stretch", key="user-menu", on_change="rerun"
    )  # fmt: skip
    if not menu.open:
        return
    with menu:
        st.markdown(f"**{plain(actor.display_name)}**  \n{plain(actor.username)} · {actor.role}")
        st.page_link(link("account"), label="My account", icon=":material/manage_accounts:")
        acts.button(
            "Sign out", on_click=session.end, icon=":material/logout:", width="stretch", key="sign-out"
        )


with runs.in_turn():
    main()
