"""Plan: efforts, projects, goals and tasks as a tree or in lists, edited in place; a panel beside it for one task."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from orchflow import clock
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.plan import plan_actions as act
from orchflow.screens.plan import (
    plan_export,
    plan_foot,
    plan_grid,
    plan_journey,
    plan_large_import,
    plan_list,
    plan_panel,
    plan_transfer,
)
from orchflow.screens.plan.new_task import new_task_button
from orchflow.screens.plan.plan_data import PlanData, plan_data
from orchflow.screens.plan.plan_toolbar import toolbar
from orchflow.screens.session import workspace, zone
from orchflow.ui import notices
from orchflow.ui.page import boundary, on_a_phone, page


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    ws = workspace()
    data = plan_data(ws, actor)
    room = page(
        "Plan",
        "Efforts, their projects and goals, and the tasks that get them done",
        actions=partial(actions, actor, data),
    )
    plan_large_import.import_line(ws, actor)
    notices.show_notice()
    if data.empty:
        plan_journey.nothing_yet(ws, actor)
        return
    with st.container(key="plan-gone"):
        opened = plan_panel.opened_task(data)
    if opened is not None and on_a_phone():
        with st.container(
            key="plan-behind"
        ):  # what is not drawn would leave the address: a step back of its own
            view, _, size = toolbar(data, ws.store, actor)
            plan_foot.pager(plan_grid.chosen_part(data, view, actor.user_id, clock.today(zone())), size)
        st.button(
            "Back to the plan", icon=":material/arrow_back:", on_click=plan_panel.close_task, type="tertiary"
        )
        with boundary():
            plan_panel.show(ws, actor, data, opened)
        return
    view, names, size = toolbar(data, ws.store, actor)
    if on_a_phone():
        with boundary():
            plan_list.show(ws, actor, data, view, size, today=clock.today(zone()))
        return
    with st.container(horizontal=True, gap="medium", key="plan-body"):
        with st.container(width="stretch", gap="small", key="plan-sheet"), boundary():
            plan_grid.show(ws, actor, data, view, names, size, today=clock.today(zone()), room=room)
        if opened is not None:
            with st.container(width=plan_panel.WIDTH, key="plan-panel"), boundary():
                plan_panel.show(ws, actor, data, opened)


def actions(actor: Actor, data: PlanData) -> DeltaGenerator:
    """What is done with the whole plan; returns the place beside it for the button that adds a row."""
    ws = workspace()
    if actor.may(Permission.PLAN_EDIT_OWN):
        act.undo_button(ws.store, actor, key="plan")
    if actor.may(Permission.PLAN_EDIT):
        if on_a_phone():
            new_task_button(ws, actor, data)
        plan_transfer.import_button(ws, actor)
        if not data.empty:
            plan_journey.journey_button(ws, actor)
    plan_export.export_button(ws, actor, data)
    return st.container(width="content", key="plan-new")
