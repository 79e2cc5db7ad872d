"""The choice between light, dark and what the device says; the browser keeps it, and the script is not told."""

from __future__ import annotations

from orchflow.ui.own_component import own_component


def appearance(*, key: str) -> None:
    """Three buttons, of which one is pressed."""
    own_component("appearance")(key=key, data={}, height=34)
