"""Charts of what goes with use: cost against runs with the curve through them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from orchflow import format as fmt
from orchflow.ui import palette
from orchflow.ui.chart_style import WRITTEN, as_written, base_layout

STEPS = 40


def cost_by_runs(
    weeks: pd.DataFrame, curve: tuple[float, float] | None, *, title: str, currency: str
) -> dict[str, Any]:
    """A point for each week, the later the darker; `curve` is slope and intercept of log(cost) on log(runs).

    `weeks`: week, runs, cost.
    """
    known = weeks[(weeks["runs"] > 0) & weeks["cost"].notna()]
    runs, costs = [int(each) for each in known["runs"]], [float(each) for each in known["cost"]]
    words = [
        f"Week of {fmt.day(day)}: {fmt.count(count)} runs, {fmt.money(cost, currency)}"
        for day, count, cost in zip(known["week"], runs, costs, strict=True)
    ]
    points = {
        "type": "scatter", "mode": "markers", "x": runs, "y": costs, "name": "A week", "hovertext": list(map(as_written, words)),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {
            "color": palette.BLUE, "size": 9, "opacity": [0.35 + 0.65 * place / max(len(runs) - 1, 1) for place in range(len(runs))],
        },
    }  # fmt: skip
    drawn = [points]
    if curve is not None and runs:
        x = _between(min(runs), max(runs))
        slope, intercept = curve
        drawn.insert(0, {
            "type": "scatter", "mode": "lines", "x": x, "y": [math.exp(intercept + slope * math.log(at)) for at in x],
            "name": f"Curve of elasticity {slope:.2f}", "line": {"color": palette.SLATE, "width": 1.5, "dash": "dot"}, "hoverinfo": "skip",
        })  # fmt: skip
    layout = base_layout(title, "money", currency)
    layout["yaxis"] |= {"rangemode": "tozero"}
    layout["xaxis"] = {
        "fixedrange": True, "automargin": True, "nticks": 7, "rangemode": "tozero", "tickformat": "~s", "tickfont": WRITTEN,
        "title": {"text": "runs a week", "font": WRITTEN},
    }  # fmt: skip
    return {"data": drawn, "layout": layout | {"showlegend": True, "hovermode": "closest"}}


def _between(least: int, most: int) -> Sequence[float]:
    return [least + (most - least) * place / STEPS for place in range(STEPS + 1)]
