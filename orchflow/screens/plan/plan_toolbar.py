"""The toolbar of the Plan screen, one line: level and place, filters, order and columns and saved views, search."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Any

import streamlit as st

from orchflow.encoding import to_text
from orchflow.format import plain
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.work.saved_views import SavedViewRow, delete_view, list_views, save_view
from orchflow.planning.work.tasks import TASKS
from orchflow.screens.plan import plan_state as state
from orchflow.screens.plan.plan_choices import by_key, choice, people, projects_in
from orchflow.screens.plan.plan_columns import MORE, SHOWN, columns_of
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_state import ALL, GROUPS, LEVELS, QUICK, SIZES, SORTS
from orchflow.screens.plan.plan_view import NO_SPRINT, NOBODY, View
from orchflow.store.engine import Store
from orchflow.ui import acts, notices
from orchflow.ui.choosers import LABELLED, name_chosen, segments, select, several, switch, words
from orchflow.ui.filters import Choice, filter_popover
from orchflow.ui.menus import closing_button, menu
from orchflow.ui.page import on_a_phone

LAYOUT = "plan-layout"
NAME = 26
"""So many letters of an effort or a project stand on the button of the place."""
PRIORITIES = TASKS.fields["priority"].options


def toolbar(data: PlanData, store: Store, actor: Actor) -> tuple[View, list[str], int]:
    """Draw it; returns the view, the names of the columns to show, and how many rows a page has."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="plan-place"):
        if on_a_phone():
            begins = list(LEVELS).index("task")
            level = select("Level", LEVELS, state.LEVEL, index=begins, width=104) or "task"
        else:
            level = segments("Level", LEVELS, state.LEVEL)
        effort, project = _place(data)
        chosen = filter_popover(_choices(data), state.KEYS)
        sort, descending, group, names, size = _layout(data, level, store, actor)
        text = words("Search", state.SEARCH, placeholder="Search titles, #12", width="stretch")
    view = View(
        level, effort, project, text, chosen["quick"], chosen["status"], chosen["person"], chosen["sprints"],
        chosen["priority"], chosen["label"], sort, descending, group,
    )  # fmt: skip
    return view, names, size


def drill(level: str, effort: int | None, project: int | None) -> None:
    """Go to another level and place; called before the toolbar is drawn."""
    state.LEVEL.set(level)
    state.EFFORT.set(ALL if effort is None else str(effort))
    state.PROJECT.set(ALL if project is None else str(project))
    state.PAGE.set(1)


def _place(data: PlanData) -> tuple[int | None, int | None]:
    """The part of the plan that is shown, behind a button with its name."""
    efforts, projects = by_key(data.names.efforts), by_key(data.names.projects)
    named = name_chosen(projects, state.PROJECT) or name_chosen(efforts, state.EFFORT) or "Whole plan"
    with menu(
        plain(shorten(named, NAME, placeholder="…")), icon=":material/folder_open:", key="plan-where"
    ) as opened:
        late: dict[str, Any] = {"drawn": opened, **LABELLED}
        effort = _number(select("Effort", {ALL: "All efforts", **efforts}, state.EFFORT, **late))
        inside = by_key(projects_in(data.names, [] if effort is None else [effort]))
        if state.PROJECT.get() not in (ALL, *inside):
            state.PROJECT.set(ALL)
        return effort, _number(select("Project", {ALL: "All projects", **inside}, state.PROJECT, **late))


def _number(chosen: str | None) -> int | None:
    return int(chosen) if chosen and chosen != ALL else None


def _choices(data: PlanData) -> dict[str, Choice]:
    return {
        "quick": Choice("Only", list(QUICK), QUICK, quick=True),
        "status": Choice("Status", list(data.statuses), data.statuses),
        "person": choice("Person", people(data.names), **{NOBODY: "Nobody"}),
        "sprints": choice("Sprint", data.names.sprints, **{NO_SPRINT: "No sprint"}),
        "priority": Choice("Priority", list(PRIORITIES), PRIORITIES),
        "label": Choice("Label", data.labels),
    }


def _layout(data: PlanData, level: str, store: Store, actor: Actor) -> tuple[str, bool, str, list[str], int]:
    """Order, groups, columns and size of a page, and the views kept by name, behind one button."""
    offered = [*SHOWN[level], *MORE[level]]
    labels = {name: column.heading for name, column in columns_of(data, level, offered, manages=True).items()}
    shown: Sequence[str] = state.COLUMNS.of(level).get() or SHOWN[level]
    descending, tree = state.DESCENDING.get(), level == "tree"
    with menu("View", icon=":material/tune:", key=LAYOUT) as opened:
        late: dict[str, Any] = {"drawn": opened, **LABELLED}
        why = "The tree always stands in the plan's order" if tree else None
        sort = select("Sort by", SORTS, state.SORT, disabled=tree, help=why, **late) or state.SORT.get()
        if opened or state.DESCENDING.chosen():
            descending = switch("Descending", state.DESCENDING, disabled=tree or sort in ("next", "plan"))
        group = select("Group by", GROUPS, state.GROUP, disabled=tree, **late) or state.GROUP.get()
        if opened or state.COLUMNS.of(level).chosen():
            shown = several("Columns", labels, state.COLUMNS.of(level), default=SHOWN[level])
        size = select("Rows on a page", SIZES, state.SIZE, index=1, **late) or state.SIZE.get()
        if opened:
            _views(store, actor)
    names = [name for name in offered if name in shown] if set(shown) == set(SHOWN[level]) else list(shown)
    if "title" not in names:
        names.insert(0, "title")
    return sort, descending, group, names, size


def _views(store: Store, actor: Actor) -> None:
    """The views kept by name, and a field to keep this one."""
    st.markdown("**Views kept by name**")
    views = list_views(store, actor)
    for view in views:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            shared = " · shared" if view.shared else ""
            closing_button(
                f"{plain(view.name)}{shared}", key=f"view-{view.id}", on_click=_apply, args=(view,),
                type="tertiary", width="stretch", icon=":material/bookmark:",
            )  # fmt: skip
            if view.owner_id == actor.user_id or actor.may(Permission.PLAN_EDIT):
                acts.button(
                    "Delete", key=f"view-drop-{view.id}", on_click=_drop, args=(store, actor, view),
                    type="tertiary", help=f"Delete the view {plain(view.name)}", icon=":material/delete:",
                )  # fmt: skip
    if not views:
        st.caption("The address holds what you see: a link to it shows the same. Or keep it here by name.")
    st.text_input("Name", key=state.VIEW_NAME.name, max_chars=100, placeholder="Keep what I see as…")
    if actor.may(Permission.PLAN_EDIT):
        st.toggle("Shared with everybody", key=state.VIEW_SHARED.name)
    acts.button("Keep", on_click=_keep, args=(store, actor), key="view-keep", width="stretch")


def _keep(store: Store, actor: Actor) -> None:
    kept = to_text(state.KEYS.values(_fields(state.LEVEL.get())))
    with notices.attempt("Not kept"):
        view = save_view(store, actor, state.VIEW_NAME.get(), kept, shared=state.VIEW_SHARED.get())
        notices.done(f"View {view.name} kept")


def _drop(store: Store, actor: Actor, view: SavedViewRow) -> None:
    with notices.attempt("Not deleted"):
        notices.done(f"View {view.name} deleted", delete_view(store, actor, view.id))


def _fields(level: str) -> tuple[str, ...]:
    """The values that make up the view, by their widgets."""
    return (*state.VIEW, f"columns-{level}")


def _apply(view: SavedViewRow) -> None:
    """Set the widgets as they were; a choice that is no longer there falls away when its widget is drawn."""
    kept: Mapping[str, Any] = json.loads(view.query)
    level = kept.get("level", "tree")
    fits = {name: value for name, value in kept.items() if _fits(name, value, level)}
    state.KEYS.replace(_fields(level), fits)
    state.PAGE.set(1)


def _fits(name: str, value: Any, level: str) -> bool:
    known: dict[str, Sequence[Any]] = {
        "level": list(LEVELS), "sort": list(SORTS), "group": list(GROUPS), "size": list(SIZES),
    }  # fmt: skip
    if name.startswith("columns-"):
        return isinstance(value, list) and set(value) <= {*SHOWN[level], *MORE[level]}
    return value in known[name] if name in known else True
