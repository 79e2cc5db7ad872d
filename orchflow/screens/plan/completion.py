"""The two dates on which all can be done, with what each assumes and the way to the screen that shows it."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from orchflow.format import plain
from orchflow.planning.completion import CompletionDate, CompletionDates
from orchflow.screens.catalogue import BY_NAME, link

Place = Literal["timeline", "flow_metrics"]


def completion_card(dates: CompletionDates, here: Place) -> None:
    """Both dates side by side, that of this screen first; beside the other one the way to it."""
    told: dict[Place, tuple[str, CompletionDate]] = {
        "timeline": ("At full speed", dates.earliest),
        "flow_metrics": (f"At the pace so far, {dates.confidence} % sure", dates.likely),
    }
    other: Place = "flow_metrics" if here == "timeline" else "timeline"
    with st.container(border=True, key="completion"):
        first, second, way = st.columns([6, 6, 2], vertical_alignment="center")
        first.markdown(in_words(*told[here]))
        second.markdown(in_words(*told[other]), help=dates.apart or None)
        way.page_link(link(other), label=BY_NAME[other].title, icon=":material/arrow_forward:")


def in_words(title: str, date: CompletionDate) -> str:
    """`At full speed: 4 Dec 2026`, and under it what that assumes."""
    said = f"{plain(title)}: **{plain(date.said)}**" if date.day else f"{plain(title)}: {plain(date.said)}"
    return f"{said}  \n:small[:gray[if {plain(date.assumes)}]]" if date.day else said
