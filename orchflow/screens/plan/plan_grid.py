"""The grid of the Plan screen: one page of rows in the sheet, what can be done to the ticked ones, and saving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.format import number, plain, quantity
from orchflow.people.permissions import Actor, Permission, Role
from orchflow.screens.plan import plan_actions as act
from orchflow.screens.plan import plan_panel, plan_state
from orchflow.screens.plan.plan_columns import MORE, SHOWN, columns_of, rows_of
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_saving import saver
from orchflow.screens.plan.plan_state import LEVELS
from orchflow.screens.plan.plan_toolbar import drill
from orchflow.screens.plan.plan_view import View, group_name, selected
from orchflow.screens.row_saving import row_id
from orchflow.screens.session import zone
from orchflow.ui import acts
from orchflow.ui.drafts import Drafts
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.sheet import choose_all, chosen_rows, sheet
from orchflow.ui.sheet_review import above, review
from orchflow.ui.sheet_stage import SheetRow
from orchflow.ui.sheet_state import SheetState, begun, look, settle, state_of
from orchflow.ui.state import InAddress
from orchflow.ui.states import empty
from orchflow.workspace import Workspace

SHEET = "plan"
GROUPED = {
    "status": "status",
    "owner": "owner_id",
    "sprint": "sprint_id",
    "project_id": "project_id",
    "priority": "priority",
}
"""Group → the column that then comes first."""
MOST_PILLS = 12
"""How many groups stand side by side; of more, one is chosen in a list."""


def show(
    ws: Workspace, actor: Actor, data: PlanData, view: View, names: list[str], size: int, *, today: date
) -> None:
    """Draw all of it."""
    manages = actor.may(Permission.PLAN_EDIT)
    rows = _selected(data, view, actor.user_id, today)
    if view.group != "none" and view.level != "tree":
        names = list(dict.fromkeys([GROUPED[view.group], *names]))
        with st.container(key="plan-groups"):
            rows = _groups(data, view, rows)
    shown, first = _page(rows, size)
    columns = columns_of(data, view.level, names, manages=manages)
    known = columns_of(data, view.level, _everything(view.level), manages=manages)
    level = "task" if view.level == "tree" else view.level
    key = f"{SHEET}-{view.level}"
    state = look(key)
    defaults = _defaults(data, view, state)
    write = saver(ws.store, actor, level, defaults)
    drafts = Drafts(ws.settings.home / "drafts", actor.user_id, key) if _works(actor) else None
    with st.container(key="plan-elsewhere", gap="small"):
        _elsewhere(view)
    above(state, known, key=key, write=write, drafts=drafts, zone=zone())
    may_add = manages and (view.level != "tree" or "project_id" in defaults)
    if _works(actor):
        _bar(ws, actor, data, view, columns, key, may_add=may_add)
    if not len(rows) and not state.stage.waiting and not may_add:
        empty(
            "Nothing here",
            "No row of the plan fits these filters. Take one of them away.",
            icon="filter_alt_off",
        )
        return
    listed = _rows(
        data.version, shown.index.to_numpy().tobytes(), view, actor.role, actor.user_id, actor, data, shown
    )
    in_order = view.level == "tree" or (view.level == "task" and view.sort == "plan" and view.group == "none")
    sheet(
        listed, columns, key=key, view=f"{view}-{names}-{size}-{first}", may_edit=_works(actor), may_add=may_add,
        alt=f"{LEVELS[view.level]} of the plan", on_open=partial(_opened, data), drafts=drafts,
        on_act=acts.each(partial(_by_key, ws, actor, data)) if manages and in_order else None,
        open_help="Open: a task beside the grid, anything else with what is below it",
    )  # fmt: skip
    _foot(rows, first, size, may_add=may_add, works=_works(actor))
    review(state, known, key=key, write=write, given=defaults)


_selected = st.cache_resource(
    max_entries=64, show_spinner=False, hash_funcs={PlanData: attrgetter("version")}
)(selected)


@st.cache_resource(max_entries=64, show_spinner=False)
def _rows(
    version: str,
    places: bytes,
    view: View,
    role: Role,
    user_id: int | None,
    _actor: Actor,
    _data: PlanData,
    _shown: pd.DataFrame,
) -> list[SheetRow]:
    """The rows at these places of the plan; shared by all runs that show the same to the same person, and never changed."""
    return rows_of(_data, _shown, view, _actor)


def _works(actor: Actor) -> bool:
    return actor.may(Permission.PLAN_EDIT_OWN)


def _everything(level: str) -> list[str]:
    return [*SHOWN[level], *MORE[level], *(["project_id"] if level == "tree" else [])]


def _defaults(data: PlanData, view: View, state: SheetState) -> dict[str, Any]:
    """What a new row gets where it says nothing: the place in the plan that is shown, or that of the ticked row."""
    if view.level == "effort":
        return {}
    if view.level == "project":
        return {} if view.effort is None else {"effort_id": view.effort}
    if view.project is not None:
        return {"project_id": view.project}
    ticked = {row.values.get("project_id") for row in chosen_rows(state)} - {None}
    if len(ticked) == 1:
        return {"project_id": ticked.pop()}
    if view.effort is not None:
        inside = [number for number, effort in data.names.effort_of.items() if effort == view.effort]
        if len(inside) == 1:
            return {"project_id": inside[0]}
    return {}


def _groups(data: PlanData, view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """The groups with their counts as pills; one of them can be looked at alone."""
    names = [group_name(data, view.group, value) for value in rows[view.group]]
    counts = pd.Series(names).value_counts(sort=False)
    if counts.empty:
        return rows
    look: dict[str, Any] = {
        "format_func": lambda name: f"{plain(name)} · {counts[name]:,}", "key": f"plan-only-{view.group}",
        "label_visibility": "collapsed",
    }  # fmt: skip
    if len(counts) <= MOST_PILLS:
        only = st.pills("Group", list(counts.index), **look)
    else:
        only = st.selectbox(
            "Group", list(counts.index), index=None, placeholder=f"All {len(counts):,} groups", **look
        )
    return rows if only is None else rows[[name == only for name in names]]


def _page(rows: pd.DataFrame, size: int) -> tuple[pd.DataFrame, int]:
    """The rows of the page that the address names, from the first run on: the pager below takes it over only then."""
    asked = InAddress(plan_state.PAGE.name).get()
    if not plan_state.PAGE.kept() and asked.isdecimal() and len(asked) < 9:
        plan_state.PAGE.set(int(asked))
    pages = max(1, -(-len(rows) // size))
    at = min(max(plan_state.PAGE.get(), 1), pages)
    return rows.iloc[(at - 1) * size : at * size], (at - 1) * size


def _foot(rows: pd.DataFrame, first: int, size: int, *, may_add: bool, works: bool) -> None:
    """How much there is, and the way to the other pages."""
    tasks = rows["points"].to_numpy()[rows["level"].to_numpy() == "task"]
    points = sum(value for value in tasks if value is not None)
    pages = -(-len(rows) // size)
    parts = [quantity(len(rows), "row")]
    if pages > 1:
        parts[0] = f"{first + 1:,}–{min(first + size, len(rows)):,} of {len(rows):,} rows"
    if len(tasks):
        parts.append(f"{number(points, digits=0 if points == int(points) else 1)} points")
    if works:
        parts.append("type, paste or drag the corner of a cell; nothing is stored before you save")
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="plan-foot"
    ):
        st.caption(" · ".join(parts), width="content")
        if pages > 1:
            if plan_state.PAGE.get() > pages:
                plan_state.PAGE.set(pages)
            st.pagination(pages, key=plan_state.PAGE.name, bind="query-params")


def _bar(
    ws: Workspace, actor: Actor, data: PlanData, view: View, columns: Mapping[str, GridColumn], key: str, *,
    may_add: bool,
) -> None:  # fmt: skip
    """One row, always there, so that the grid does not move when a row is ticked."""
    state = state_of(key)
    rows = chosen_rows(state)
    tasks = act.tasks_of(rows)
    manages = actor.may(Permission.PLAN_EDIT)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="plan-bar"):
        if manages:
            label = {"tree": "Task", "effort": "Effort", "project": "Project", "goal": "Goal", "task": "Task"}
            st.button(
                f"Add {label[view.level].lower()}", icon=":material/add:", key="plan-add", on_click=_add, args=(key,),
                disabled=not may_add,
                help=None if may_add else "Choose a project first, or tick a row of it",
            )  # fmt: skip
        if rows:
            act.fill_in(rows, columns, key=key)
        if rows and manages:
            movable = bool(tasks) and (view.level == "tree" or view.sort == "plan")
            st.menu_button(
                "Move", list(act.MOVES), format_func=act.MOVES.__getitem__, icon=":material/swap_vert:",
                key=plan_state.MOVE.name, disabled=not movable, on_click=acts.each(_moved), args=(ws, actor, data, rows),
                help="Alt+Shift and an arrow key move the rows you are in",
            )  # fmt: skip
            _move_to(ws, actor, data, tasks)
            if st.button("Delete", icon=":material/delete:", key="plan-delete"):
                act.confirm_delete(ws.store, actor, data, rows, key)
        every = len(rows) == len(state.shown) and bool(rows)
        st.button(
            "Tick none" if every else "Tick all", key="plan-tick-all", type="tertiary", on_click=choose_all,
            args=(key, not every),
        )  # fmt: skip
        st.caption(f"{len(rows)} ticked" if rows else "Tick rows to change several at once", width="content")


def _move_to(ws: Workspace, actor: Actor, data: PlanData, tasks: list[int]) -> None:
    menu = st.popover(
        "Move to",
        icon=":material/drive_file_move:",
        disabled=not tasks,
        key="plan-move-to",
        on_change="rerun",
    )
    if not menu.open:
        return
    with menu:
        projects = data.names.projects
        chosen = st.selectbox(
            "Project", list(projects), format_func=projects.__getitem__, index=None, key="plan-move-where"
        )
        acts.button(
            "Move", type="primary", disabled=chosen is None, key="plan-move-now", width="stretch",
            on_click=act.move_to, args=(ws.store, actor, tasks, chosen or 0, projects.get(chosen or 0, "")),
        )  # fmt: skip


def _elsewhere(view: View) -> None:
    """Edits that wait at another level are not forgotten."""
    for level, name in LEVELS.items():
        key = f"{SHEET}-{level}"
        count = state_of(key).stage.waiting if level != view.level and begun(key) else 0
        if count:
            with st.container(
                horizontal=True, vertical_alignment="center", gap="small", key=f"plan-waits-{level}"
            ):
                st.caption(f":material/edit_note: {quantity(count, 'unsaved row')} in {name}")
                st.button(
                    f"Go to {name}",
                    key=f"plan-go-{level}",
                    type="tertiary",
                    on_click=plan_state.LEVEL.set,
                    args=(level,),
                )


def _moved(ws: Workspace, actor: Actor, data: PlanData, rows: Sequence[SheetRow]) -> None:
    _by_key(ws, actor, data, plan_state.MOVE.get(), rows)


def _by_key(ws: Workspace, actor: Actor, data: PlanData, way: str, rows: Sequence[SheetRow]) -> None:
    tasks = act.tasks_of(rows)
    if tasks and way in act.MOVES:
        act.move(ws.store, actor, data, tasks, way)


def _add(key: str) -> None:
    settle(key).stage.add(first=True)


def _opened(data: PlanData, row: SheetRow) -> None:
    """A task opens in the panel; what has rows below it opens them."""
    level = row.key.split("-", 1)[0]
    at = row_id(row.key)
    match level:
        case "task":
            plan_panel.open_task(at)
        case "effort":
            drill("project", at, None)
        case "project":
            drill("task", data.names.effort_of.get(at), at)
        case _:
            project = row.values["project_id"]
            drill("task", data.names.effort_of.get(project), project)
