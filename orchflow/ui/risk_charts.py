"""The map of risks: likelihood against impact, each risk from where it was before controls to where it is now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchflow.ui import palette
from orchflow.ui.chart_style import WRITTEN, as_written, base_layout

SIDE = 5
MARK = 19
"""Pixels of a numbered mark."""
STEP = 0.32
TONES = {"low": (palette.GOOD, 0.13), "medium": (palette.AMBER, 0.18), "high": (palette.BAD, 0.2)}


@dataclass(frozen=True)
class MapMark:
    """A risk on the map: likelihood and impact before controls and now; `raised` by a signal; what is said where a pointer rests."""

    number: int
    words: str
    before: tuple[int, int]
    now: tuple[int, int]
    raised: bool


def risk_map(marks: Sequence[MapMark], levels: Sequence[Sequence[str]], *, title: str) -> dict[str, Any]:
    """The map. `levels` says of each likelihood (rows, from 1) and impact what a score there is called."""
    places = _places([mark.now for mark in marks])
    drawn = []
    for mark, (x, y) in zip(marks, places, strict=True):
        if mark.before != mark.now:
            drawn.append(_movement(mark, x, y))
    drawn.append(
        _marks([mark for mark in marks if not mark.raised], places, marks, "As assessed", palette.INK)
    )
    if any(mark.raised for mark in marks):
        drawn.append(
            _marks([mark for mark in marks if mark.raised], places, marks, "Raised by a signal", palette.BAD)
        )
    layout = base_layout(title, "count")
    axis = {
        "range": [0.5, SIDE + 0.5], "tickvals": list(range(1, SIDE + 1)), "fixedrange": True, "showgrid": False, "zeroline": False,
        "tickfont": WRITTEN, "automargin": True,
    }  # fmt: skip
    layout["xaxis"] = axis | {"title": {"text": "Impact", "font": WRITTEN}}
    layout["yaxis"] = axis | {"title": {"text": "Likelihood", "font": WRITTEN}}
    return {
        "data": drawn,
        "layout": layout | {"shapes": list(_cells(levels)), "showlegend": True, "hovermode": "closest"},
    }


def _cells(levels: Sequence[Sequence[str]]) -> Any:
    for y, row in enumerate(levels, 1):
        for x, name in enumerate(row, 1):
            colour, opacity = TONES[name]
            yield {
                "type": "rect", "x0": x - 0.5, "x1": x + 0.5, "y0": y - 0.5, "y1": y + 0.5, "layer": "below", "fillcolor": colour,
                "opacity": opacity, "line": {"width": 1, "color": palette.PAGE},
            }  # fmt: skip


def _places(cells: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """Where each mark stands (x, y): those of one cell beside each other, three in a row."""
    of_cell: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, cell in enumerate(cells):
        of_cell[cell].append(at)
    places: dict[int, tuple[float, float]] = {}
    for (likelihood, impact), members in of_cell.items():
        rows = -(-len(members) // 3)
        for place, at in enumerate(members):
            row, column = divmod(place, 3)
            in_row = min(3, len(members) - row * 3)
            places[at] = (
                impact + (column - (in_row - 1) / 2) * STEP,
                likelihood + ((rows - 1) / 2 - row) * STEP,
            )
    return [places[at] for at in range(len(cells))]


def _movement(mark: MapMark, x: float, y: float) -> dict[str, Any]:
    likelihood, impact = mark.before
    return {
        "type": "scatter", "mode": "lines+markers", "x": [impact, x], "y": [likelihood, y], "showlegend": False, "hoverinfo": "skip",
        "line": {"color": palette.INK, "width": 1, "dash": "dot"}, "opacity": 0.55,
        "marker": {"symbol": ["circle-open", "circle"], "size": [7, 1], "color": palette.INK},
    }  # fmt: skip


def _marks(
    chosen: Sequence[MapMark], places: Sequence[tuple[float, float]], marks: Sequence[MapMark], name: str, colour: str
) -> dict[str, Any]:  # fmt: skip
    where = {mark.number: place for mark, place in zip(marks, places, strict=True)}
    return {
        "type": "scatter", "mode": "markers+text", "name": name,
        "x": [where[mark.number][0] for mark in chosen], "y": [where[mark.number][1] for mark in chosen],
        "text": [str(mark.number) for mark in chosen], "textfont": {"color": palette.PAGE, "size": 10},
        "marker": {"size": MARK, "color": colour, "line": {"color": palette.PAGE, "width": 1}},
        "customdata": [as_written(mark.words) for mark in chosen], "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
