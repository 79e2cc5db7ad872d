"""Charts of adoption: a heat map of cohorts, and a funnel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orchflow import format as fmt
from orchflow.ui import palette
from orchflow.ui.chart_style import WRITTEN, as_written, base_layout

STEPS = 4
"""So many of the theme's steps from pale on are used: the words can be read on each of them."""
TINTS = [[step / (STEPS - 1), f"#0000{11 + step}"] for step in range(STEPS)]
"""As tokens of the browser's."""


def heat_map(
    shares: Sequence[Sequence[float | None]], words: Sequence[Sequence[str]], rows: Sequence[str], columns: Sequence[str], *,
    title: str, of: str,
) -> dict[str, Any]:  # fmt: skip
    """A share from 0 to 1 in each cell with its `words`, the first of `rows` on top; what is None stays blank. `of` says what a column is."""
    cells = {
        "type": "heatmap", "z": [[None if cell is None else cell * 100 for cell in line] for line in shares],
        "x": list(columns), "y": list(range(len(rows))), "zmin": 0, "zmax": 100, "colorscale": TINTS, "xgap": 2, "ygap": 2,
        "text": list(map(list, words)), "texttemplate": "%{text}", "textfont": WRITTEN, "hoverongaps": False,
        "hovertemplate": f"{as_written(of)} %{{x}}: %{{text}}<extra></extra>",
        "colorbar": {"ticksuffix": " %", "thickness": 10, "outlinewidth": 0, "tickfont": WRITTEN, "nticks": 5},
    }  # fmt: skip
    layout = base_layout(title, "percent") | {"showlegend": False}
    layout["xaxis"] = {
        "tickfont": WRITTEN,
        "fixedrange": True,
        "showgrid": False,
        "side": "bottom",
        "type": "category",
    }
    layout["yaxis"] = {
        "autorange": "reversed", "showgrid": False, "fixedrange": True, "tickvals": list(range(len(rows))),
        "ticktext": [as_written(row) for row in rows], "tickfont": WRITTEN, "automargin": True, "ticksuffix": "  ", "zeroline": False,
    }  # fmt: skip
    return {"data": [cells], "layout": layout}


def funnel(steps: Sequence[tuple[str, int | None]], *, title: str, withheld: str) -> dict[str, Any]:
    """A bar for each step, each within the one before, with its share of the first; one that is None says that it is withheld."""
    whole = next((people for _, people in steps if people), None)
    words = [
        withheld if people is None
        else f"{people:,} · {fmt.percent(people / whole, digits=0)}" if whole and place
        else f"{people:,}"
        for place, (_, people) in enumerate(steps)
    ]  # fmt: skip
    bars = {
        "type": "bar", "orientation": "h", "x": [people or 0 for _, people in steps], "y": list(range(len(steps))),
        "text": [as_written(word) for word in words], "textposition": "outside", "textfont": WRITTEN, "cliponaxis": False,
        "marker": {"color": palette.BLUE}, "customdata": [as_written(name) for name, _ in steps],
        "hovertemplate": "%{customdata}<br>%{text}<extra></extra>",
    }  # fmt: skip
    layout = base_layout(title, "count", horizontal=True) | {"showlegend": False, "bargap": 0.32}
    layout["xaxis"] |= {"visible": False, "range": [0, (whole or 1) * 1.28]}
    layout["yaxis"] = {
        "autorange": "reversed", "showgrid": False, "ticksuffix": "  ", "tickvals": list(range(len(steps))), "tickfont": WRITTEN,
        "ticktext": [as_written(name) for name, _ in steps], "automargin": True, "fixedrange": True,
    }  # fmt: skip
    return {"data": [bars], "layout": layout}
