"""The guide of a step, to read beside its checklist."""

from __future__ import annotations

import streamlit as st

from orchflow.format import plain
from orchflow.guidance.pages import load_pages
from orchflow.screens.catalogue import link
from orchflow.screens.journey import library_data
from orchflow.screens.journey.library_state import PAGE
from orchflow.ui.page import on_a_phone
from orchflow.ui.reading import reading
from orchflow.ui.sheet import HEADER, MOST_ROWS, TALL

LEAST = 380
"""The least height of the guide beside the checklist, in pixels; it scrolls in its own place."""
HEAD = 100
"""How much of it its heading and its edges take."""


def beside(address: str, rows: int = 0) -> None:
    """Draw the guide at that address, as high as a checklist of so many rows; on a phone it unfolds."""
    guide = load_pages().by_address.get(address)
    if guide is None:
        st.caption("This step has no guide." if not address else f"There is no guide {plain(address)}.")
        return
    head = guide.head
    if on_a_phone():
        behind = st.expander(
            f"Guide · {head.minutes} min",
            icon=":material/local_library:",
            key="step-guide",
            on_change="rerun",
        )
        with behind:
            if behind.open:
                _text(address)
        _whole(address, "Whole page")
        return
    with st.container(border=True, gap="xsmall", key="step-guide-card"):
        st.markdown(f"**{plain(head.title)}**")
        _whole(address, f"Whole page · {head.minutes} min")
        high = HEADER + TALL * min(rows, MOST_ROWS) - HEAD
        with st.container(height=max(high, LEAST), border=False, key="step-guide-text"):
            _text(address)


def _text(address: str) -> None:
    text = library_data.text(address)
    reading(text.html, (), key=f"guide-of-{address.replace('/', '-')}", small=not on_a_phone())


def _whole(address: str, label: str) -> None:
    st.page_link(
        link("library"), label=label, icon=":material/open_in_full:", query_params={PAGE.name: address},
        width="content",
    )  # fmt: skip
