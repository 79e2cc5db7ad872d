"""The two dates on which all can be done, with what each assumes and the way to the screen that shows it."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from orchflow.format import plain
from orchflow.planning.completion import CompletionDate, CompletionDates
from orchflow.screens.catalogue import link
from orchflow.ui.page import HALF

Place = Literal["timeline", "flow_metrics"]
WAYS = {"timeline": "The critical path on the Timeline", "flow_metrics": "The forecast on Flow metrics"}


def completion_card(dates: CompletionDates, here: Place) -> None:
    """Both dates side by side, that of this screen first; under the other one the way to it."""
    told: dict[Place, tuple[str, CompletionDate]] = {
        "timeline": ("At full speed", dates.earliest),
        "flow_metrics": (f"At the pace so far, {dates.confidence} % sure", dates.likely),
    }
    other: Place = "flow_metrics" if here == "timeline" else "timeline"
    with st.container(border=True, key="completion"), st.grid(2, min_column_width=HALF):
        for place in (here, other):
            title, date = told[place]
            with st.container(gap=None):
                st.markdown(in_words(title, date, dates.apart if place == other else ""))
                if place == other:
                    st.page_link(link(other), label=WAYS[other], icon=":material/arrow_forward:")


def in_words(title: str, date: CompletionDate, apart: str) -> str:
    """`At full speed: 4 Dec 2026`, and under it what that assumes; `apart` why the other date is not the same."""
    why = f"if {date.assumes}." if date.day else ""
    under = " ".join(filter(None, (why, apart)))
    return (
        f"{plain(title)}: **{plain(date.said)}**  \n:small[:gray[{plain(under)}]]"
        if under
        else f"{plain(title)}: {plain(date.said)}"
    )
