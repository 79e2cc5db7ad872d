"""Charts of surveys: a heat map of means on a scale, and values with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orchflow.ui import palette
from orchflow.ui.chart_style import WRITTEN, base_layout, short


def scale_heat(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Mapping[tuple[int, int], float],
    *,
    title: str,
    most: float,
) -> dict[str, Any]:
    """The mean in each cell, (row, column) → from 0 to `most`, written in it; the darker the higher."""
    means = [[cells.get((row, column)) for column in range(len(columns))] for row in range(len(rows))]
    heat = {
        "type": "heatmap", "z": means, "zmin": 1, "zmax": most, "xgap": 2, "ygap": 2, "opacity": 0.55, "hoverinfo": "skip",
        "showscale": False, "colorscale": [[0, palette.FAINT], [1, palette.TEAL]],
    }  # fmt: skip
    words = {
        "type": "scatter", "mode": "text", "x": [column for _, column in cells], "y": [row for row, _ in cells],
        "text": [f"{mean:.1f}" for mean in cells.values()], "textfont": WRITTEN | {"size": 12},
        "customdata": [f"{short(rows[row])}<br>{columns[column]}: {mean:.1f} of {most:g}" for (row, column), mean in cells.items()],
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    layout = base_layout(title, "count", horizontal=True)
    layout["xaxis"] = {
        "tickvals": list(range(len(columns))), "ticktext": [_halved(name) for name in columns], "side": "top",
        "tickfont": WRITTEN | {"size": 11}, "showgrid": False, "zeroline": False, "fixedrange": True, "automargin": True,
        "range": [-0.5, len(columns) - 0.5],
    }  # fmt: skip
    layout["yaxis"] = {
        "tickvals": list(range(len(rows))), "ticktext": [short(name, 24) for name in rows], "tickfont": WRITTEN, "ticksuffix": "  ",
        "showgrid": False, "zeroline": False, "fixedrange": True, "automargin": True, "range": [len(rows) - 0.5, -0.5],
    }  # fmt: skip
    return {
        "data": [heat, words],
        "layout": layout | {"showlegend": False, "margin": layout["margin"] | {"t": 44}},
    }


def with_intervals(
    names: Sequence[str], values: Sequence[float], low: Sequence[float], high: Sequence[float], *, title: str, unit: Any,
    written: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    """A bar for each name with its interval; `written` is what the mark says."""
    size = 100 if unit == "percent" else 1
    bars = {
        "type": "bar", "orientation": "h", "x": [value * size for value in values], "y": list(range(len(names))),
        "marker": {"color": palette.BLUE, "line": {"width": 0}}, "width": 0.5, "customdata": list(written),
        "error_x": {
            "type": "data", "symmetric": False, "array": [(h - v) * size for h, v in zip(high, values, strict=True)],
            "arrayminus": [(v - low_) * size for low_, v in zip(low, values, strict=True)], "color": palette.SLATE, "thickness": 1.5, "width": 4,
        },
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    layout = base_layout(title, unit, horizontal=True)
    layout["xaxis"] |= {"rangemode": "tozero"}
    layout["yaxis"] = {
        "autorange": "reversed", "showgrid": False, "tickvals": list(range(len(names))), "tickfont": WRITTEN, "ticksuffix": "  ",
        "ticktext": [short(name, 28) for name in names], "fixedrange": True, "automargin": True,
    }  # fmt: skip
    return {"data": [bars], "layout": layout | {"showlegend": False}}


def _halved(name: str) -> str:
    """A long word in two lines, so that five of them stand side by side on a phone."""
    return name if len(name) <= 9 else f"{name[:9]}-<br>{name[9:]}"
