"""Notes on charts over time: marks at their days, what they say beneath, and a dialog to write them.

A chart that has days along its axis has them, whatever screen it is on. What is kept, and for whom, is up to the keeper that
`keep_with` was given for this tab.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol, TypeAlias

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from orchflow import format as fmt
from orchflow.ui import acts, palette
from orchflow.ui.chart_style import as_written
from orchflow.ui.states import closing

_KEEPER = "orchflow.chart-notes"
HALF_A_DAY = pd.Timedelta(hours=12)
ROW, ROOM_ABOVE = 15, 26
"""Pixels of a row of signs above a chart, and how many there are before words stand there."""
LONGEST = 500
NEW = 0
FigureData: TypeAlias = go.Figure | Mapping[str, Any]


@dataclass(frozen=True)
class ChartNote:
    """A note of a day, or of the days up to `until`; `mine` may be changed by the reader, `removable` taken away."""

    id: int
    version: int
    day: date
    until: date | None
    text: str
    author: str
    mine: bool
    removable: bool

    @property
    def last(self) -> date:
        """The last of its days."""
        return self.until or self.day


class Keeper(Protocol):
    """Who keeps the notes of the screen that is open."""

    @property
    def may_add(self) -> bool:
        """Whether the reader may write notes."""

    def of(self, chart: str) -> Sequence[ChartNote]:
        """The notes of one chart, by their days."""

    def save(self, chart: str, note: ChartNote | None, day: date, until: date | None, text: str) -> None:
        """Write a new note, or change one."""

    def remove(self, note: ChartNote) -> None:
        """Take a note away."""


@dataclass(frozen=True)
class Notes:
    """The notes of one chart within the days that it shows."""

    keeper: Keeper
    chart: str
    first: date
    last: date

    @property
    def shown(self) -> list[ChartNote]:
        """Those of the days that it shows."""
        return [
            note for note in self.keeper.of(self.chart) if note.day <= self.last and note.last >= self.first
        ]


def keep_with(keeper: Keeper) -> None:
    """Charts drawn in this tab from now on have their notes from `keeper`."""
    st.session_state[_KEEPER] = keeper


def notes_on(figure: FigureData, chart: str) -> Notes | None:
    """The notes of a chart; None for one that has no days along its axis, and where nobody keeps notes."""
    keeper: Keeper | None = st.session_state.get(_KEEPER)
    span = days_of(figure) if keeper is not None else None
    return Notes(keeper, chart, *span) if keeper is not None and span is not None else None


def marked(figure: FigureData, notes: Sequence[ChartNote]) -> FigureData:
    """The figure with a mark at the days of each note, whose number is that in the list beneath."""
    if not notes:
        return figure
    spec = dict(figure.to_plotly_json() if isinstance(figure, go.Figure) else figure)
    layout = dict(spec["layout"])
    layout["shapes"] = [*layout.get("shapes", ()), *map(_shape, notes)]
    written = layout.get("annotations") or ()
    above = taken_above(written)
    layout["annotations"] = [
        *written,
        *(_annotation(place, note) | {"yshift": above} for place, note in enumerate(notes, 1)),
    ]
    margin = dict(layout.get("margin") or {})
    layout["margin"] = margin | {"t": max(margin.get("t", 0), ROOM_ABOVE + above)}
    return spec | {"layout": layout}


def taken_above(annotations: Iterable[Mapping[str, Any]]) -> int:
    """The pixels above a chart that words take which stand there already, such as the name of its line to measure by."""
    above = [each for each in annotations if each.get("yref") == "paper" and each.get("y") == 1]
    return max((each.get("yshift", 0) + ROW + 4 for each in above), default=0)


def listed(notes: Sequence[ChartNote]) -> None:
    """What the notes say, beneath their chart."""
    if notes:
        lines = [
            f"**{place}** {fmt.plain(_when(note))}: {fmt.plain(' '.join(note.text.split()))} · {fmt.plain(note.author)}"
            for place, note in enumerate(notes, 1)
        ]
        st.caption("  \n".join(lines))


def button(notes: Notes, words: str, key: str) -> None:
    """The button that opens the dialog of the notes, for those who may write them."""
    if notes.keeper.may_add and st.button(
        f"Notes :gray[of {fmt.plain(words)}]",
        icon=":material/add_comment:",
        key=f"{key}-notes",
        type="tertiary",
    ):
        st.dialog(f"Notes of {fmt.plain(words)}", width="small")(_dialog)(notes, key)


def _dialog(notes: Notes, key: str) -> None:
    """Write a note, or change or remove one of the reader's own."""
    own = {note.id: note for note in notes.shown if note.mine or note.removable}
    chosen = NEW
    if own:
        names = {NEW: "A new note"} | {
            number: f"{_when(note)}: {note.text[:60]}" for number, note in own.items()
        }
        chosen = st.selectbox("Note", list(names), format_func=names.__getitem__, key=f"{key}-note")
    note = own.get(chosen)
    at = f"{key}-note-{chosen}"
    with st.container(horizontal=True):
        day = st.date_input("Day", note.day if note else notes.last, key=f"{at}-day", format="YYYY-MM-DD")
        until = st.date_input(
            "Until", note.until if note else None, key=f"{at}-until", format="YYYY-MM-DD", help="For several days; else leave it empty"
        )  # fmt: skip
    text = st.text_area("What is to be known", note.text if note else "", max_chars=LONGEST, key=f"{at}-text")
    with st.container(horizontal=True):
        if (note is None or note.mine) and acts.button("Save", type="primary", key=f"{at}-save"):
            with closing():
                acts.once(
                    lambda: notes.keeper.save(
                        notes.chart, note, _day(day), _day(until) if until else None, text
                    )
                )
        if note is not None and note.removable and acts.button("Remove", key=f"{at}-remove"):
            with closing():
                acts.once(lambda: notes.keeper.remove(note))


def _day(picked: Any) -> date:
    assert isinstance(picked, date)
    return picked


def _when(note: ChartNote) -> str:
    return fmt.period(note.day, note.last) if note.until else fmt.day(note.day)


def days_of(figure: FigureData) -> tuple[date, date] | None:
    """The first and the last day along the axis; None where it has no days."""
    spec: Any = figure
    if (
        spec["layout"]["xaxis"]["type"] != "date"
        if isinstance(figure, go.Figure)
        else spec["layout"].get("xaxis", {}).get("type") != "date"
    ):
        return None
    ends = [
        pd.Timestamp(trace["x"][place])
        for trace in spec["data"]
        if trace["x"] is not None and len(trace["x"])
        for place in (0, -1)
    ]
    return (min(ends).date(), max(ends).date()) if ends else None


def _shape(note: ChartNote) -> dict[str, Any]:
    """A line at a day, or a field over days; behind what the chart draws."""
    if note.until is None:
        line = {"color": palette.INK, "width": 1, "dash": "dot"}
        place: dict[str, Any] = {
            "type": "line",
            "x0": note.day.isoformat(),
            "x1": note.day.isoformat(),
            "line": line,
        }
    else:
        first, last = pd.Timestamp(note.day) - HALF_A_DAY, pd.Timestamp(note.last) + HALF_A_DAY
        place = {
            "type": "rect", "x0": first.isoformat(), "x1": last.isoformat(), "fillcolor": palette.SLATE, "opacity": 0.15,
            "line": {"width": 0},
        }  # fmt: skip
    return {"xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "below", **place}


def _annotation(place: int, note: ChartNote) -> dict[str, Any]:
    """The number of a note at the top of the chart, which tells it where one points at it."""
    middle = note.day + timedelta(days=(note.last - note.day).days // 2)
    told = f"{_when(note)}: {' '.join(note.text.split())} · {note.author}"
    return {
        "x": middle.isoformat(), "xref": "x", "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
        "text": f"<b>{place}</b>", "hovertext": "<br>".join(map(as_written, _broken(told))), "captureevents": True,
        "font": {"size": 11, "color": palette.PAGE}, "bgcolor": palette.INK, "borderpad": 2,
    }  # fmt: skip


def _broken(text: str, width: int = 60) -> list[str]:
    """The text in lines that have room in what is shown where one points."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
