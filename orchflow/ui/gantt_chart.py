"""The Gantt chart: bars over time with milestones, dependencies, slack, a baseline and today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go

from orchflow.ui import palette
from orchflow.ui.charts import finish, new_figure, short

ROW = 30
"""Pixels of a row: its name above its bar, so that names cost no width on a phone."""
FRAME = 92
DAY_MS = 86_400_000
STATES = {
    "backlog": "Not started", "ready": "Ready", "in_progress": "In progress", "in_review": "In review",
    "blocked": "Blocked", "done": "Done", "cancelled": "Cancelled",
}  # fmt: skip


@dataclass(frozen=True)
class GanttRow:
    """One row. `end` is its last day. `slack_end` is how far its end may slip; `marks` are milestones on it."""

    key: str
    name: str
    level: int
    start: date | None
    end: date | None
    state: str
    critical: bool = False
    late: bool = False
    milestone: bool = False
    slack_end: date | None = None
    slack: str = ""
    baseline_start: date | None = None
    baseline_end: date | None = None
    marks: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True)
class GanttLink:
    """A dependency between two rows, by their keys."""

    before: str
    after: str
    critical: bool = False


def gantt_height(rows: int) -> int:
    """The height of a chart of so many rows."""
    return ROW * max(rows, 3) + FRAME


def gantt_figure(
    rows: Sequence[GanttRow], links: Sequence[GanttLink], *, today: date, title: str
) -> go.Figure:
    """The rows from top to bottom. Rows without any day keep their name and have no bar."""
    figure = new_figure(title, "count")
    place = {row.key: number for number, row in enumerate(rows)}
    _baseline(figure, rows)
    _slack(figure, rows)
    for state, name in STATES.items():
        _bars(
            figure,
            [(n, row) for n, row in enumerate(rows) if row.state == state and not row.milestone],
            state,
            name,
        )
    _milestones(figure, rows)
    _links(figure, {row.key: row for row in rows}, place, links)
    for number, row in enumerate(rows):
        text = short(row.name, 46) + (" · late" if row.late else "")
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=number - 0.3, yanchor="middle", showarrow=False, xshift=10 * row.level,
            text=f"<b>{text}</b>" if row.level == 0 else text, font={"size": 11.5, "color": palette.INK},
        )  # fmt: skip
    figure.add_shape(
        type="line", x0=today, x1=today, y0=0, y1=1, yref="paper", line={"color": palette.BLUE, "width": 1.5}
    )
    figure.update_yaxes(
        range=[len(rows) - 0.4, -0.75], visible=False, fixedrange=True, showgrid=False, zeroline=False,
    )  # fmt: skip
    figure.update_layout(
        barmode="overlay", hovermode="closest", showlegend=True, margin={"t": 30, "b": 24}, bargap=0
    )
    days = pd.Series(
        [day for row in rows for day in (row.start, row.end, row.slack_end) if day] + [today], dtype=object
    )
    late = today - days.min() > days.max() - today
    figure.add_annotation(
        x=today, y=1, yref="paper", yanchor="top", xanchor="right" if late else "left", showarrow=False,
        text="today", font={"size": 11},
    )  # fmt: skip
    finish(figure, days)
    pad = timedelta(days=max(2, (days.max() - days.min()).days // 40))
    figure.update_xaxes(range=[days.min() - pad, days.max() + pad], showgrid=True, side="top")
    return figure


def _bars(figure: go.Figure, rows: Sequence[tuple[int, GanttRow]], state: str, name: str) -> None:
    drawn = [(n, row, *_days(row)) for n, row in rows if row.start or row.end]
    if not drawn:
        return
    colour = palette.colour_for("state", state)
    figure.add_bar(
        orientation="h", y=[n + 0.14 for n, *_ in drawn], base=[str(first) for _, _, first, _ in drawn],
        x=[((last - first).days + 1) * DAY_MS for _, _, first, last in drawn], width=[0.42 if row.level == 0 else 0.3 for _, row, *_ in drawn],
        name=name, customdata=[[row.key, _told(row)] for _, row, *_ in drawn], hovertemplate="%{customdata[1]}<extra></extra>",
        marker={
            "color": colour,
            "line": {
                "color": [palette.RUST if row.critical else colour for _, row, *_ in drawn],
                "width": [2.5 if row.critical else 0 for _, row, *_ in drawn],
            },
        },
    )  # fmt: skip


def _milestones(figure: go.Figure, rows: Sequence[GanttRow]) -> None:
    points = [
        (day, n, f"{short(row.name, 60)}<br>milestone, {_day(day)}", row.critical)
        for n, row in enumerate(rows)
        if row.milestone and (day := row.end or row.start)
    ]
    points += [
        (day, n, f"{short(name, 60)}<br>milestone, {_day(day)}", False)
        for n, row in enumerate(rows)
        for day, name in row.marks
    ]
    if points:
        figure.add_scatter(
            x=[point[0] for point in points], y=[point[1] + 0.14 for point in points], mode="markers", name="Milestone",
            marker={"symbol": "diamond", "size": 11, "color": palette.AMBER, "line": {"width": 1.5, "color": palette.PAGE}},
            customdata=[["", point[2]] for point in points], hovertemplate="%{customdata[1]}<extra></extra>",
        )  # fmt: skip


def _baseline(figure: go.Figure, rows: Sequence[GanttRow]) -> None:
    x: list[date | None] = []
    y: list[float | None] = []
    for n, row in enumerate(rows):
        first, last = row.baseline_start or row.baseline_end, row.baseline_end or row.baseline_start
        if first and last:
            x += [first, last + timedelta(days=1), None]
            y += [n + 0.42, n + 0.42, None]
    if x:
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            name="Baseline",
            line={"color": palette.SLATE, "width": 3},
            hoverinfo="skip",
        )


def _slack(figure: go.Figure, rows: Sequence[GanttRow]) -> None:
    x: list[date | None] = []
    y: list[float | None] = []
    for n, row in enumerate(rows):
        end = row.end or row.start
        if end and row.slack_end and row.slack_end > end:
            x += [end + timedelta(days=1), row.slack_end + timedelta(days=1), None]
            y += [n + 0.14, n + 0.14, None]
    if x:
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            name="Slack",
            line={"color": palette.SLATE, "width": 1.5, "dash": "dot"},
            hoverinfo="skip",
        )


def _links(
    figure: go.Figure, rows: dict[str, GanttRow], place: dict[str, int], links: Sequence[GanttLink]
) -> None:
    for critical, name, colour in (
        (False, "Dependency", palette.SLATE),
        (True, "Critical path", palette.RUST),
    ):
        x: list[date | None] = []
        y: list[float | None] = []
        for link in links:
            before, after = rows.get(link.before), rows.get(link.after)
            if link.critical is not critical or before is None or after is None:
                continue
            out, into = before.end or before.start, after.start or after.end
            if out is None or into is None:
                continue
            out += timedelta(days=1)
            x += [out, out, into, None]
            y += [place[link.before] + 0.14, place[link.after] - 0.02, place[link.after] + 0.14, None]
        if x:
            figure.add_scatter(
                x=x, y=y, mode="lines", name=name, line={"color": colour, "width": 1.5 if critical else 1, "shape": "linear"}, hoverinfo="skip",
                opacity=1 if critical else 0.35,
            )  # fmt: skip
    if any(row.critical for row in rows.values()) and not any(link.critical for link in links):
        figure.add_scatter(
            x=[None], y=[None], mode="lines", name="Critical path", line={"color": palette.RUST, "width": 2.5}
        )


def _days(row: GanttRow) -> tuple[date, date]:
    first, last = row.start or row.end, row.end or row.start
    assert first is not None
    assert last is not None
    return first, max(first, last)


def _told(row: GanttRow) -> str:
    first, last = _days(row)
    facts = [short(row.name, 70), f"{_day(first)} – {_day(last)}, {STATES[row.state].lower()}"]
    facts += ["past its last day"] if row.late else []
    facts += [row.slack] if row.slack else []
    if row.baseline_end and row.end and row.baseline_end != row.end:
        moved = (row.end - row.baseline_end).days
        facts.append(f"{abs(moved)} days {'later' if moved > 0 else 'earlier'} than the baseline")
    return "<br>".join(facts)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
