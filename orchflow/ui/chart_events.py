"""What happened on days of a chart: a letter at the top of each such day, what it means beneath the chart and in its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from orchflow import format as fmt
from orchflow.ui import palette
from orchflow.ui.chart_notes import ROOM_ABOVE, ROW, FigureData, days_of, taken_above
from orchflow.ui.chart_style import as_written

CLOSE = 0.06
"""Days that are nearer than this part of the chart have no room side by side on a phone."""
ROWS = 3


@dataclass(frozen=True)
class ChartEvent:
    """What happened on a day, in words."""

    day: date
    words: str


@dataclass(frozen=True)
class Mark:
    """A day of a chart on which something happened, its letter, and in which row above the chart that stands."""

    letter: str
    day: date
    words: str
    row: int


def marks_of(figure: FigureData, events: Sequence[ChartEvent]) -> tuple[Mark, ...]:
    """The days that the figure shows of those on which something happened; none where it has no days along its axis."""
    span = days_of(figure) if events else None
    if span is None:
        return ()
    first, last = span
    by_day: dict[date, list[str]] = {}
    for event in sorted(events, key=lambda event: event.day):
        if first <= event.day <= last:
            by_day.setdefault(event.day, []).append(event.words)
    near = max((last - first).days, 1) * CLOSE
    marks: list[Mark] = []
    ends: list[date | None] = [None] * ROWS
    for number, (day, words) in enumerate(by_day.items()):
        free = [row for row, end in enumerate(ends) if end is None or (day - end).days > near]
        row = free[0] if free else number % ROWS
        ends[row] = day
        marks.append(Mark(_letter(number), day, ", ".join(words), row))
    return tuple(marks)


def with_marks(figure: FigureData, marks: Sequence[Mark]) -> FigureData:
    """The figure with a line and a letter at each mark, and as much more room above as these take."""
    if not marks:
        return figure
    spec = dict(figure.to_plotly_json() if isinstance(figure, go.Figure) else figure)
    layout = dict(spec["layout"])
    written = layout.get("annotations") or ()
    above = taken_above(written)
    layout["shapes"] = [*(layout.get("shapes") or ()), *map(_line, marks)]
    layout["annotations"] = [*written, *(_label(mark, above) for mark in marks)]
    margin = dict(layout.get("margin") or {})
    rows = max(mark.row for mark in marks) + 1
    layout["margin"] = margin | {"t": max(margin.get("t", 0), ROOM_ABOVE + above + ROW * (rows - 1))}
    return spec | {"layout": layout}


def listed(marks: Sequence[Mark]) -> None:
    """What happened, beneath the chart."""
    if marks:
        st.caption(
            " · ".join(
                f"**{mark.letter}** {fmt.plain(f'{fmt.day(mark.day)}: {mark.words}')}" for mark in marks
            )
        )


def in_words(marks: Sequence[Mark]) -> str:
    """What happened, for those who do not see the chart; empty where nothing did."""
    told = "; ".join(f"{fmt.day(mark.day)} {mark.words}" for mark in marks)
    return f". Events: {told}" if told else ""


def _letter(number: int) -> str:
    rounds, place = divmod(number, len(ascii_uppercase))
    return ascii_uppercase[place] + (str(rounds + 1) if rounds else "")


def _line(mark: Mark) -> dict[str, Any]:
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": mark.day.isoformat(), "x1": mark.day.isoformat(), "y0": 0, "y1": 1,
        "layer": "below", "line": {"color": palette.INK, "width": 1, "dash": "dash"},
    }  # fmt: skip


def _label(mark: Mark, above: int) -> dict[str, Any]:
    return {
        "x": mark.day.isoformat(), "xref": "x", "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": above + ROW * mark.row,
        "showarrow": False, "text": f"<b>{mark.letter}</b>", "hovertext": as_written(f"{fmt.day(mark.day)}: {mark.words}"),
        "captureevents": True, "font": {"size": 10, "color": palette.INK}, "bgcolor": palette.PAGE, "bordercolor": palette.INK,
        "borderwidth": 1, "borderpad": 1,
    }  # fmt: skip
