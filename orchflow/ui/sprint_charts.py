"""Charts of sprints: burndown, burnup, velocity, predictability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from orchflow.format import count
from orchflow.ui import palette
from orchflow.ui.chart_style import HATCHING, finish, new_figure, short

WORDS = {"points": "points", "count": "tasks", "hours": "hours"}
DAY = pd.Timedelta(days=1)
MOST_DAYS = 8
"""So many days are named below a chart, the start among them."""
MOST_SPRINTS = 20
"""Of more sprints the last ones are drawn; their table has all."""
NAMED = 5
"""So many sprints have room for their names below their numbers."""


def burndown_figure(
    frame: pd.DataFrame, changes: Mapping[date, Sequence[str]], *, unit: str, planned_end: date | None,
    committed: float, left: float,
) -> go.Figure:  # fmt: skip
    """Remaining work at the end of each day against both ideal lines, which begin at the start of the sprint.

    `frame`: day, working, scope, remaining, ideal_committed, ideal_rebaselined. `left` is what remains at the start of the
    `committed`. `changes`: for each day on which the scope changed after the start, a line for each change. The marker
    of a day carries the day, so that it can be clicked. The ideal of the scope now is drawn where it is another one.
    """
    figure = new_figure(f"Burndown: {WORDS.get(unit, unit)} left at the end of each day", "count")
    known = frame[frame["remaining"].notna()]
    scope = float(known["scope"].iloc[-1]) if len(known) else committed
    _days_off(figure, frame)
    figure.add_scatter(
        x=_from_start(known), y=[left, *known["remaining"]], name="Left", mode="lines+markers",
        line={"color": palette.colour_for("burndown", "left"), "width": 2.5}, marker={"size": 5}, hovertemplate=_hover("Left", known),
    )  # fmt: skip
    _ideal(
        figure,
        frame,
        "ideal_committed",
        committed,
        "Ideal, as committed",
        palette.colour_for("burndown", "ideal"),
        "dot",
    )
    if scope != committed:
        _ideal(figure, frame, "ideal_rebaselined", scope, "Ideal, of the scope now", palette.RUST, "dash")
    marked = known[known["day"].isin(list(changes))]
    if len(marked):
        figure.add_scatter(
            x=marked["day"], y=marked["remaining"], name="Scope changed", mode="markers",
            marker={"symbol": "diamond", "size": 11, "color": palette.RUST, "line": {"width": 1, "color": palette.PAGE}},
            customdata=[[str(day), _told(changes[day])] for day in marked["day"]],
            hovertemplate="%{customdata[1]}<extra></extra>",
        )  # fmt: skip
    return _whole(_over_days(figure, frame, planned_end), [committed, *known["scope"]])


def burnup_figure(
    frame: pd.DataFrame, *, unit: str, planned_end: date | None, committed: float, begun: float, done: float
) -> go.Figure:  # fmt: skip
    """Scope, started and completed at the end of each day, from what they were at the start: `committed`, `begun`, `done`.

    `frame`: day, working, scope, started, completed.
    """
    figure = new_figure(f"Burnup: {WORDS.get(unit, unit)} in scope, started and done", "count")
    known = frame[frame["scope"].notna()]
    _days_off(figure, frame)
    parts: tuple[tuple[str, str, str, float, dict[str, Any]], ...] = (
        ("scope", "Scope", palette.MAGENTA, committed, {"line_shape": "hv"}),
        ("completed", "Done", palette.colour_for("state", "done"), done, {"fill": "tozeroy", "fillcolor": palette.FAINT}),
        ("started", "Started", palette.colour_for("state", "in_progress"), begun, {"line_dash": "dash"}),
    )  # fmt: skip
    for column, name, colour, first, look in parts:
        figure.add_scatter(
            x=_from_start(known), y=[first, *known[column]], name=name, mode="lines", line_color=colour, line_width=2.5,
            hovertemplate=_hover(name, known), **look,
        )  # fmt: skip
    return _whole(_over_days(figure, frame, planned_end), [committed, *known["scope"]])


def velocity_figure(frame: pd.DataFrame, *, unit: str, average: float | None) -> go.Figure:
    """Committed, hollow, beside done of the last closed sprints, with their mean.

    `frame`: sprint_id, number, name, committed, done, unplanned; what was unplanned is drawn where there is any.
    """
    figure = new_figure(f"Velocity: {WORDS.get(unit, unit)} committed and done in each sprint", "count")
    frame = frame.tail(MOST_SPRINTS)
    ids = [str(number) for number in frame["sprint_id"]]
    planned, done = frame["done"] - frame["unplanned"], palette.colour_for("state", "done")
    called = [[number, short(str(name))] for number, name in zip(ids, frame["name"], strict=True)]
    for values, name, look, group in (
        (frame["committed"], "Committed", {"color": palette.PAGE, "line": {"color": palette.MAGENTA, "width": 1.5}}, "committed"),
        (planned, "Done of committed", {"color": done, "line": {"width": 0}}, "done"),
        (frame["unplanned"], "Done, unplanned", {"color": done, "line": {"width": 0}, "pattern": {"shape": "/"} | HATCHING}, "done"),
    ):  # fmt: skip
        if name == "Done, unplanned" and not values.any():
            continue
        figure.add_bar(
            x=ids, y=values, name=name, offsetgroup=group, customdata=called, marker=look,
            base=planned if name == "Done, unplanned" else None,
            hovertemplate=f"{'%{customdata[1]}<br>' if group == 'committed' else ''}{name}: %{{text}}<extra></extra>",
            text=[short(count(value)) for value in values], textposition="none",
        )  # fmt: skip
    if average is not None:
        figure.add_scatter(
            x=ids, y=[average] * len(ids), mode="lines", name=f"Mean: {count(average)}",
            line={"color": palette.INK, "width": 1.5, "dash": "dot"}, hoverinfo="skip",
        )  # fmt: skip
    figure.update_layout(barmode="group", bargap=0.35, hovermode="x unified", showlegend=True)
    return _whole(_over_sprints(figure, frame), [*frame["committed"], *frame["done"]])


def predictability_figure(frame: pd.DataFrame) -> go.Figure:
    """Done of what was committed at the start of the last sprints, as a share. `frame`: sprint_id, number, name, predictability."""
    figure = new_figure("Predictability: share of the commitment that was done", "percent")
    frame = frame.tail(MOST_SPRINTS)
    ids = [str(number) for number in frame["sprint_id"]]
    figure.add_scatter(
        x=ids, y=frame["predictability"].astype(float), mode="lines+markers", name="Done of committed", customdata=ids,
        text=[short(str(name)) for name in frame["name"]], line={"color": palette.BLUE, "width": 2}, marker={"size": 8},
        hovertemplate="%{text}: %{y:.3~p}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(showlegend=False)
    figure.update_yaxes(range=[0, 1.08], tickvals=[0, 0.25, 0.5, 0.75, 1])
    return _over_sprints(figure, frame)


def sprint_ticks(frame: pd.DataFrame) -> list[str]:
    """What stands below each sprint: its number, and its name where that says more and there is room."""
    numbers = [str(number) for number in frame["number"]]
    if len(frame) > NAMED:
        return numbers
    return [
        number
        if str(name) == f"Sprint {number}"
        else "<br>".join(
            [number, *map(_tick, wrap(str(name), 10, break_long_words=False, max_lines=3, placeholder="…"))]
        )
        for number, name in zip(numbers, frame["name"], strict=True)
    ]


def _over_sprints(figure: go.Figure, frame: pd.DataFrame) -> go.Figure:
    """A place for each sprint, known by its id: two that are called the same stay two. The oldest is at the left."""
    ids = [str(number) for number in frame["sprint_id"]]
    return finish(figure, pd.Series(ids, dtype=object)).update_xaxes(
        type="category", tickvals=ids, ticktext=sprint_ticks(frame), nticks=0, tickangle=0, title={"text": "Sprint", "standoff": 10}
    )  # fmt: skip


def _from_start(frame: pd.DataFrame) -> list[pd.Timestamp]:
    """The start of the sprint, and the days, each of which stands for its end: so the start is a day before the first."""
    days = [pd.Timestamp(day) for day in frame["day"]]
    return [days[0] - DAY, *days] if days else []


def _ideal(
    figure: go.Figure, frame: pd.DataFrame, column: str, start: float, name: str, colour: str, dash: str
) -> None:  # fmt: skip
    """What would be left at the end of each day by steady work, from what there is to do at the start."""
    if frame[column].notna().any():
        figure.add_scatter(
            x=_from_start(frame), y=[start, *frame[column]], name=name, mode="lines",
            line={"color": colour, "width": 2, "dash": dash}, hovertemplate=_hover(name, frame),
        )  # fmt: skip


def _hover(name: str, days: pd.DataFrame) -> list[str]:
    """What is told of a line at the start and at the end of each day."""
    return [
        f"{words}: %{{y:,.2~f}}<extra></extra>" for words in (f"{name} at the start", *[name] * len(days))
    ]


def _whole(figure: go.Figure, amounts: Sequence[float]) -> go.Figure:
    """Count in whole steps where there is little."""
    return figure.update_yaxes(tickformat=",~r", dtick=1 if max(amounts, default=0) <= 6 else None)


def _tick(line: str) -> str:
    """A line of a name below a sprint; longer words than there is room for are cut."""
    return short(line, 11)


def _over_days(figure: go.Figure, frame: pd.DataFrame, planned_end: date | None) -> go.Figure:
    figure.update_layout(hovermode="x unified", showlegend=True)
    figure.update_yaxes(rangemode="tozero")
    if planned_end is not None and len(frame) and planned_end <= frame["day"].iloc[-1]:
        figure.update_layout(margin={"t": 26})
        figure.add_shape(type="line", x0=planned_end, x1=planned_end, y0=0, y1=1, yref="paper",
                         line={"color": palette.INK, "width": 1, "dash": "dot"})  # fmt: skip
        figure.add_annotation(x=planned_end, y=1, yref="paper", yanchor="bottom", xanchor="right", showarrow=False,
                              text="planned end", font={"size": 11})  # fmt: skip
    finish(figure, frame["day"])
    places = _from_start(frame)
    if places:
        step = ceil((len(places) - 1) / (MOST_DAYS - 1))
        named = places[:1] + places[step::step]
        words = ["start", *(f"{day.day} {day:%b}" for day in named[1:])]
        figure.update_xaxes(
            tickvals=named, ticktext=words, nticks=0, range=[places[0] - DAY / 4, places[-1] + DAY / 3]
        )
    return figure


def _days_off(figure: go.Figure, frame: pd.DataFrame) -> None:
    """A shade over the days on which the team does not work, each up to its end."""
    for day in frame.loc[~frame["working"].astype(bool), "day"]:
        at = pd.Timestamp(day)
        figure.add_shape(type="rect", x0=at - DAY, x1=at, y0=0, y1=1, yref="paper", layer="below",
                         fillcolor=palette.FAINT, opacity=0.35, line={"width": 0})  # fmt: skip


def _told(lines: Sequence[str], most: int = 6) -> str:
    said = [short(line, 76) for line in lines[:most]]
    return "<br>".join(said + ([f"and {len(lines) - most} more"] if len(lines) > most else []))
