"""Charts of what moves a cost: a waterfall of causes, the month to its end, and the band of ordinary days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from orchflow import format as fmt
from orchflow.ui import palette
from orchflow.ui.chart_style import WRITTEN, as_written, base_layout, horizontal_axis, in_words
from orchflow.ui.charts import Target, measured_by

BAND = "rgba(125, 140, 165, 0.22)"
"""What is between two lines: a grey that is seen on white and on black."""


def waterfall(steps: Sequence[tuple[str, float, bool]], *, title: str, currency: str) -> dict[str, Any]:
    """From one amount to another by what lies between. `steps`: name, amount, and whether it is a whole and no step."""
    amounts = [amount for _, amount, _ in steps]
    written = [
        fmt.money(amount, currency) if whole else _signed(amount, currency) for _, amount, whole in steps
    ]
    bars = {
        "type": "waterfall", "orientation": "v", "x": list(range(len(steps))), "y": amounts,
        "measure": ["absolute" if whole else "relative" for _, _, whole in steps],
        "text": written, "textposition": "outside", "textfont": WRITTEN, "cliponaxis": False,
        "customdata": [as_written(name) for name, _, _ in steps], "hovertemplate": "%{customdata}: %{text}<extra></extra>",
        "increasing": {"marker": {"color": palette.AMBER}}, "decreasing": {"marker": {"color": palette.TEAL}},
        "totals": {"marker": {"color": palette.SLATE}}, "connector": {"line": {"color": palette.FAINT, "width": 1}},
    }  # fmt: skip
    layout = base_layout(title, "money", currency)
    layout["xaxis"] = {
        "tickvals": list(range(len(steps))), "ticktext": [as_written(name) for name, _, _ in steps], "tickangle": 0,
        "tickfont": WRITTEN, "showgrid": False, "fixedrange": True, "automargin": True,
    }  # fmt: skip
    reached = _reached(steps)
    room = (max(reached) - min(reached)) * 0.12
    layout["yaxis"] |= {"range": [min(0.0, min(reached) - room), max(reached) + room]}
    return {"data": [bars], "layout": layout | {"showlegend": False, "bargap": 0.35}}


def month_to_its_end(
    frame: pd.DataFrame, today: date, *, title: str, currency: str, budget: Target | None = None
) -> dict[str, Any]:
    """What a month comes to by the end of each day: known so far, likely from then on, within an interval.

    `frame`: day, spent (empty ahead), likely, low and high (empty before).
    """
    days = [day.isoformat() for day in frame["day"]]
    drawn = [
        _line(days, frame["low"], "Interval", currency, line={"width": 0}, showlegend=False, hoverinfo="skip"),
        _line(days, frame["high"], "80 % interval", currency, line={"width": 0}, fill="tonexty", fillcolor=BAND, hoverinfo="skip"),
        _line(days, frame["spent"], "So far", currency, line={"color": palette.BLUE, "width": 2.5}),
        _line(days, frame["likely"], "Likely", currency, line={"color": palette.BLUE, "width": 2, "dash": "dot"}),
    ]  # fmt: skip
    layout = base_layout(title, "money", currency) | {"hovermode": "x unified", "showlegend": True}
    layout["yaxis"] |= {"rangemode": "tozero"}
    layout["xaxis"] = horizontal_axis(frame["day"])
    layout |= _today(today)
    if budget is not None:
        measured = measured_by(budget, "money")
        layout["shapes"] += measured["shapes"]
        layout["annotations"] += measured["annotations"]
    return {"data": drawn, "layout": layout}


def ordinary_band(frame: pd.DataFrame, *, title: str, currency: str) -> dict[str, Any]:
    """The cost of each day within what is ordinary for it; days outside are marked.

    `frame`: day, cost, expected, low, high, outside (its cost, empty where it is inside).
    """
    days = [day.isoformat() for day in frame["day"]]
    drawn = [
        _line(days, frame["low"], "Band", currency, line={"width": 0, "shape": "hvh"}, showlegend=False, hoverinfo="skip"),
        _line(days, frame["high"], "Ordinary", currency, line={"width": 0, "shape": "hvh"}, fill="tonexty", fillcolor=BAND, hoverinfo="skip"),
        _line(days, frame["expected"], "Expected", currency, line={"color": palette.SLATE, "width": 1.5, "dash": "dot", "shape": "hvh"}),
        _line(days, frame["cost"], "Cost", currency, line={"color": palette.BLUE, "width": 2}),
        _line(
            days, frame["outside"], "Out of the ordinary", currency, mode="markers",
            marker={"color": palette.AMBER, "size": 9, "symbol": "diamond", "line": {"color": palette.INK, "width": 1}},
        ),
    ]  # fmt: skip
    layout = base_layout(title, "money", currency) | {"hovermode": "x unified", "showlegend": True}
    layout["xaxis"] = horizontal_axis(frame["day"])
    return {"data": drawn, "layout": layout}


def _line(days: list[str], values: pd.Series[Any], name: str, currency: str, **look: Any) -> dict[str, Any]:
    numbers = [None if pd.isna(value) else float(value) for value in values]
    hover = {
        "hovertext": in_words(numbers, "money", currency),
        "hovertemplate": f"{name}: %{{hovertext}}<extra></extra>",
    }
    if look.get("hoverinfo") == "skip":
        hover = {}
    return (
        {"type": "scatter", "mode": "lines", "x": days, "y": numbers, "name": name, "connectgaps": False}
        | hover
        | look
    )


def _today(today: date) -> dict[str, Any]:
    return {"shapes": [_rule(today)], "annotations": [_label(today, "today")]}


def _rule(day: date) -> dict[str, Any]:
    return {
        "type": "line", "yref": "paper", "x0": day.isoformat(), "x1": day.isoformat(), "y0": 0, "y1": 1,
        "line": {"color": palette.INK, "width": 1, "dash": "dot"},
    }  # fmt: skip


def _label(day: date, words: str) -> dict[str, Any]:
    """Words above a day."""
    return {
        "text": as_written(words), "font": {"size": 11}, "x": day.isoformat(), "xanchor": "center", "yref": "paper", "y": 1,
        "yanchor": "bottom", "showarrow": False,
    }  # fmt: skip


def _signed(amount: float, currency: str) -> str:
    return f"{'+' if amount > 0 else '−' if amount < 0 else '±'}{fmt.money(abs(amount), currency)}"


def _reached(steps: Sequence[tuple[str, float, bool]]) -> list[float]:
    """The heights that the bars reach."""
    heights, at = [0.0], 0.0
    for _, amount, whole in steps:
        at = amount if whole else at + amount
        heights.append(at)
    return heights
