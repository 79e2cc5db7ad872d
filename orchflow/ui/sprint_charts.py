"""Charts of sprints: burndown, burnup, velocity, predictability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from orchflow.format import number
from orchflow.ui import palette
from orchflow.ui.charts import finish, new_figure, short

WORDS = {"points": "points", "count": "tasks", "hours": "hours"}


def burndown_figure(
    frame: pd.DataFrame,
    changes: Mapping[date, Sequence[str]],
    *,
    unit: str,
    planned_end: date | None,
    committed: float,
) -> go.Figure:
    """Remaining work at the end of each day against both ideal lines.

    `frame`: day, working, remaining, ideal_committed, ideal_rebaselined. `changes`: for each day on which the scope
    changed after the start, a line for each change. The marker of a day carries the day, so that it can be clicked.
    """
    words = WORDS.get(unit, unit)
    figure = new_figure(f"Burndown: {words} left at the end of each day", "count")
    known = frame[frame["remaining"].notna()]
    _days_off(figure, frame)
    _start(figure, frame, committed)
    ideals = (
        ("ideal_committed", "Ideal, as committed", palette.SLATE, "dot"),
        ("ideal_rebaselined", "Ideal, of the scope now", palette.TEAL, "dash"),
    )
    for column, name, colour, dash in ideals:
        if frame[column].notna().any():
            figure.add_scatter(
                x=frame["day"], y=frame[column], name=name, mode="lines", line={"color": colour, "width": 1.5, "dash": dash},
                hovertemplate=f"{name}: %{{y:,.2~f}}<extra></extra>",
            )  # fmt: skip
    figure.add_scatter(
        x=known["day"], y=known["remaining"], name="Left", mode="lines+markers",
        line={"color": palette.BLUE, "width": 2.5}, marker={"size": 5}, hovertemplate="Left: %{y:,.2~f}<extra></extra>",
    )  # fmt: skip
    marked = known[known["day"].isin(list(changes))]
    if len(marked):
        figure.add_scatter(
            x=marked["day"], y=marked["remaining"], name="Scope changed", mode="markers",
            marker={"symbol": "diamond", "size": 11, "color": palette.AMBER, "line": {"width": 1, "color": palette.PAGE}},
            customdata=[[str(day), _told(changes[day])] for day in marked["day"]],
            hovertemplate="%{customdata[1]}<extra></extra>",
        )  # fmt: skip
    return _over_days(figure, frame, planned_end)


def burnup_figure(frame: pd.DataFrame, *, unit: str, planned_end: date | None) -> go.Figure:
    """Scope, started and completed at the end of each day. `frame`: day, working, scope, started, completed."""
    words = WORDS.get(unit, unit)
    figure = new_figure(f"Burnup: {words} in scope, started and done", "count")
    known = frame[frame["scope"].notna()]
    _days_off(figure, frame)
    parts = (
        ("completed", "Done", palette.TEAL, "tozeroy", 2.5),
        ("started", "Started", palette.BLUE, None, 2),
        ("scope", "Scope", palette.SLATE, None, 2),
    )
    for column, name, colour, fill, width in parts:
        figure.add_scatter(
            x=known["day"], y=known[column], name=name, mode="lines", fill=fill, fillcolor=palette.FAINT,
            line={"color": colour, "width": width, "shape": "hv" if column == "scope" else "linear"},
            hovertemplate=f"{name}: %{{y:,.2~f}}<extra></extra>",
        )  # fmt: skip
    return _over_days(figure, frame, planned_end)


def velocity_figure(frame: pd.DataFrame, *, unit: str, average: float | None) -> go.Figure:
    """Committed beside done of each closed sprint. `frame`: sprint_id, name, committed, done, unplanned."""
    words = WORDS.get(unit, unit)
    figure = new_figure(f"Velocity: {words} committed and done in each sprint", "count")
    ids = [str(number) for number in frame["sprint_id"]]
    planned = frame["done"] - frame["unplanned"]
    for values, name, colour, group in (
        (frame["committed"], "Committed", palette.SLATE, "committed"),
        (planned, "Done, as committed", palette.BLUE, "done"),
        (frame["unplanned"], "Done, unplanned", palette.AMBER, "done"),
    ):
        figure.add_bar(
            x=ids, y=values, name=name, offsetgroup=group, customdata=ids, marker={"color": colour, "line": {"width": 0}},
            base=planned if name == "Done, unplanned" else None,
            hovertemplate=f"{name}: %{{text}}<extra></extra>",
            text=[short(number(value, digits=2).removesuffix(".00")) for value in values], textposition="none",
        )  # fmt: skip
    if average is not None:
        figure.add_scatter(
            x=ids, y=[average] * len(ids), mode="lines", name=f"Average of the last: {number(average, digits=1)}",
            line={"color": palette.INK, "width": 1.5, "dash": "dot"}, hoverinfo="skip",
        )  # fmt: skip
    figure.update_layout(barmode="group", bargap=0.35, hovermode="x unified", showlegend=True)
    return _over_sprints(figure, frame)


def predictability_figure(frame: pd.DataFrame) -> go.Figure:
    """Done of what was committed at the start of each sprint, as a share. `frame`: sprint_id, name, predictability."""
    figure = new_figure("Predictability: share of the commitment that was done", "percent")
    ids = [str(number) for number in frame["sprint_id"]]
    figure.add_scatter(
        x=ids, y=frame["predictability"].astype(float), mode="lines+markers", name="Done of committed", customdata=ids,
        text=[short(str(name)) for name in frame["name"]], line={"color": palette.BLUE, "width": 2}, marker={"size": 8},
        hovertemplate="%{text}: %{y:.3~p}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(showlegend=False)
    figure.update_yaxes(range=[0, 1.08], tickvals=[0, 0.25, 0.5, 0.75, 1])
    return _over_sprints(figure, frame)


def _over_sprints(figure: go.Figure, frame: pd.DataFrame) -> go.Figure:
    """A place for each sprint, known by its id: names that are the same once they are cut stay two sprints."""
    ids = [str(number) for number in frame["sprint_id"]]
    names = [short(str(name), 24) for name in frame["name"]]
    return finish(figure, pd.Series(ids, dtype=object)).update_xaxes(
        type="category", tickvals=ids, ticktext=names, nticks=0, tickangle=-40
    )


def _over_days(figure: go.Figure, frame: pd.DataFrame, planned_end: date | None) -> go.Figure:
    figure.update_layout(hovermode="x unified", showlegend=True)
    figure.update_yaxes(rangemode="tozero")
    if planned_end is not None and len(frame) and planned_end <= frame["day"].iloc[-1]:
        figure.update_layout(margin={"t": 26})
        figure.add_shape(type="line", x0=planned_end, x1=planned_end, y0=0, y1=1, yref="paper",
                         line={"color": palette.INK, "width": 1, "dash": "dot"})  # fmt: skip
        figure.add_annotation(x=planned_end, y=1, yref="paper", yanchor="bottom", xanchor="right", showarrow=False,
                              text="planned end", font={"size": 11})  # fmt: skip
    return finish(figure, frame["day"])


def _start(figure: go.Figure, frame: pd.DataFrame, committed: float) -> None:
    """What was committed at the start, before the end of the first day."""
    if not len(frame):
        return
    first = pd.Timestamp(frame["day"].iloc[0])
    left = frame["remaining"].iloc[0]
    figure.add_scatter(
        x=[first - pd.Timedelta(hours=14), first], y=[committed, left], mode="lines+markers+text", showlegend=False, hoverinfo="skip",
        line={"color": palette.BLUE, "width": 2.5}, marker={"size": [9, 0], "symbol": "circle-open", "line": {"width": 2}},
        text=[f"  {committed:g} committed", ""], textposition="top right", textfont={"size": 11}, cliponaxis=False,
    )  # fmt: skip


def _days_off(figure: go.Figure, frame: pd.DataFrame) -> None:
    """A shade behind the days on which the team does not work."""
    for day in frame.loc[~frame["working"].astype(bool), "day"]:
        at = pd.Timestamp(day)
        half = pd.Timedelta(hours=12)
        figure.add_shape(type="rect", x0=at - half, x1=at + half, y0=0, y1=1, yref="paper", layer="below",
                         fillcolor=palette.FAINT, opacity=0.35, line={"width": 0})  # fmt: skip


def _told(lines: Sequence[str], most: int = 6) -> str:
    said = [short(line, 76) for line in lines[:most]]
    return "<br>".join(said + ([f"and {len(lines) - most} more"] if len(lines) > most else []))
