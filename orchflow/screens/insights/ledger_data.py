"""What the Ledger shows, kept as long as costs and plan are the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.insights.joint_forecast import JointForecast, joint_forecast
from orchflow.insights.ledger import PARTS, Depth, Ledger, LedgerLine, read_ledger
from orchflow.people.permissions import Actor, Role
from orchflow.screens.data.datasets_data import version_of
from orchflow.screens.session import currency, workspace
from orchflow.ui.table import Column, Sheet, sheet

INDENT = "\u2003"
"""Wide enough to see what stands under what."""
LEVEL = {"project": 0, "goal": 1, "task": 1}
OF_THE = {"effort": "Of the effort itself", "project": "Of the project itself", "goal": "Of the goal itself"}


@dataclass(frozen=True)
class LedgerScreen:
    """The lines as they are drawn: of all efforts, or those under one; `efforts` are the numbers of the rows' efforts.

    Tasks without cost and hours are left out: so many are `idle`.
    """

    read: Ledger
    rows: Sheet
    efforts: tuple[int | None, ...]
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
        lines = read.of("effort", "team", "nobody", "total")
        rows = [_row(line, _called(line)) for line in lines]
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
        [row | {"share": None if whole is None else float(row["cost"]) / whole} for row in rows],
        columns=list(columns(money)),
    )
    return LedgerScreen(read, sheet(frame, columns(money)), tuple(line.effort_id for line in lines), idle)


@st.cache_data(max_entries=64, ttl="10m", show_spinner=False)
def together(_actor: Actor, role: Role, effort: int, today: date, version: int) -> JointForecast:
    """By when an effort is done and at what cost."""
    return joint_forecast(workspace(), _actor, effort)


def columns(money: str) -> dict[str, Column]:
    """How the lines are shown."""
    amount: dict[str, Any] = {"kind": "money", "currency": money}
    return {
        "name": Column("Belongs to", pinned=True),
        "cost": Column("Cost", **amount),
        "share": Column("Share", "percent"),
        "llm": Column("Models", help="Calls to language models", **amount),
        "infrastructure": Column("Infrastructure", help="Clouds and services", if_any=True, **amount),
        "development": Column("Development", help="Hours of work at their rates", if_any=True, **amount),
        "operations": Column(
            "Operations", help="Licences, support and other expenses", if_any=True, **amount
        ),
        "hours": Column("Hours", "count", help="Logged in the period", digits=1),
        "unpriced_hours": Column(
            "Without a rate",
            "count",
            help="Hours without an hourly rate, which are in no cost",
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
            return "Nobody"
        case "total":
            return "Total"
        case "team":
            return f"Team {line.name}"
    return " ".join(filter(None, [line.number, line.name])) or "Without a name"


def _rows_of(line: LedgerLine) -> list[dict[str, Any]]:
    """A line under an effort, and what of it is its own where something else stands under it."""
    level = LEVEL[line.kind] + (line.kind == "task" and line.goal_id is not None)
    return [
        _row(line, INDENT * 2 * level + _called(line)),
        *(_own([line], level + 1) if line.kind != "task" else []),
    ]


def _own(lines: Any, level: int = 0) -> list[dict[str, Any]]:
    return [
        dict.fromkeys((*PARTS, "hours", "unpriced_hours", "points", "points_done", "tasks")) | {"name": INDENT * 2 * level + OF_THE[line.kind], "cost": line.own}
        for line in lines
        if line.own and line.own != line.cost
    ]  # fmt: skip


def _row(line: LedgerLine, name: str) -> dict[str, Any]:
    row = {"name": name} | {
        column: getattr(line, column)
        for column in ("cost", *PARTS, "hours", "unpriced_hours", "points", "points_done", "tasks")
    }
    if line.unpriced_hours and not line.development:
        row["development"] = None
    return row
