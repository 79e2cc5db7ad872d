"""The plan on a phone: one page of rows as a list, each task with a menu for its status; a tap opens it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import partial
from itertools import groupby
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from orchflow.format import day
from orchflow.people.permissions import Actor
from orchflow.screens.plan import plan_foot, plan_grid
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_saving import saver
from orchflow.screens.plan.plan_state import LEVELS, TASK
from orchflow.screens.plan.plan_view import DONE, View, group_name
from orchflow.screens.row_saving import row_id
from orchflow.store.field import in_words
from orchflow.ui import acts, notices
from orchflow.ui.row_list import Line, row_list
from orchflow.ui.sheet_stage import SheetChange, SheetRow
from orchflow.workspace import Workspace

LONG = 20
"""So many rows are taller than the window: its height is kept free until they are drawn."""


def show(ws: Workspace, actor: Actor, data: PlanData, view: View, size: int, *, today: date) -> None:
    """Draw all of it."""
    rows = plan_grid.chosen_part(data, view, actor.user_id, today)
    if not len(rows):
        plan_grid.nothing()
        return
    page, first = plan_grid.page_of(rows, size)
    shown = plan_grid.rows_shown(data, view, actor, page)
    by_key = {row.key: row for row in shown}
    depths = page["depth"].tolist() if view.level == "tree" else [0] * len(shown)
    lines = [_line(data, row, depth, today) for row, depth in zip(shown, depths, strict=True)]
    if view.group != "none" and view.level != "tree":
        lines = _grouped(data, view.group, rows, page, lines)
    with st.container(key="plan-list-long" if len(lines) >= LONG else "plan-list-short", gap=None):
        row_list(
            lines, data.statuses, key="plan-list", label=f"{LEVELS[view.level]} of the plan", choosing="Status",
            on_open=lambda key: plan_grid.open_row(data, by_key[key]),
            on_choose=acts.each(partial(_choose, ws, actor, data, by_key)),
        )  # fmt: skip
    st.caption(plan_foot.told(rows, first, size))
    plan_foot.pager(rows, size)


def _grouped(
    data: PlanData, group: str, rows: pd.DataFrame, page: pd.DataFrame, lines: list[Line]
) -> list[Line]:  # fmt: skip
    """The lines, with the name of each group and how many are in it above its first one on the page."""
    counts = Counter(group_name(data, group, value) for value in rows[group])
    together = groupby(zip(page[group], lines, strict=True), lambda pair: group_name(data, group, pair[0]))
    return [
        line
        for name, members in together
        for line in (Line("", name, aside=f"{counts[name]:,}", heading=True), *(line for _, line in members))
    ]


def _line(data: PlanData, row: SheetRow, depth: int, today: date) -> Line:
    values, level = row.values, row.key.split("-", 1)[0]
    heading = level in ("effort", "project")
    status, due, share = values.get("status"), values.get("due"), values.get("progress")
    still_open = level == "task" and data.meaning.get(str(status), status) not in DONE
    person = data.names.people.get(values.get("owner_id") or 0, "Nobody" if level == "task" else "")
    may_choose = level == "task" and not row.lock("status") and status in data.statuses
    said = "" if may_choose or status is None else data.statuses.get(status) or in_words(status)
    parts = [values["level"] * (level == "goal"), said, "" if heading else person]
    return Line(
        row.key, f"{values['number']} {row.title}" if heading and "number" in values else row.title,
        "" if heading else " · ".join(filter(None, parts)),
        f"{share} %" if heading and share is not None else day(due) if due else "",
        "bad" if still_open and due is not None and due < today else "plain",
        str(status) if may_choose else "", heading, depth,
        f"plan?{urlencode(TASK.address(str(row_id(row.key))), doseq=True)}" if level == "task" else "",
    )  # fmt: skip


def _choose(
    ws: Workspace, actor: Actor, data: PlanData, rows: dict[str, SheetRow], key: str, status: str
) -> None:
    """Store another status of a task; says what became of it."""
    row = rows[key]
    before = {"status": row.values.get("status")}
    change = SheetChange(row.key, row.version, {"status": status}, before, row.title)
    (outcome,) = saver(ws.store, actor, "task", {})([change])
    if outcome.fate in ("saved", "merged"):
        notices.done(f"{row.title}: {data.statuses[status]}")
    elif outcome.fate == "conflict":
        notices.warn(
            f"Not changed: {outcome.changed_by} has just changed {outcome.title or row.title}",
            "Look at it and choose again.",
        )
    else:
        why = "; ".join(problem.message for problem in outcome.problems)
        notices.warn(f"Not changed: {why}", "Open the task to change it there.")
