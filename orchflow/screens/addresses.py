"""Addresses of screens, as links of our own parts carry them: `agents?agent=claims`."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

import streamlit as st

from orchflow.screens.catalogue import BY_NAME, link


def address_of(name: str, query: Mapping[str, str] | None = None) -> str:
    """The address of the screen of that name below the server's, with its `query`."""
    return BY_NAME[name].name + (f"?{urlencode(query)}" if query else "")


def follow(address: str | None) -> None:
    """Go to the screen of an address that the browser sent; nothing happens where there is no such screen."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return
    if parts.path in BY_NAME:
        st.switch_page(link(parts.path), query_params=parse_qs(parts.query))
