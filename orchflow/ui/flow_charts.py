"""Charts of the flow of work: cumulative flow, cycle times, throughput, ageing work, forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from orchflow.format import number, percent
from orchflow.ui import palette
from orchflow.ui.charts import finish, new_figure, short

BANDS = ("done", "in_review", "blocked", "in_progress", "ready", "backlog")
"""From the bottom up: what is finished grows at the foot, what enters comes in on top."""
SHARES = (0, 0.25, 0.5, 0.75, 1)
DASHES = {50: "dot", 85: "dash", 95: "longdash"}


def cumulative_flow_figure(frame: pd.DataFrame, names: Mapping[str, str]) -> go.Figure:
    """Tasks in each state at the end of each day, as bands. `frame`: day, and a column per state; `names` of states."""
    figure = new_figure("Cumulative flow: tasks in each state", "count")
    for state in BANDS:
        if not frame[state].any():
            continue
        name = short(names.get(state, state))
        figure.add_scatter(
            x=frame["day"], y=frame[state], name=name, mode="lines", stackgroup="one", line={"width": 0.5, "color": palette.colour_for("state", state)},
            fillcolor=palette.colour_for("state", state), hovertemplate=f"{name}: %{{y:,.0f}}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(hovermode="x unified", showlegend=True)
    figure.update_yaxes(rangemode="tozero")
    return finish(figure, frame["day"])


def cycle_time_figure(
    frame: pd.DataFrame, value: str, percentiles: Mapping[int, float], *, unit: str
) -> go.Figure:
    """A point for each finished task: when, and how many days it took; lines at the percentiles.

    `frame`: task_id, title, done_day, and `value`.
    """
    figure = new_figure(f"Cycle time: {unit} from start to done", "count")
    figure.add_scatter(
        x=frame["done_day"], y=frame[value], mode="markers", name="Task",
        marker={"size": 8, "color": palette.BLUE, "opacity": 0.65, "line": {"width": 0}},
        customdata=_tasks(frame, value),
        hovertemplate=f"%{{customdata[1]}}<br>%{{customdata[2]}} {unit}, done %{{x|%-d %b %Y}}<extra></extra>",
    )  # fmt: skip
    _percentile_lines(figure, percentiles)
    figure.update_layout(hovermode="closest", showlegend=False)
    figure.update_yaxes(rangemode="tozero", ticksuffix=" d")
    return finish(figure, frame["done_day"])


def throughput_figure(frame: pd.DataFrame, *, weekly: bool) -> go.Figure:
    """Tasks that reached done, per day or per week. `frame`: day, done."""
    figure = new_figure(f"Throughput: tasks done per {'week' if weekly else 'day'}", "count")
    figure.add_bar(
        x=frame["day"], y=frame["done"], marker={"color": palette.TEAL, "line": {"width": 0}},
        hovertemplate=f"{'week of ' if weekly else ''}%{{x|%-d %b %Y}}: %{{y:,.0f}} done<extra></extra>",
    )  # fmt: skip
    figure.update_layout(bargap=0.25, showlegend=False)
    return finish(figure, frame["day"])


def ageing_figure(
    frame: pd.DataFrame, value: str, names: Mapping[str, str], percentiles: Mapping[int, float], *, unit: str
) -> go.Figure:
    """Open work that was started: its age by state, against how long finished work took. `frame`: task_id, title, state."""
    figure = new_figure(f"Ageing work in progress: {unit} since it was started", "count")
    shown = [
        state
        for state in ("ready", "backlog", "in_progress", "blocked", "in_review")
        if state in set(frame["state"])
    ]
    for place, state in enumerate(shown):
        rows = frame[frame["state"] == state]
        spread = [place + (n % 9 - 4) * 0.07 for n in range(len(rows))]
        figure.add_scatter(
            x=spread, y=rows[value], mode="markers", name=short(names.get(state, state)),
            marker={"size": 10, "color": palette.colour_for("state", state), "opacity": 0.85, "line": {"width": 1, "color": palette.PAGE}},
            customdata=_tasks(rows, value),
            hovertemplate=f"%{{customdata[1]}}<br>%{{customdata[2]}} {unit}<extra></extra>",
        )  # fmt: skip
    _percentile_lines(figure, percentiles)
    figure.update_layout(hovermode="closest", showlegend=False)
    figure.update_yaxes(rangemode="tozero", ticksuffix=" d")
    figure.update_xaxes(
        tickvals=list(range(len(shown))), ticktext=[short(names.get(state, state)) for state in shown], fixedrange=True,
        range=[-0.5, max(len(shown), 1) - 0.5], showgrid=False, zeroline=False, automargin=True,
    )  # fmt: skip
    return figure


def when_figure(chances: Sequence[tuple[date, float]], dates: Mapping[int, date | None]) -> go.Figure:
    """How likely it is that everything is done by each day, with the dates of the given confidences."""
    figure = new_figure("When it will be done: chance by each day", "percent")
    days = pd.Series([day for day, _ in chances], dtype=object)
    figure.add_scatter(
        x=days, y=[share for _, share in chances], mode="lines", fill="tozeroy", fillcolor=palette.FAINT,
        line={"color": palette.BLUE, "width": 2}, hovertemplate="%{y:.3~p} by %{x|%-d %b %Y}<extra></extra>",
    )  # fmt: skip
    for share, day in dates.items():
        if day is not None:
            figure.add_scatter(
                x=[day], y=[share / 100], mode="markers+text", text=[f"{share} %: {day.day} {day:%b}"], textposition="top left",
                marker={"size": 8, "color": palette.BLUE}, cliponaxis=False, hovertemplate=f"{share} % by {day.day} {day:%b %Y}<extra></extra>",
            )  # fmt: skip
    figure.update_layout(showlegend=False, hovermode="closest", margin={"t": 20})
    figure.update_yaxes(
        range=[0, 1.12], tickvals=list(SHARES), ticktext=[percent(share, digits=0) for share in SHARES]
    )
    return finish(figure, days)


def _tasks(frame: pd.DataFrame, value: str) -> list[list[str]]:
    """Of each point the task's number, its title, and how long it took in words."""
    return [
        [str(task), short(str(title), 60), short(number(days, digits=1))]
        for task, title, days in zip(frame["task_id"], frame["title"], frame[value], strict=True)
    ]


def _percentile_lines(figure: go.Figure, percentiles: Mapping[int, float]) -> None:
    for share, value in percentiles.items():
        figure.add_hline(
            y=value, line={"color": palette.INK, "width": 1, "dash": DASHES.get(share, "dot")},
            annotation={"text": f"{share} %: {short(number(value, digits=1))} d", "font": {"size": 11}, "x": 1, "xanchor": "right", "yanchor": "bottom", "bgcolor": palette.PAGE, "opacity": 0.85},
        )  # fmt: skip
