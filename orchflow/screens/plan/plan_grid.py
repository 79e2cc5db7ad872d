"""The grid of the Plan screen: one page of rows in the sheet, what can be done to the ticked ones, and saving."""

from __future__ import annotations

from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from orchflow.format import plain, quantity
from orchflow.people.permissions import Actor, Permission, Role
from orchflow.screens.plan import plan_foot, plan_panel, plan_state
from orchflow.screens.plan.new_task import new_task_button
from orchflow.screens.plan.plan_columns import MORE, SHOWN, columns_of, keys_of, rows_of
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_saving import saver
from orchflow.screens.plan.plan_state import LEVELS
from orchflow.screens.plan.plan_toolbar import LAYOUT, drill
from orchflow.screens.plan.plan_view import View, group_name, selected
from orchflow.screens.row_saving import row_id
from orchflow.screens.session import zone
from orchflow.ui import acts
from orchflow.ui.drafts import Drafts
from orchflow.ui.page import on_a_phone
from orchflow.ui.sheet import MOST_ROWS, chosen_rows, sheet
from orchflow.ui.sheet_review import above, review
from orchflow.ui.sheet_stage import SheetRow
from orchflow.ui.sheet_state import SheetState, begun, look, place_made, settle, state_of
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
    ws: Workspace, actor: Actor, data: PlanData, view: View, names: list[str], size: int, *, today: date,
    room: DeltaGenerator | None,
) -> None:  # fmt: skip
    """Draw all of it; the button that adds a row goes into `room`."""
    manages = actor.may(Permission.PLAN_EDIT)
    rows = chosen_part(data, view, actor.user_id, today)
    if view.group != "none" and view.level != "tree":
        names = list(dict.fromkeys([GROUPED[view.group], *names]))
    columns = columns_of(data, view.level, names, manages=manages)
    known = columns_of(data, view.level, _everything(view.level), manages=manages)
    level = "task" if view.level == "tree" else view.level
    key = f"{SHEET}-{view.level}"
    state = look(key)
    shown, first = _page(data, view, actor, rows, size, state)
    defaults = _defaults(data, view, state)
    write = saver(ws.store, actor, level, defaults)
    drafts = Drafts(ws.settings.home / "drafts", actor.user_id, key) if _works(actor) else None
    with st.container(key="plan-elsewhere", gap="small"):
        _elsewhere(view)
    above(state, known, key=key, write=write, drafts=drafts, zone=zone())
    may_add = manages and (view.level != "tree" or "project_id" in defaults)
    if manages and room is not None:
        with room:
            if may_add:
                _add_button(view, key)
            else:
                new_task_button(ws, actor, data)
    if not len(rows) and not state.stage.waiting and not may_add:
        nothing()
        return
    in_order = view.level == "tree" or (view.level == "task" and view.sort == "plan" and view.group == "none")
    whole = len(shown) > MOST_ROWS
    with st.container(key="plan-whole" if whole else "plan-few", gap=None):
        sheet(
            rows_shown(data, view, actor, shown), columns, key=key, view=f"{view}-{names}-{size}-{first}", may_edit=_works(actor), may_add=may_add,
            alt=f"{LEVELS[view.level]} of the plan", on_open=partial(open_row, data), drafts=drafts,
            on_act=acts.each(partial(plan_foot.by_key, ws, actor, data)) if manages and in_order else None,
            open_help="Open: a task beside the grid, anything else with what is below it",
            whole=whole, search=plan_state.SEARCH.name.replace(".", "-"), order=LAYOUT,
        )  # fmt: skip
    plan_foot.foot(ws, actor, data, view, rows, shown, columns, key, first=first, size=size)
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


def chosen_part(data: PlanData, view: View, user_id: int | None, today: date) -> pd.DataFrame:
    """The rows of the view, of the group that is looked at alone where there is one."""
    rows = _selected(data, view, user_id, today)
    if view.group == "none" or view.level == "tree":
        return rows
    with st.container(key="plan-groups"):
        return _groups(data, view, rows)


def rows_shown(data: PlanData, view: View, actor: Actor, shown: pd.DataFrame) -> list[SheetRow]:
    """One page of rows as a sheet takes them."""
    places = shown.index.to_numpy().tobytes()
    return _rows(data.version, places, view, actor.role, actor.user_id, actor, data, shown)


def nothing() -> None:
    """Say that the filters leave no row."""
    empty(
        "Nothing here",
        "No row of the plan fits these filters. Take one of them away.",
        icon="filter_alt_off",
    )


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
    if len(counts) <= MOST_PILLS and not on_a_phone():
        only = st.pills("Group", list(counts.index), **look)
    else:
        only = st.selectbox(
            "Group", list(counts.index), index=None, placeholder=f"All {len(counts):,} groups", **look
        )
    return rows if only is None else rows[[name == only for name in names]]


def _page(
    data: PlanData, view: View, actor: Actor, rows: pd.DataFrame, size: int, state: SheetState
) -> tuple[pd.DataFrame, int]:
    """`page_of`, of which the page with rows that were saved just now; the sheet is told what is ticked on the others."""
    made = place_made(state, keys_of(rows))
    if made is not None:
        plan_state.PAGE.set(made // size + 1)
    shown, first = page_of(rows, size)
    ticked = state.stage.chosen - {*keys_of(shown)}
    others = rows[[key in ticked for key in keys_of(rows)]] if ticked else rows.iloc[:0]
    state.beyond = rows_shown(data, view, actor, others) if len(others) else []
    return shown, first


def page_of(rows: pd.DataFrame, size: int) -> tuple[pd.DataFrame, int]:
    """The rows of the page that the address names, from the first run on: the pager below takes it over only then."""
    asked = InAddress(plan_state.PAGE.name).get()
    if not plan_state.PAGE.kept() and asked.isdecimal() and len(asked) < 9:
        plan_state.PAGE.set(int(asked))
    pages = max(1, -(-len(rows) // size))
    at = min(max(plan_state.PAGE.get(), 1), pages)
    return rows.iloc[(at - 1) * size : at * size], (at - 1) * size


def _add_button(view: View, key: str) -> None:
    level = {"tree": "task"}.get(view.level, view.level)
    st.button(f"Add {level}", icon=":material/add:", key="plan-add", on_click=_add, args=(key,))


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


def _add(key: str) -> None:
    settle(key).stage.add(first=True)


def open_row(data: PlanData, row: SheetRow) -> None:
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
