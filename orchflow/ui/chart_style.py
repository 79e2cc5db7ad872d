"""How every chart looks: its axes, margins and legend, and how its amounts and names are written."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Literal, TypeAlias

import pandas as pd
import plotly.graph_objects as go

from orchflow import format as fmt
from orchflow.currencies import sign
from orchflow.ui import palette

Unit: TypeAlias = Literal["money", "percent", "count", "days", "ms", "seconds"]

SUFFIXES = {"percent": " %", "ms": " ms", "seconds": " s", "days": " d"}
WRITTEN = {"color": palette.INK}
"""The framework's own grey cannot be read on white (3.7 to 1)."""
HATCHING = {"fgcolor": palette.PAGE, "fillmode": "overlay", "size": 5, "solidity": 0.35}


def new_figure(title: str, unit: Unit) -> go.Figure:
    """An empty figure in the product's style, to add to; `chart` puts its title above it, `finish` completes it.

    Its shares stay shares of one.
    """
    layout = base_layout(title, unit)
    if unit == "percent":
        layout["yaxis"] |= {"tickformat": ".3~p", "ticksuffix": ""}
    return go.Figure(layout=layout)


def finish(figure: go.Figure, x: pd.Series[Any]) -> go.Figure:
    """Complete the horizontal axis over the values `x`."""
    return figure.update_xaxes(horizontal_axis(x))


def base_layout(
    title: str, unit: Unit, currency: str = "USD", horizontal: bool = False, most: float | None = None
) -> dict[str, Any]:
    """What all layouts have in common. `most`: the longest of its marks, where that is known."""
    axis = {
        "tickprefix": _prefix(unit, currency), "ticksuffix": SUFFIXES.get(unit, ""), "separatethousands": True,
        "tickformat": ",~r", "automargin": True, "nticks": 6, "fixedrange": True,
        "tickfont": WRITTEN, "title": {"font": WRITTEN},
    }  # fmt: skip
    if unit == "count":
        axis |= whole_steps(most)
    return {
        "meta": {"title": title, "unit": unit},
        "font": WRITTEN, "hoverlabel": {"font": WRITTEN},
        "margin": {"l": 4, "r": 4, "t": 26, "b": 4, "pad": 4},
        "legend": {"orientation": "h", "x": 0, "xref": "container", "xanchor": "left", "y": 0, "yref": "container", "yanchor": "bottom",
                   "title": {"text": ""}, "itemsizing": "constant", "traceorder": "normal"},
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "clickmode": "event+select", "dragmode": False, "modebar": {"bgcolor": palette.PAGE, **WRITTEN, "activecolor": palette.INK},
        "xaxis" if horizontal else "yaxis": axis, "yaxis" if horizontal else "xaxis": {"tickfont": WRITTEN},
    }  # fmt: skip


def whole_steps(most: float | None) -> dict[str, Any]:
    """The steps of an axis of counts whose longest mark is `most`: never a part of a thing, thousands as `10k`."""
    if most is None or most >= 10_000:
        return {"tickformat": "~s"}
    return {"tickformat": ",d"} | ({"dtick": 1} if most < 6 else {})


def horizontal_axis(x: pd.Series[Any]) -> dict[str, Any]:
    """The horizontal axis over these values: days, or names."""
    axis: dict[str, Any] = {
        "fixedrange": True,
        "automargin": True,
        "nticks": 7,
        "tickangle": 0,
        "tickfont": WRITTEN,
        "title": {"font": WRITTEN},
    }
    if pd.api.types.is_datetime64_any_dtype(x) or (len(x) and hasattr(x.iloc[0], "year")):
        days = pd.to_datetime(x)
        long = len(days) > 0 and (days.max() - days.min()).days > 300
        axis |= {"type": "date", "tickformat": "%b %Y" if long else "%-d %b", "hoverformat": "%a %-d %b %Y"}
    return axis


def drawn_size(value: float, unit: Unit) -> float:
    """A share is drawn in percent, since the browser's own format of shares has no space before the sign."""
    return round(value * 100, 10) if unit == "percent" else value


def in_words(values: Sequence[float | None], unit: Unit, currency: str) -> list[str]:
    """Each value in words, safe where Plotly reads HTML."""
    return ["" if value is None else short(fmt.precise(value, unit, currency)) for value in values]


def _prefix(unit: Unit, currency: str) -> str:
    return sign(currency) if unit == "money" else ""


def short(name: str, length: int = 32) -> str:
    """The beginning of a name that is longer, `as_written`."""
    return as_written(name if len(name) <= length else f"{name[: length - 1]}…")


def as_written(text: str) -> str:
    """Plotly reads a little HTML, and values in braces, in names; what came from outside is shown as written."""
    return escape(text, quote=False).replace("{", "&#123;")
