"""What the Ledger shows, kept as long as costs and plan are the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.insights.joint_forecast import JointForecast, joint_forecast
from orchflow.insights.ledger import PARTS, Depth, Ledger, LedgerLine, read_ledger
from orchflow.insights.ledger_drill import Drill, drill
from orchflow.metrics.document import facts_for
from orchflow.metrics.metric import Figure
from orchflow.metrics.read import figures
from orchflow.metrics.strips import STRIPS
from orchflow.people.permissions import Actor, Role
from orchflow.screens.data.datasets_data import version_of
from orchflow.screens.session import currency, workspace
from orchflow.ui.table import Column, Sheet, sheet

LONG, SHORT = 360, 170
INDENT = "\u2003"
"""Wide enough to see what stands under what."""
LEVEL = {"project": 0, "goal": 1, "task": 1}
OF_THE = {"effort": "Of the effort itself", "project": "Of the project itself", "goal": "Of the goal itself"}


@dataclass(frozen=True)
class LedgerScreen:
    """The lines as they are drawn: of all efforts, or those under one; `lines` are those of the rows.

    Tasks without cost and hours are left out: so many are `idle`. `figures` is the strip above those of all efforts.
    """

    read: Ledger
    figures: tuple[Figure, ...]
    rows: Sheet
    lines: tuple[LedgerLine, ...]
    idle: int


def ledger_screen(actor: Actor, start: date, end: date, effort: int | None) -> LedgerScreen:
    """The ledger of these days, in all or of one effort."""
    return _screen(actor, actor.role, start, end, effort, version_of(workspace()), currency())


@st.cache_resource(max_entries=32, ttl="10m", show_spinner=False)
def _screen(
    _actor: Actor, role: Role, start: date, end: date, effort: int | None, version: int, money: str
) -> LedgerScreen:  # fmt: skip
    deepest: Depth = "effort" if effort is None else "task"
    read = read_ledger(workspace(), _actor, start, end, effort_id=effort, deepest=deepest)
    if effort is None:
        lines = read.of("effort", "team", "nobody", "small_groups", "total")
        rows = [(line, _row(line, _called(line))) for line in lines]
    else:
        lines = tuple(
            line
            for line in read.of("project", "goal", "task")
            if line.kind != "task" or line.cost or line.hours
        )
        rows = [*_own(read.of("effort")), *(row for line in lines for row in _rows_of(line))]
    idle = len(read.of("task")) - sum(line.kind == "task" for line in lines) if effort is not None else 0
    whole = float(read.total.cost) or None
    frame = pd.DataFrame(
        [row | {"share": float(row["cost"]) / whole if row["cost"] and whole else None} for _, row in rows],
        columns=list(columns(money)),
    )
    told = facts_for(workspace(), _actor, "total_cost", start=start, end=end)
    strip = figures(told, STRIPS["ledger"]) if effort is None else ()
    return LedgerScreen(
        read, strip, sheet(frame, columns(money, effort)), tuple(line for line, _ in rows), idle
    )


@st.cache_resource(max_entries=64, ttl="10m", show_spinner=False)
def behind_line(_actor: Actor, role: Role, line: LedgerLine, start: date, end: date, version: int) -> Drill:
    """The hours and the agents behind a line."""
    return drill(workspace(), _actor, line, start, end)


@st.cache_data(max_entries=64, ttl="10m", show_spinner=False)
def together(_actor: Actor, role: Role, effort: int, today: date, version: int) -> JointForecast:
    """By when an effort is done and at what cost."""
    return joint_forecast(workspace(), _actor, effort)


def columns(money: str, effort: int | None = None, *, phone: bool = False) -> dict[str, Column]:
    """How the lines are shown; those of an effort have long titles, which leave room for the cost on a phone."""
    width = (SHORT if phone else LONG) if effort is not None else None
    amount: dict[str, Any] = {"kind": "money", "currency": money, "if_any": True}
    return {
        "name": Column("Belongs to", pinned=True, width=width),
        "cost": Column("Cost", "money", currency=money, figure="total_cost"),
        "share": Column("Share", "percent"),
        "llm": Column("Models", help="Calls to language models", figure="cost", **amount),
        "infrastructure": Column(
            "Infrastructure", help="Clouds and services", figure="infrastructure_cost", **amount
        ),
        "development": Column(
            "Development", help="Hours of work at their rates", figure="development_cost", **amount
        ),
        "operations": Column(
            "Operations", help="Licences, support and other expenses", figure="operations_cost", **amount
        ),
        "hours": Column("Hours", "count", help="Logged in the period", digits=1, if_any=True),
        "unpriced_hours": Column(
            "Without a rate",
            "count",
            help="Hours without an hourly rate that can be told, which are in no cost",
            digits=1,
            if_any=True,
        ),
        "points": Column("Points", "count", help="Of its tasks, as they are now"),
        "points_done": Column("Done", "count", help="Points of its tasks that are done"),
        "tasks": Column("Tasks", "count"),
    }


def _called(line: LedgerLine) -> str:
    match line.kind:
        case "nobody":
            name = "Nobody"
        case "small_groups":
            name = "Small groups"
        case "total":
            name = "Total"
        case "team":
            name = f"Team {line.name}"
        case _:
            name = " ".join(filter(None, [line.number, line.name])) or "Without a name"
    return f"{name} · in part" if line.in_part else name


Row = tuple[LedgerLine, dict[str, Any]]


def hour_columns(money: str) -> dict[str, Column]:
    """How single hours are shown."""
    return {
        "day": Column("Day", "day"),
        "person": Column("Person", if_any=True),
        "task": Column("Task", width="content"),
        "hours": Column("Hours", "count", digits=2),
        "cost": Column("Cost", "money", currency=money),
    }


def _rows_of(line: LedgerLine) -> list[Row]:
    """A line under an effort, and what of it is its own where something else stands under it."""
    level = LEVEL[line.kind] + (line.kind == "task" and line.goal_id is not None)
    return [
        (line, _row(line, INDENT * 2 * level + _called(line))),
        *(_own([line], level + 1) if line.kind != "task" else []),
    ]


def _own(lines: Any, level: int = 0) -> list[Row]:
    nothing = dict.fromkeys((*PARTS, "hours", "unpriced_hours", "points", "points_done", "tasks"))
    return [
        (line, nothing | {"name": INDENT * 2 * level + OF_THE[line.kind], "cost": line.own})
        for line in lines
        if line.own and line.own != line.cost
    ]  # fmt: skip


def _row(line: LedgerLine, name: str) -> dict[str, Any]:
    """Its numbers; where there is nothing the cell is empty."""
    return {"name": name} | {
        column: getattr(line, column) or None
        for column in ("cost", *PARTS, "hours", "unpriced_hours", "points", "points_done", "tasks")
    }
