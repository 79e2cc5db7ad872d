"""Under the grid of the Plan screen: how much there is and the way to the other pages, or what is done to the ticked rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from orchflow.format import number, quantity
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.plan import plan_actions as act
from orchflow.screens.plan import plan_state
from orchflow.screens.plan.plan_columns import keys_of
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_view import View
from orchflow.ui import acts
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.menus import menu
from orchflow.ui.sheet import chosen_rows, tick
from orchflow.ui.sheet_stage import SheetRow
from orchflow.ui.sheet_state import state_of
from orchflow.workspace import Workspace

MOVE_TO = "plan-move-to"
NUMBER, NUMBERS = 38, 8
"""Pixels of the number of a page, and so many stand side by side; with room for fewer, the widget leaves numbers out."""


def foot(
    ws: Workspace, actor: Actor, data: PlanData, view: View, rows: pd.DataFrame, shown: pd.DataFrame,
    columns: Mapping[str, GridColumn], key: str, *, first: int, size: int,
) -> None:  # fmt: skip
    """One line: the acts stand in it as long as rows are ticked, so that the grid does not move when they appear."""
    works = actor.may(Permission.PLAN_EDIT_OWN)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="plan-foot"
    ):
        if works and chosen_rows(state_of(key)):
            _acts(ws, actor, data, view, rows, shown, columns, key)
        else:
            wide = works and not plan_state.TASK.get()
            hint = " · type, paste or drag the corner of a cell; nothing is stored before you save" * wide
            st.caption(f"{told(rows, first, size)}{hint}", width="content")
        pager(rows, size)


def told(rows: pd.DataFrame, first: int, size: int) -> str:
    """How much there is, and what of it is on this page."""
    tasks = rows["points"].to_numpy()[rows["level"].to_numpy() == "task"]
    points = sum(value for value in tasks if value is not None)
    parts = [quantity(len(rows), "row")]
    if len(rows) > size:
        parts[0] = f"{first + 1:,}–{min(first + size, len(rows)):,} of {len(rows):,} rows"
    if len(tasks):
        parts.append(f"{number(points, digits=0 if points == int(points) else 1)} points")
    return " · ".join(parts)


def pager(rows: pd.DataFrame, size: int) -> None:
    """The way to the other pages, where there are any."""
    pages = -(-len(rows) // size)
    if pages > 1:
        if plan_state.PAGE.get() > pages:
            plan_state.PAGE.set(pages)
        width = NUMBER * (min(pages, NUMBERS) + 2)
        st.pagination(pages, key=plan_state.PAGE.name, bind="query-params", width=width)


def by_key(ws: Workspace, actor: Actor, data: PlanData, way: str, rows: Sequence[SheetRow]) -> None:
    """Move the tasks among `rows`, as the keys or the menu say."""
    tasks = act.tasks_of(rows)
    if tasks and way in act.MOVES:
        act.move(ws.store, actor, data, tasks, way)


def _acts(
    ws: Workspace, actor: Actor, data: PlanData, view: View, every: pd.DataFrame, shown: pd.DataFrame,
    columns: Mapping[str, GridColumn], key: str,
) -> None:  # fmt: skip
    """What can be done to the ticked rows, those on other pages among them."""
    state = state_of(key)
    rows = chosen_rows(state)
    tasks = act.tasks_of(rows)
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", width="content", key="plan-bar"
    ):
        beyond = f", {len(state.beyond):,} on other pages" * bool(state.beyond)
        st.markdown(f"**{len(rows):,} ticked**{beyond}", width="content")
        act.fill_in(rows, columns, key=key)
        if actor.may(Permission.PLAN_EDIT):
            movable = bool(tasks) and (view.level == "tree" or view.sort == "plan")
            st.menu_button(
                "Move", list(act.MOVES), format_func=act.MOVES.__getitem__, icon=":material/swap_vert:",
                key=plan_state.MOVE.name, disabled=not movable, on_click=acts.each(_moved), args=(ws, actor, data, rows),
                help="Alt+Shift and an arrow key move the rows you are in" if movable or not tasks
                else "Tasks move in the plan's order: choose it under View, or the tree",
            )  # fmt: skip
            _move_to(ws, actor, data, tasks)
            if st.button("Delete", icon=":material/delete:", key="plan-delete"):
                act.confirm_delete(ws.store, actor, data, rows, key)
        _ticks(every, shown, rows, key)


def _ticks(every: pd.DataFrame, shown: pd.DataFrame, ticked: Sequence[SheetRow], key: str) -> None:
    """Tick the page, all that the view has on every page, or nothing."""
    new = set(state_of(key).stage.added)
    paged = len(every) > len(shown)
    if len(ticked) < len(shown) + len(new):
        label = f"Tick this page's {len(shown):,}" if paged else "Tick all"
        st.button(label, key="plan-tick-page", type="tertiary", on_click=_tick, args=(key, shown, new))
    if paged and len(ticked) < len(every) + len(new):
        st.button(
            f"Tick all {len(every):,}", key="plan-tick-all", type="tertiary", on_click=_tick, args=(key, every, new),
            help="On every page of what is shown now",
        )  # fmt: skip
    st.button("Tick none", key="plan-tick-none", type="tertiary", on_click=tick, args=(key, ()))


def _tick(key: str, rows: pd.DataFrame, new: set[str]) -> None:
    tick(key, new.union(keys_of(rows)))


def _move_to(ws: Workspace, actor: Actor, data: PlanData, tasks: list[int]) -> None:
    with menu("Move to", icon=":material/drive_file_move:", disabled=not tasks, key=MOVE_TO) as opened:
        if not opened:
            return
        projects = data.names.projects
        chosen = st.selectbox(
            "Project",
            list(projects),
            format_func=projects.__getitem__,
            index=None,
            key=plan_state.MOVE_WHERE.name,
        )
        acts.button(
            "Move", type="primary", disabled=chosen is None, key="plan-move-now", width="stretch",
            on_click=_move_there, args=(ws, actor, tasks, projects),
        )  # fmt: skip


def _move_there(ws: Workspace, actor: Actor, tasks: list[int], projects: Mapping[int, str]) -> None:
    chosen = plan_state.MOVE_WHERE.get() or 0
    act.move_to(ws.store, actor, tasks, chosen, projects.get(chosen, ""))


def _moved(ws: Workspace, actor: Actor, data: PlanData, rows: Sequence[SheetRow]) -> None:
    by_key(ws, actor, data, plan_state.MOVE.get(), rows)
