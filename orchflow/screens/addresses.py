"""Addresses of screens, as links of our own parts carry them: `agents?agent=claims`."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from orchflow.screens.catalogue import BY_NAME


def address_of(name: str, query: Mapping[str, str] | None = None) -> str:
    """The address of the screen of that name below the server's, with its `query`."""
    return BY_NAME[name].name + (f"?{urlencode(query)}" if query else "")
