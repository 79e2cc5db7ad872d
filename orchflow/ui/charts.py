"""The charts: figures in one style, and how one is put on a screen.

Every figure function takes a tidy frame and names columns of it, and returns the figure as the JSON that the browser draws:
building Plotly's objects costs more than the queries behind them. Colours are palette tokens, so a figure can be cached
whatever mode the reader is in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from plotly.basedatatypes import BaseFigure

from orchflow import format as fmt
from orchflow.ui import chart_events, chart_notes, palette
from orchflow.ui.chart_events import ChartEvent
from orchflow.ui.chart_style import (
    HATCHING,
    WRITTEN,
    Unit,
    as_written,
    base_layout,
    drawn_size,
    horizontal_axis,
    in_words,
    short,
)
from orchflow.ui.page import heading
from orchflow.ui.table import Column, Sheet, data_table

FigureData: TypeAlias = go.Figure | Mapping[str, Any]

HEIGHT = 300
LETTER = 7
"""About the pixels of a letter that is written on a chart."""
TOOLBAR = {
    "displaylogo": False,
    "modeBarButtons": [["toImage", "resetScale2d"]],
    "scrollZoom": False,
    "responsive": True,
}


@dataclass(frozen=True)
class Target:
    """A line to measure by: a budget, a target, an agreed limit. `label` names it on the chart."""

    value: float
    label: str


@dataclass(frozen=True)
class Point:
    """A mark that was clicked: its place on the axis, its value and the series it belongs to."""

    x: Any
    y: Any
    series: str


def stacked_bars(
    frame: pd.DataFrame, x: str, y: str, color: str, *, title: str, unit: Unit, currency: str = "USD", kind: str | None = None,
    prominent: Sequence[str] = (), target: Target | None = None, running: Any = None,
) -> dict[str, Any]:  # fmt: skip
    """One bar for each `x`, stacked by `color`: the largest series at the bottom, what is left over on top, what is below 0
    under it. `kind` is the palette's, else `color`; `prominent` is of `palette.colours_for`. The bar of `running` is not
    full yet, and is paler."""
    parts = _parts(frame, color)
    names = sorted(parts, key=lambda name: (palette.is_rest(name), -parts[name][y].sum()))
    colours = palette.colours_for(kind or color, names, prominent)
    bars = [
        {
            "type": "bar", "x": _places(parts[name][x]), "y": _drawn(parts[name][y], unit), "name": short(name),
            "customdata": [name] * len(parts[name]), "marker": {"color": colours[name], "line": {"width": 0}, "pattern": _hatched(name)}
            | ({} if running is None else {"opacity": [0.45 if str(place)[:10] == str(running) else 1.0 for place in parts[name][x]]}),
            "hovertext": in_words(_numbers(parts[name][y]), unit, currency), "hovertemplate": _hover(short(name)),
        }
        for name in names
    ]  # fmt: skip
    layout = {
        **base_layout(title, unit, currency, most=frame.groupby(x, observed=True)[y].sum().max()), "xaxis": horizontal_axis(frame[x]),
        "barmode": "relative", "bargap": 0.25,
        "hovermode": "x unified", "showlegend": len(names) > 1,
    }  # fmt: skip
    return {"data": bars, "layout": layout | measured_by(target, unit, above=True)}


def lines(
    frame: pd.DataFrame, x: str, y: str, color: str | None = None, *, title: str, unit: Unit, currency: str = "USD",
    target: Target | None = None,
) -> dict[str, Any]:  # fmt: skip
    """One line, or one for each `color`."""
    parts = {title: frame} if color is None else _parts(frame, color)
    colours = {title: palette.BLUE} if color is None else palette.colours_for(color, sorted(parts))
    drawn = [
        {
            "type": "scatter", "mode": "lines", "x": _places(parts[name][x]), "y": _drawn(parts[name][y], unit), "name": short(name),
            "customdata": [name] * len(parts[name]), "line": {"color": colours[name], "width": 2}, "connectgaps": False,
            "hovertext": in_words(_numbers(parts[name][y]), unit, currency),
            "hovertemplate": _hover(short(name) if color else None),
        }
        for name in sorted(parts)
    ]  # fmt: skip
    layout = {
        **base_layout(title, unit, currency, most=frame[y].max()), "xaxis": horizontal_axis(frame[x]), "hovermode": "x unified",
        "showlegend": len(parts) > 1,
    }  # fmt: skip
    layout["yaxis"]["rangemode"] = "tozero"
    return {"data": drawn, "layout": layout | measured_by(target, unit)}


def measured_by(target: Target | None, unit: Unit, *, above: bool = False) -> dict[str, Any]:
    """The line to measure by, with its name on it; `above` the chart where bars would cover it."""
    if target is None:
        return {}
    height = drawn_size(target.value, unit)
    line = {"color": palette.INK, "width": 1, "dash": "dot"}
    label = as_written(target.label)
    name = {"text": f"┄ {label}" if above else label, "font": {"size": 11}, "showarrow": False}
    place: dict[str, Any] = {"yref": "paper", "y": 1} if above else {"y": height}
    return {
        "shapes": [
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": height, "y1": height, "line": line}
        ],
        "annotations": [name | place | {"xref": "paper", "x": 0, "xanchor": "left", "yanchor": "bottom"}],
    }


def bars_ranked(
    frame: pd.DataFrame, label: str, value: str, *, title: str, unit: Unit, currency: str = "USD",
    kind: str | None = None, prominent: Sequence[str] = (), limit: int = 10,
) -> dict[str, Any]:  # fmt: skip
    """Horizontal bars, largest on top; what is beyond `limit` is summed as "n others" (not for shares or durations)."""
    frame = frame[frame[value].notna()]
    pairs = zip(frame[label].astype(str), map(float, frame[value]), strict=True)
    ranked = sorted(pairs, key=lambda pair: pair[1], reverse=True)
    rest = ranked[limit:]
    ranked = ranked[:limit]
    if rest and unit in ("money", "count"):
        ranked.append((f"{len(rest)} others", sum(amount for _, amount in rest)))
    names, amounts = [name for name, _ in ranked], [amount for _, amount in ranked]
    colours = palette.colours_for(kind, names, prominent) if kind else {}
    written = in_words(amounts, unit, currency)
    bars = {
        "type": "bar", "orientation": "h", "x": amounts, "y": list(range(len(names))), "customdata": [as_written(name) for name in names],
        "text": written, "textposition": "outside", "textfont": WRITTEN, "cliponaxis": False,
        "marker": {
            "color": [colours.get(name, palette.SLATE if palette.is_rest(name) else palette.BLUE) for name in names],
            "pattern": {"shape": [palette.pattern(name) for name in names]} | HATCHING,
        },
        "hovertemplate": "%{customdata}<br>%{text}<extra></extra>",
    }  # fmt: skip
    layout = {**base_layout(title, unit, currency, horizontal=True), "showlegend": False, "bargap": 0.3}
    least, most = min(amounts, default=0.0), max(amounts, default=0.0)
    layout["xaxis"] |= {
        "visible": False,
        "range": [min(least * 1.22, 0), max(most, 0) or (1 if least == 0 else 0)],
    }
    layout["margin"] |= {
        "r": 10 + LETTER * max(map(len, written), default=0)
    }  # behind the longest bar, on a phone as well
    # By place: two names that are the same, or are once they are cut, stay two bars.
    layout["yaxis"] = {
        "autorange": "reversed", "showgrid": False, "ticksuffix": "  ", "tickvals": list(range(len(names))), "tickfont": WRITTEN,
        "ticktext": [short(name, 26) for name in names],
    }  # fmt: skip
    return {"data": [bars], "layout": layout}


def chart(
    figure: FigureData, frame: pd.DataFrame | Sheet, *, key: str, alt: str, height: int = HEIGHT,
    on_click: Callable[[Point], None] | None = None, columns: Mapping[str, Column] | None = None,
    title: str | None = None, note: str = "", downloads: bool = False, of: object = "",
    events: Sequence[ChartEvent] = (),
) -> None:  # fmt: skip
    """Draw `figure` in a card of fixed height, its title in words above, its numbers as a table on demand; one over days with
    its notes.

    `alt` says what the chart shows in one sentence. `downloads`: the table can be taken away, too. `of` is what the chart
    is of where a screen shows one for each of several things: an agent, a sprint; each has notes of its own. `on_click` is called, before the script, with the mark
    that was clicked. `events` are marked where it is one over days.
    """

    def clicked() -> None:
        points = _points(st.session_state[key])
        if on_click is not None and points:
            on_click(points[0])

    notes = chart_notes.notes_on(figure, f"{key}/{of}" if of else key)
    told = notes.shown if notes else []
    marks = chart_events.marks_of(figure, events)
    figure = chart_events.with_marks(chart_notes.marked(figure, told), marks)
    alt += chart_events.in_words(marks)
    drawn = figure if isinstance(figure, go.Figure) else _Ready(figure)
    words = title or str(_meta(figure).get("title") or alt)
    with st.container(border=True, height="stretch", key=f"{key}-card", gap="xsmall"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="top", gap="small", wrap=False
        ):  # fmt: skip
            heading(words, note)
            if notes:
                chart_notes.button(notes, words, key)
            rows = st.button(
                f"Table :gray[of {fmt.plain(words)}]",
                icon=":material/table_rows:",
                key=f"{key}-table",
                type="tertiary",
            )
        picture = {
            **TOOLBAR,
            "toImageButtonOptions": {"format": "png", "scale": 2, "filename": _slug(words)},
        }
        st.plotly_chart(
            drawn, key=key, height=height, config=picture, alt=alt, on_select=clicked if on_click else "ignore",
            selection_mode="points",
        )  # fmt: skip
        chart_events.listed(marks)
        chart_notes.listed(told)
        if rows:
            in_a_dialog = st.dialog(fmt.plain(words), width="large")(_numbers_of)
            in_a_dialog(
                marks, frame, key=f"{key}-rows", columns=columns or {}, alt=f"{words}, as a table", downloads=downloads, name=_slug(words),
            )  # fmt: skip


def _numbers_of(marks: Sequence[chart_events.Mark], frame: pd.DataFrame | Sheet, **table: Any) -> None:
    """What is behind a chart, and what happened on its days."""
    chart_events.listed(marks)
    data_table(frame, **table)


class _Ready(BaseFigure):  # type: ignore[misc]
    """A cached figure, handed on as it is: building and copying it anew costs more than the rest of a rerun."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_spec", spec)

    def to_dict(self) -> Mapping[str, Any]:
        spec: Mapping[str, Any] = object.__getattribute__(self, "_spec")
        return spec


def _parts(frame: pd.DataFrame, color: str) -> dict[str, pd.DataFrame]:
    """The rows of each series, by its name."""
    return {str(name): rows for name, rows in frame.groupby(color, observed=True, sort=False)}


def _places(x: pd.Series[Any]) -> list[Any]:
    return [value.isoformat() if hasattr(value, "isoformat") else value for value in x]


def _numbers(y: pd.Series[Any]) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in y]


def _drawn(y: pd.Series[Any], unit: Unit) -> list[float | None]:
    """The heights of marks."""
    return [None if value is None else drawn_size(value, unit) for value in _numbers(y)]


def _hover(series: str | None) -> str:
    """Plotly's template for what is told of a mark; the amounts are in `hovertext`, which no format of its own makes nothing of."""
    named = f"{series}: " if series else ""
    return f"{named}%{{hovertext}}<extra></extra>"


def _hatched(name: str) -> dict[str, Any]:
    """How a bar of that series is hatched: only what belongs to nobody is."""
    shape = palette.pattern(name)
    return {"shape": shape} | HATCHING if shape else {"shape": ""}


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "chart"


def _meta(figure: FigureData) -> Mapping[str, Any]:
    meta = figure.layout.meta if isinstance(figure, go.Figure) else figure["layout"].get("meta")
    return meta if isinstance(meta, Mapping) else {}


def _points(state: Any) -> list[Point]:
    points = []
    for point in state["selection"]["points"]:
        series = point.get("customdata")
        series = series[0] if isinstance(series, list) and series else series
        points.append(Point(point.get("x"), point.get("y"), "" if series is None else str(series)))
    return points
