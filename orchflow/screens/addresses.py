"""Addresses of screens, as links of our own parts carry them: `agents?agent=claims`."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import streamlit as st

from orchflow.format import plain
from orchflow.screens.catalogue import BY_NAME, link
from orchflow.ui.states import Action


def address_of(name: str, query: Mapping[str, str] | None = None) -> str:
    """The address of the screen of that name below the server's, with its `query`."""
    return BY_NAME[name].name + (f"?{urlencode(query)}" if query else "")


def way(name: str, label: str = "") -> Action:
    """The way to the screen of that name, as an empty screen offers it."""
    screen = BY_NAME[name]
    return Action(label or screen.title, screen.page, f":material/{screen.icon}:")


def linked(name: str, label: str, icon: str, query: Mapping[str, str] | None = None) -> None:
    """A link to the screen of that name, with its `query`."""
    st.page_link(link(name), label=plain(label), icon=icon, query_params=dict(query or {}))
