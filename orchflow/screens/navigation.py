"""The screens as Streamlit's navigation takes them."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from orchflow.screens.catalogue import SCREENS, Screen


@lru_cache(maxsize=512)
def _page(name: str, title: str, listed: bool) -> st.Page:
    [screen] = [each for each in SCREENS if each.name == name]
    return st.Page(
        screen.page,
        title=title,
        icon=f":material/{screen.icon}:",
        url_path=screen.name,
        default=screen is SCREENS[0],
        help=screen.help,
        visibility="visible" if listed else "hidden",
    )


def page_of(screen: Screen, title: str, listed: bool) -> st.Page:
    """A screen under the title it has for this reader; made once, since looking for its file takes longer than all else of it. A run
    takes a copy, on which Streamlit notes whether it is the one that is open."""
    return _page(screen.name, title, listed)
