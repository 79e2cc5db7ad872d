"""A Gantt chart: names in a column that stays, each with its bar in the same row, groups that fold.

The component is our own (`gantt_assets/`) and its files come from this server, as the page's content policy wants it. Days
are sent as whole numbers, what is at rest is left out, and the browser draws the rows in sight alone, so that thousands fit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

import streamlit as st

from orchflow.ui import palette
from orchflow.ui.own_component import own_component

Days: TypeAlias = tuple[date, date]
"""The first and the last day of something, both included."""
Scale: TypeAlias = Literal["weeks", "months", "quarters"]

EPOCH = date(1970, 1, 1)
VISIBLE: Mapping[Scale, int] = {"weeks": 84, "months": 182, "quarters": 546}
"""How many days are in sight at once where there is room."""
HELP = (
    "Arrow keys go from row to row, right and left unfold and fold, Enter opens, Shift with right and left "
    "moves in time."
)


@dataclass(frozen=True)
class GanttRow:
    """One row; `level` counts from 1, `folded` is None where nothing lies below it.

    `days` are planned. `ahead` is the time in which what is left can be done where that is not the plan: after today, and
    for a row without days all that is known. `idle`: nothing of it has begun, so what lies before today did not happen.
    `slack` is the last day to which its end may slip, which is `slack_days` working days. `marks` are milestones on it.
    `remark` stands beside the bar, where nothing else is to be said of one that is overdue; `words` only in what is read out
    and shown on pointing.
    """

    key: str
    name: str
    level: int
    state: str
    days: Days | None = None
    folded: bool | None = None
    idle: bool = False
    overdue: bool = False
    critical: bool = False
    milestone: bool = False
    ahead: Days | None = None
    slack: date | None = None
    slack_days: int | None = None
    baseline: Days | None = None
    marks: tuple[tuple[date, str], ...] = ()
    remark: str = ""
    words: str = ""


@dataclass(frozen=True)
class GanttLink:
    """A dependency between two rows by their places; from the start of the first, to the end of the second, unless told so."""

    before: int
    after: int
    critical: bool = False
    from_start: bool = False
    to_end: bool = False


def gantt(
    data: Mapping[str, Any], *, key: str, on_open: Callable[[str], None], on_fold: Callable[[str, bool], None],
    on_fold_all: Callable[[bool], None],
) -> None:  # fmt: skip
    """Show the chart that `gantt_data` made.

    `on_open` is called with a row's key, `on_fold` with it and whether it is to be folded, `on_fold_all` with whether
    everything is; all of them before the script.
    """

    def sent(what: str) -> dict[str, Any]:
        value = getattr(st.session_state[key], what, None)
        return value if isinstance(value, dict) else {}

    def opened() -> None:
        if isinstance(row := sent("open").get("key"), str):
            on_open(row)

    def folded() -> None:
        message = sent("fold")
        if isinstance(message.get("folded"), bool):
            row = message.get("key")
            if isinstance(row, str):
                on_fold(row, message["folded"])
            else:
                on_fold_all(message["folded"])

    own_component("gantt")(key=key, data=data, on_open_change=opened, on_fold_change=folded)


def gantt_data(
    rows: Sequence[GanttRow], links: Sequence[GanttLink], *, label: str, states: Mapping[str, str], today: date,
    first: date, scale: Scale, critical: bool,
) -> dict[str, Any]:  # fmt: skip
    """The chart from the day `first` on, as it is sent to the browser: days as numbers since 1970, states as places in a
    list, nothing that is at rest. `states` are the words for the states of rows; `critical` has what is critical stand out.
    """
    known = list(states)
    return {
        "label": f"{label}. {HELP}",
        "today": _number(today),
        "first": _number(first),
        "visible": VISIBLE[scale],
        "scale": scale,
        "critical": critical,
        "states": [[states[state], palette.place(palette.colour_for("state", state))] for state in known],
        "rust": palette.place(palette.RUST),
        "rows": [_row_data(row, known.index(row.state)) for row in rows],
        "links": [
            [link.before, link.after, link.critical * 1 + link.from_start * 2 + link.to_end * 4]
            for link in links
        ],
    }


def _row_data(row: GanttRow, state: int) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "k": row.key, "n": row.name, "l": row.level, "t": state,
        "o": None if row.folded is None else int(not row.folded),
        "d": _numbers(row.days), "p": _numbers(row.ahead), "b": _numbers(row.baseline),
        "z": None if row.slack is None else _number(row.slack), "s": row.slack_days,
        "f": row.critical * 1 + row.overdue * 2 + row.milestone * 4 + row.idle * 8,
        "m": [[_number(day), name] for day, name in row.marks], "r": row.remark, "w": row.words,
    }  # fmt: skip
    return {
        name: value
        for name, value in fields.items()
        if (name in ("k", "n", "l", "t", "o") and value is not None) or value
    }


def _number(day: date) -> int:
    return (day - EPOCH).days


def _numbers(days: Days | None) -> list[int] | None:
    return None if days is None else [_number(day) for day in days]
