"""Charts of the flow of work: cumulative flow, cycle times, throughput, ageing work, forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from orchflow import format as fmt
from orchflow.ui import palette
from orchflow.ui.chart_style import HATCHING, finish, new_figure, short, whole_steps

BANDS = ("done", "in_review", "blocked", "in_progress", "ready", "backlog")
"""From the bottom up: what is finished grows at the foot, what enters comes in on top."""
HATCHED = {"in_review": "/", "blocked": "x"}
"""States whose bands are told from their neighbours by more than their colour."""
SHARES = (0, 0.25, 0.5, 0.75, 1)
DASHES = {50: "dot", 85: "dash", 95: "longdash"}


def cumulative_flow_figure(frame: pd.DataFrame, names: Mapping[str, str]) -> go.Figure:
    """Tasks in each state at the end of each day, as bands. `frame`: day, and a column per state; `names` of states."""
    figure = new_figure("Cumulative flow: tasks in each state", "count")
    if len(frame) == 1:
        return _states_of_a_day(figure, frame, names)
    for state in BANDS:
        if not frame[state].any():
            continue
        name = short(names.get(state, state))
        figure.add_scatter(
            x=frame["day"], y=frame[state], name=name, mode="lines", stackgroup="one", line={"width": 1, "color": palette.colour_for("state", state)},
            fillcolor=palette.colour_for("state", state), fillpattern={"shape": HATCHED.get(state, "")} | HATCHING, hovertemplate=f"{name}: %{{y:,.0f}}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(hovermode="x unified", showlegend=True)
    most = int(frame[list(BANDS)].sum(axis=1).max())
    _count_axis(figure, most)
    if start := flow_axis_start(frame):
        figure.update_yaxes(range=[start, most + (most - start) * 0.04], rangemode="normal")
    return finish(figure, frame["day"])


def flow_axis_start(frame: pd.DataFrame) -> int:
    """Where the axis of the cumulative flow begins: what was done before the period would leave the other bands no room."""
    least, most = int(frame["done"].min()), int(frame[list(BANDS)].sum(axis=1).max())
    step = 10 ** max(len(str(most)) - 2, 0)
    start = least // step * step
    return start if start > most / 5 else 0


def _states_of_a_day(figure: go.Figure, frame: pd.DataFrame, names: Mapping[str, str]) -> go.Figure:
    """Of one day alone there are no bands: a bar for each state."""
    shown = [state for state in reversed(BANDS) if frame[state].any()]
    counts = [int(frame[state].iloc[0]) for state in shown]
    figure.add_bar(
        x=[short(names.get(state, state)) for state in shown], y=counts, text=counts, textposition="outside", cliponaxis=False,
        width=0.5, marker={"color": [palette.colour_for("state", state) for state in shown]}, hovertemplate="%{x}: %{y:,.0f}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(showlegend=False)
    figure.update_xaxes(fixedrange=True, automargin=True)
    _count_axis(figure, max(counts, default=0))
    return figure


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
        customdata=_tasks(frame, value, unit),
        hovertemplate="%{customdata[1]}<br>%{customdata[2]}, done %{x|%-d %b %Y}<extra></extra>",
    )  # fmt: skip
    _percentile_lines(figure, percentiles, unit)
    figure.update_layout(hovermode="closest", showlegend=False)
    _day_axis(figure, float(frame[value].max()) if len(frame) else 0)
    return finish(figure, frame["done_day"])


def throughput_figure(frame: pd.DataFrame, *, weekly: bool) -> go.Figure:
    """Tasks that reached done, per day or per week. `frame`: day, done."""
    figure = new_figure(f"Throughput: tasks done per {'week' if weekly else 'day'}", "count")
    figure.add_bar(
        x=frame["day"], y=frame["done"], marker={"color": palette.TEAL, "line": {"width": 0}},
        hovertemplate=f"{'week of ' if weekly else ''}%{{x|%-d %b %Y}}: %{{y:,.0f}} done<extra></extra>",
    )  # fmt: skip
    figure.update_layout(bargap=0.25, showlegend=False)
    _count_axis(figure, int(frame["done"].max()) if len(frame) else 0)
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
            customdata=_tasks(rows, value, unit),
            hovertemplate="%{customdata[1]}<br>%{customdata[2]}<extra></extra>",
        )  # fmt: skip
    _percentile_lines(figure, percentiles, unit)
    figure.update_layout(hovermode="closest", showlegend=False)
    _day_axis(figure, float(frame[value].max()) if len(frame) else 0)
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
        line={"color": palette.BLUE, "width": 2}, customdata=[fmt.percent(share, digits=0) for _, share in chances], hovertemplate="%{customdata} by %{x|%-d %b %Y}<extra></extra>",
    )  # fmt: skip
    for share, day in dates.items():
        if day is not None:
            figure.add_scatter(
                x=[day], y=[share / 100], mode="markers+text", text=[f"{fmt.percent(share / 100, digits=0)}: {day.day} {day:%b}"], textposition="top left",
                marker={"size": 8, "color": palette.BLUE}, cliponaxis=False, hovertemplate=f"{fmt.percent(share / 100, digits=0)} by {fmt.day(day)}<extra></extra>",
            )  # fmt: skip
    figure.update_layout(showlegend=False, hovermode="closest", margin={"t": 20})
    figure.update_yaxes(
        range=[0, 1.12], tickvals=list(SHARES), ticktext=[fmt.percent(share, digits=0) for share in SHARES]
    )
    return finish(figure, days)


def _tasks(frame: pd.DataFrame, value: str, unit: str) -> list[list[str]]:
    """Of each point the task's number, its title, and how long it took in words."""
    return [
        [str(task), short(str(title), 60), short(how_long(days, unit))]
        for task, title, days in zip(frame["task_id"], frame["title"], frame[value], strict=True)
    ]


def how_long(value: float, unit: str) -> str:
    """`8.9 days`, `1 working day`; `unit` is days or working days."""
    return fmt.days(value) if unit == "days" else fmt.days(value).replace(" day", " working day")


def _percentile_lines(figure: go.Figure, percentiles: Mapping[int, float], unit: str) -> None:
    for share, value in percentiles.items():
        words = f"{fmt.percent(share / 100, digits=0)}: {short(how_long(value, unit))}"
        figure.add_hline(
            y=value, line={"color": palette.INK, "width": 1, "dash": DASHES.get(share, "dot")},
            annotation={"text": words, "font": {"size": 11}, "x": 1, "xanchor": "right", "yanchor": "bottom", "bgcolor": palette.PAGE, "opacity": 0.85},
        )  # fmt: skip


def _count_axis(figure: go.Figure, most: int) -> None:
    """Counts from 0, with whole numbers however few there are."""
    figure.update_yaxes(rangemode="tozero", **whole_steps(most))


def _day_axis(figure: go.Figure, most: float) -> None:
    """Days from 0; the chart's title says that they are days."""
    figure.update_yaxes(rangemode="tozero", tickformat="~r", **({"dtick": 1} if 1 < most < 6 else {}))
