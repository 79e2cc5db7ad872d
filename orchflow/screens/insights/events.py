"""What happened on the days of a chart, of what its reader has chosen."""

from __future__ import annotations

from datetime import date

import streamlit as st

from orchflow.metrics.spending.opinions import Happened, happened
from orchflow.screens.session import workspace
from orchflow.ui.chart_events import ChartEvent


def events_of(
    start: date, end: date, *, agents: tuple[str, ...] = (), providers: tuple[str, ...] = ()
) -> tuple[ChartEvent, ...]:
    """The events of the days from `start` to `end`: all, or where agents or providers are chosen those of them and of everybody."""
    chosen = {"agent": agents, "provider": providers}
    return tuple(
        ChartEvent(event.day, event.words)
        for event in _events(start, end, workspace().store.version("costs"))
        if all(
            not values or getattr(event, name) is None or getattr(event, name) in values
            for name, values in chosen.items()
        )
    )


def events_of_scope(start: date, end: date, dimension: str, value: str) -> tuple[ChartEvent, ...]:
    """Those that may explain what a scope cost on their day."""
    events = _events(start, end, workspace().store.version("costs"))
    return tuple(
        ChartEvent(event.day, event.words) for event in events if event.explains(dimension, value, event.day)
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _events(start: date, end: date, version: int) -> list[Happened]:
    return happened(workspace().store, start, end)
