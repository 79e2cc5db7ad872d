"""The charts: figures in one style, and how one is put on a screen.

Every figure function takes a tidy frame and names columns of it. Colours are palette tokens, so a figure can be cached
(`figure.to_plotly_json()`) whatever mode the reader is in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from plotly.basedatatypes import BaseFigure

from orchflow.ui import palette
from orchflow.ui.format import SYMBOLS
from orchflow.ui.page import heading
from orchflow.ui.table import Column, Sheet, show_frame

Unit: TypeAlias = Literal["money", "percent", "count", "days", "ms", "seconds"]
FigureData: TypeAlias = go.Figure | Mapping[str, Any]

HEIGHT = 300
SUFFIXES = {"ms": " ms", "seconds": " s", "days": " d"}
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
class Event:
    """Something that happened on a day and may explain the figures: a launch, a price change."""

    day: Any
    label: str


@dataclass(frozen=True)
class Point:
    """A mark that was clicked: its place on the axis, its value and the series it belongs to."""

    x: Any
    y: Any
    series: str


def stacked_bars(
    frame: pd.DataFrame, x: str, y: str, color: str, *, title: str, unit: Unit, currency: str = "USD",
    kind: str | None = None, target: Target | None = None, events: Sequence[Event] = (),
) -> go.Figure:  # fmt: skip
    """One bar for each `x`, stacked by `color`, largest series at the bottom. `kind` is the palette's, else `color`."""
    totals = frame.groupby(color, observed=True, sort=False)[y].sum().astype(float)
    names = [str(name) for name in totals.sort_values(ascending=False, kind="stable").index]
    colours = palette.colours_for(kind or color, names)
    figure = new_figure(title, unit, currency)
    for name in names:
        rows = frame[frame[color].astype(str) == name]
        figure.add_bar(
            x=rows[x], y=rows[y].astype(float), name=short(name), customdata=[name] * len(rows),
            marker={"color": colours[name], "line": {"width": 0}}, hovertemplate=_hover(unit, currency, short(name)),
        )  # fmt: skip
    figure.update_layout(barmode="stack", bargap=0.25, hovermode="x unified", showlegend=len(names) > 1)
    return finish(figure, frame[x], target, events)


def lines(
    frame: pd.DataFrame, x: str, y: str, color: str | None = None, *, title: str, unit: Unit, currency: str = "USD",
    kind: str | None = None, target: Target | None = None, events: Sequence[Event] = (), area: bool = False,
) -> go.Figure:  # fmt: skip
    """One line, or one for each `color`; `area` fills below a single line."""
    figure = new_figure(title, unit, currency)
    if color is None:
        parts = [(title, frame)]
        colours = {title: palette.BLUE}
    else:
        names = sorted({str(name) for name in frame[color]})
        parts = [(name, frame[frame[color].astype(str) == name]) for name in names]
        colours = palette.colours_for(kind or color, names)
    for name, rows in parts:
        figure.add_scatter(
            x=rows[x], y=rows[y].astype(float), name=short(name), mode="lines", customdata=[name] * len(rows),
            line={"color": colours[name], "width": 2}, connectgaps=False,
            fill="tozeroy" if area and color is None else None, fillcolor=palette.FAINT if area else None,
            hovertemplate=_hover(unit, currency, short(name) if color else None),
        )  # fmt: skip
    figure.update_layout(hovermode="x unified", showlegend=len(parts) > 1)
    figure.update_yaxes(rangemode="tozero")
    return finish(figure, frame[x], target, events)


def bars_ranked(
    frame: pd.DataFrame, label: str, value: str, *, title: str, unit: Unit, currency: str = "USD",
    kind: str | None = None, limit: int = 10, target: Target | None = None,
) -> go.Figure:  # fmt: skip
    """Horizontal bars, largest on top; what is beyond `limit` is summed as "n others" (not for shares or durations)."""
    rows = pd.DataFrame({label: frame[label].astype(str), value: frame[value].astype(float)})
    rows = rows.sort_values(value, ascending=False, kind="stable")
    rest = rows.iloc[limit:]
    rows = rows.iloc[:limit]
    if len(rest) and unit in ("money", "count"):
        other = pd.DataFrame({label: [f"{len(rest)} others"], value: [rest[value].sum()]})
        rows = pd.concat([rows, other], ignore_index=True)
    names = list(rows[label])
    colours = palette.colours_for(kind, names) if kind else {}
    figure = new_figure(title, unit, currency, horizontal=True)
    figure.add_bar(
        x=rows[value], y=[short(name, 26) for name in names], orientation="h", customdata=names,
        text=rows[value], texttemplate=f"{_prefix(unit, currency)}%{{text:{_format(unit)}}}{SUFFIXES.get(unit, '')}", textposition="outside", cliponaxis=False,
        marker={"color": [colours.get(n, palette.SLATE if n.endswith(" others") else palette.BLUE) for n in names]},
        hovertemplate=f"%{{customdata}}<br>{_prefix(unit, currency)}%{{x:{_format(unit)}}}{SUFFIXES.get(unit, '')}<extra></extra>",
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed", showgrid=False, tickprefix="", ticksuffix="  ")
    most = float(rows[value].max()) if len(rows) else 1.0
    figure.update_xaxes(visible=False, range=[0, max(most, target.value if target else 0) * 1.22 or 1])
    figure.update_layout(showlegend=False, bargap=0.3)
    if target:
        figure.add_vline(x=target.value, line={"color": palette.INK, "width": 1, "dash": "dot"})
        figure.add_annotation(
            x=target.value,
            y=1,
            yref="paper",
            yanchor="bottom",
            showarrow=False,
            text=target.label,
            font={"size": 11},
        )
    return figure


def chart(
    figure: FigureData, frame: pd.DataFrame | Sheet, *, key: str, alt: str, height: int = HEIGHT,
    on_click: Callable[[Point], None] | None = None, columns: Mapping[str, Column] | None = None,
    title: str | None = None, note: str = "",
) -> None:  # fmt: skip
    """Draw `figure` in a card of fixed height, its title in words above, its numbers as a table on demand.

    `alt` says what the chart shows in one sentence. `on_click` is called, before the script, with the mark
    that was clicked.
    """

    def clicked() -> None:
        points = _points(st.session_state[key])
        if on_click is not None and points:
            on_click(points[0])

    drawn = figure if isinstance(figure, go.Figure) else _Ready(figure)
    words = title or str(_meta(figure).get("title") or alt)
    with st.container(border=True, height="stretch", key=f"{key}-card", gap="xsmall"):
        heading(words, note)
        picture = {
            **TOOLBAR,
            "toImageButtonOptions": {"format": "png", "scale": 2, "filename": _slug(words)},
        }
        st.plotly_chart(
            drawn, key=key, height=height, config=picture, alt=alt, on_select=clicked if on_click else "ignore",
            selection_mode="points",
        )  # fmt: skip
        if st.button("Table", icon=":material/table_rows:", key=f"{key}-table", type="tertiary"):
            in_a_dialog = st.dialog(words, width="large")(show_frame)
            in_a_dialog(frame, key=f"{key}-rows", columns=columns or {}, alt=f"{words}, as a table")


class _Ready(BaseFigure):  # type: ignore[misc]
    """A cached figure, handed on as it is: building and copying it anew costs more than the rest of a rerun."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_spec", spec)

    def to_dict(self) -> Mapping[str, Any]:
        spec: Mapping[str, Any] = object.__getattribute__(self, "_spec")
        return spec


def new_figure(title: str, unit: Unit, currency: str = "USD", horizontal: bool = False) -> go.Figure:
    """An empty figure in the product's style; `chart` puts its title above it, `finish` completes it."""
    figure = go.Figure()
    prefix, suffix = _prefix(unit, currency), SUFFIXES.get(unit, "")
    figure.update_layout(
        meta={"title": title, "unit": unit},
        margin={"l": 4, "r": 4, "t": 12, "b": 4, "pad": 4},
        legend={"orientation": "h", "x": 0, "xref": "container", "xanchor": "left", "y": 0, "yref": "container", "yanchor": "bottom",
                "title": {"text": ""}, "itemsizing": "constant", "traceorder": "normal"},
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        clickmode="event+select", dragmode=False, modebar={"bgcolor": "rgba(0,0,0,0)"},
    )  # fmt: skip
    axis = {"tickprefix": prefix, "ticksuffix": suffix, "tickformat": ".0%" if unit == "percent" else "~s",
            "separatethousands": True, "automargin": True, "nticks": 6, "fixedrange": True, "title": {"text": ""}}  # fmt: skip
    if unit == "money" or unit in ("ms", "seconds", "days"):
        axis["tickformat"] = ",~r"
    figure.update_layout(**{"xaxis" if horizontal else "yaxis": axis})
    return figure


def finish(figure: go.Figure, x: pd.Series[Any], target: Target | None, events: Sequence[Event]) -> go.Figure:
    """Complete the horizontal axis over the values `x`, with a target and events drawn where there are any."""
    figure.update_xaxes(fixedrange=True, automargin=True, title={"text": ""}, nticks=7, tickangle=0)
    if pd.api.types.is_datetime64_any_dtype(x) or (len(x) and hasattr(x.iloc[0], "year")):
        days = pd.to_datetime(x)
        long = len(days) > 0 and (days.max() - days.min()).days > 300
        figure.update_xaxes(type="date", tickformat="%b %Y" if long else "%-d %b", hoverformat="%a %-d %b %Y")
    if target is not None:
        figure.add_hline(
            y=target.value, line={"color": palette.INK, "width": 1, "dash": "dot"},
            annotation={"text": target.label, "font": {"size": 11}, "xanchor": "left", "x": 0, "yanchor": "bottom"},
        )  # fmt: skip
    if events:
        figure.update_layout(margin={"t": 28})
    for event in events:
        figure.add_shape(type="line", x0=event.day, x1=event.day, y0=0, y1=1, yref="paper",
                         line={"color": palette.SLATE, "width": 1, "dash": "dash"})  # fmt: skip
        figure.add_annotation(x=event.day, y=1, yref="paper", yanchor="bottom", showarrow=False,
                              text=short(event.label, 22), font={"size": 11})  # fmt: skip
    return figure


def _hover(unit: Unit, currency: str, series: str | None) -> str:
    prefix, suffix = _prefix(unit, currency), SUFFIXES.get(unit, "")
    named = f"{series}: " if series else ""
    return f"{named}{prefix}%{{y:{_format(unit)}}}{suffix}<extra></extra>"


def _prefix(unit: Unit, currency: str) -> str:
    return SYMBOLS.get(currency, f"{currency} ") if unit == "money" else ""


def _format(unit: Unit) -> str:
    return {"money": ",.2f", "percent": ".1%", "count": ",.0f", "days": ",.1f"}.get(unit, ",.0f")


def short(name: str, length: int = 32) -> str:
    """Plotly reads a little HTML in names; what came from outside is shown as written."""
    cut = name if len(name) <= length else f"{name[: length - 1]}…"
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


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
