"""Charts of flows and their steps: completion, burn-up, drop-off, days per step, heat maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from orchflow import format as fmt
from orchflow.ui import palette
from orchflow.ui.chart_style import WRITTEN, base_layout, drawn_size, horizontal_axis, short

ROW, AROUND = 30, 96
"""Pixels of a row of bars that lie, and of what is around them."""
CELL, HEADS = 27, 110
LINE = 11
"""Letters of a name that stand beside each other below a column."""


def rows_height(rows: int, least: int = 220) -> int:
    """The height of a chart of so many rows."""
    return max(least, rows * ROW + AROUND)


def heat_height(rows: int) -> int:
    """The height of a heat map of so many rows."""
    return max(260, rows * CELL + HEADS)


def completion_figure(frame: pd.DataFrame) -> dict[str, Any]:
    """What of each flow is done, what of it is due by today, and how far its tasks are. `frame`: name, share, expected, plan."""
    names = [short(name, 30) for name in frame["name"]]
    done = [None if pd.isna(value) else drawn_size(float(value), "percent") for value in frame["share"]]
    marks = [
        _marks(frame["expected"], names, "Due by today", {"symbol": "line-ns", "size": 20, "color": palette.INK, "line": {"width": 2, "color": palette.INK}}),
        _marks(frame["plan"], names, "Tasks of its plan done", {"symbol": "circle", "size": 10, "color": palette.PAGE, "line": {"width": 2, "color": palette.MAGENTA}}),
    ]  # fmt: skip
    bars = {
        "type": "bar", "orientation": "h", "x": done, "y": list(range(len(names))), "name": "Items done", "width": 0.5,
        "marker": {"color": palette.BLUE, "line": {"width": 0}}, "customdata": names, "hovertemplate": "%{customdata}<br>Items done: %{x:.0f} %<extra></extra>",
    }  # fmt: skip
    layout = base_layout("Items done of each flow, against what is due by today", "percent", horizontal=True)
    layout["xaxis"] |= {"range": [0, 104], "dtick": 25}
    layout["margin"] |= {"r": 22}  # else the last word of the axis is left out where it would be cut
    return {
        "data": [bars, *(mark for mark in marks if mark["x"])],
        "layout": layout | {"showlegend": True, "yaxis": _names_axis(names)},
    }


def _marks(values: pd.Series[Any], names: Sequence[str], name: str, marker: dict[str, Any]) -> dict[str, Any]:
    known = [(place, float(value)) for place, value in enumerate(values) if not pd.isna(value)]
    return {
        "type": "scatter", "mode": "markers", "x": [drawn_size(value, "percent") for _, value in known], "y": [place for place, _ in known],
        "name": name, "marker": marker, "customdata": [names[place] for place, _ in known],
        "hovertemplate": f"%{{customdata}}<br>{name}: %{{x:.0f}} %<extra></extra>",
    }  # fmt: skip


def burn_up_figure(frame: pd.DataFrame, today: date) -> dict[str, Any]:
    """Steps begun and complete at the end of each day, all there are, and those that the plan has complete by then.

    `frame`: day, steps, begun, complete, planned; after `today` only what is planned.
    """
    days = [day.isoformat() for day in frame["day"]]

    def line(column: str, name: str, **look: Any) -> dict[str, Any]:
        values = [None if pd.isna(value) else int(value) for value in frame[column]]
        hover = f"{name}: %{{y:,.0f}}<extra></extra>"
        return {
            "type": "scatter",
            "mode": "lines",
            "x": days,
            "y": values,
            "name": name,
            "hovertemplate": hover,
            "connectgaps": False,
        } | look

    drawn = [
        line("complete", "Complete", fill="tozeroy", fillcolor=palette.FAINT, line={"color": palette.TEAL, "width": 2.5, "shape": "hv"}),
        line("begun", "Begun", line={"color": palette.BLUE, "width": 2, "shape": "hv"}),
        line("planned", "Complete by plan", line={"color": palette.MAGENTA, "width": 1.5, "dash": "dot", "shape": "hv"}),
        line("steps", "All steps", line={"color": palette.SLATE, "width": 1.5, "dash": "dash", "shape": "hv"}),
    ]  # fmt: skip
    most = float(frame[["steps", "planned"]].max().max())
    layout = base_layout("Burn-up of steps: begun and complete, against the plan", "count", most=most)
    layout["yaxis"] |= {"rangemode": "tozero"}
    layout["xaxis"] = horizontal_axis(frame["day"])
    return {"data": drawn, "layout": layout | {"hovermode": "x unified", "showlegend": True} | _rule(today)}


def _rule(today: date) -> dict[str, Any]:
    return {
        "shapes": [{"type": "line", "yref": "paper", "x0": today.isoformat(), "x1": today.isoformat(), "y0": 0, "y1": 1,
                    "line": {"color": palette.INK, "width": 1}}],
        "annotations": [{"text": "today", "font": {"size": 11}, "x": today.isoformat(), "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}],
    }  # fmt: skip


def drop_off_figure(frame: pd.DataFrame, names: Mapping[str, str], title: str) -> dict[str, Any]:
    """For each step in order how many there are, how many began, and how many got through. `frame`: name, and a column for each of `names`."""
    labels = [str(name) for name in frame["name"]]
    colours = (palette.SLATE, palette.BLUE, palette.TEAL)
    counts = {column: [None if pd.isna(value) else int(value) for value in frame[column]] for column in names}
    bars = [
        {
            "type": "bar", "x": list(range(len(labels))), "y": counts[column], "name": name, "marker": {"color": colour, "line": {"width": 0}},
            "text": counts[column], "textposition": "outside", "textfont": WRITTEN | {"size": 11}, "cliponaxis": False,
            "customdata": [short(label) for label in labels], "hovertemplate": f"%{{customdata}}<br>{name}: %{{y:,.0f}}<extra></extra>",
        }
        for (column, name), colour in zip(names.items(), colours, strict=True)
    ]  # fmt: skip
    most = max((count for own in counts.values() for count in own if count is not None), default=0)
    layout = base_layout(title, "count", most=most)
    layout["yaxis"] |= {"rangemode": "tozero"}
    layout["xaxis"] = {
        "tickvals": list(range(len(labels))), "ticktext": [_wrapped(short(label, 30)) for label in labels], "tickangle": 0,
        "tickfont": WRITTEN | {"size": 11}, "showgrid": False, "fixedrange": True, "automargin": True,
    }  # fmt: skip
    return {"data": bars, "layout": layout | {"barmode": "group", "bargap": 0.3, "showlegend": True}}


def step_days_figure(frame: pd.DataFrame, percentiles: Mapping[str, float]) -> dict[str, Any]:
    """Working days that complete steps took, with those planned. `frame`: name, planned_days, taken_days; `percentiles` by what they are called."""
    names = [short(name, 30) for name in frame["name"]]
    places = list(range(len(names)))
    taken = [
        None if pd.isna(value) else (float(value), f"{fmt.days(float(value))} taken")
        for value in frame["taken_days"]
    ]
    bars = {
        "type": "bar", "orientation": "h", "y": places, "x": [value and value[0] for value in taken], "name": "Taken", "width": 0.5,
        "marker": {"color": palette.TEAL, "line": {"width": 0}}, "customdata": [[name, value and value[1]] for name, value in zip(names, taken, strict=True)],
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
    }  # fmt: skip
    planned = {
        "type": "scatter", "mode": "markers", "y": places, "x": [float(value) for value in frame["planned_days"]], "name": "Planned",
        "marker": {"symbol": "line-ns", "size": 20, "color": palette.INK, "line": {"width": 2, "color": palette.INK}},
        "customdata": [[name, f"{fmt.days(float(value))} planned"] for name, value in zip(names, frame["planned_days"], strict=True)],
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
    }  # fmt: skip
    layout = base_layout("Working days per step, taken against planned", "days", horizontal=True)
    layout["xaxis"] |= {"rangemode": "tozero"}
    layout["shapes"] = [
        {"type": "line", "yref": "paper", "x0": value, "x1": value, "y0": 0, "y1": 1, "line": {"color": palette.MAGENTA, "width": 1, "dash": "dot"}}
        for value in percentiles.values()
    ]  # fmt: skip
    layout["annotations"] = [
        {"text": f"{name}: {fmt.days(value)}", "font": {"size": 11}, "x": value, "xanchor": "left", "xshift": 3, "yref": "paper", "y": 1,
         "yanchor": "bottom" if place else "top", "showarrow": False}
        for place, (name, value) in enumerate(percentiles.items())
    ]  # fmt: skip
    return {"data": [bars, planned], "layout": layout | {"showlegend": True, "yaxis": _names_axis(names)}}


def heat_figure(
    rows: Sequence[str], columns: Sequence[str], cells: Mapping[tuple[int, int], tuple[int, int]], title: str
) -> dict[str, Any]:
    """How much is done in each cell: (row, column) → done and all; others are empty."""
    share = [
        [None if (cell := cells.get((row, column))) is None else drawn_size(cell[0] / cell[1], "percent") for column in range(len(columns))]
        for row in range(len(rows))
    ]  # fmt: skip
    written = [(row, column, done, whole) for (row, column), (done, whole) in cells.items()]
    heat = {
        "type": "heatmap", "z": share, "zmin": 0, "zmax": 100, "xgap": 2, "ygap": 2, "opacity": 0.55, "hoverinfo": "skip", "showscale": False,
        "colorscale": [[0, palette.FAINT], [1, palette.TEAL]],
    }  # fmt: skip
    words = {
        "type": "scatter", "mode": "text", "x": [column for _, column, _, _ in written], "y": [row for row, _, _, _ in written],
        "text": [f"{done}/{whole}" for _, _, done, whole in written], "textfont": WRITTEN | {"size": 11},
        "customdata": [f"{short(rows[row])}<br>{short(columns[column])}: {done} of {fmt.quantity(whole, 'item')} done" for row, column, done, whole in written],
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    layout = base_layout(title, "percent", horizontal=True)
    layout["xaxis"] = {
        "tickvals": list(range(len(columns))), "ticktext": [_wrapped(short(name, 26)) for name in columns], "side": "top",
        "tickfont": WRITTEN | {"size": 11}, "showgrid": False, "zeroline": False, "fixedrange": True, "automargin": True,
        "range": [-0.5, len(columns) - 0.5],
    }  # fmt: skip
    axis = _names_axis([short(name, 34) for name in rows]) | {
        "range": [len(rows) - 0.5, -0.5],
        "autorange": False,
    }
    return {
        "data": [heat, words],
        "layout": layout | {"showlegend": False, "yaxis": axis, "margin": layout["margin"] | {"t": 50}},
    }


def _names_axis(names: Sequence[str]) -> dict[str, Any]:
    """The first on top; by place, so that two of the same name stay two."""
    return {
        "autorange": "reversed", "showgrid": False, "zeroline": False, "ticksuffix": "  ", "tickvals": list(range(len(names))),
        "ticktext": list(names), "tickfont": WRITTEN, "fixedrange": True, "automargin": True,
    }  # fmt: skip


def _wrapped(name: str) -> str:
    """A word to a line, short ones together."""
    lines = [""]
    for word in name.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= LINE:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)
