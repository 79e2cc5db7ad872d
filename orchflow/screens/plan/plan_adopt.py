"""Adopt a plan that Orchestrator AI keeps: looked at first like a file, then followed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.format import plain, quantity
from orchflow.people.permissions import Actor
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.journey.adopt import adopt, platform_plans
from orchflow.screens.plan.plan_state import ADOPTED_SOURCE
from orchflow.ui import acts, notices
from orchflow.ui.states import closing, problem
from orchflow.workspace import Workspace


def offer(ws: Workspace, actor: Actor, show: Callable[[ImportReport], None]) -> None:
    """The plans of the sources that were loaded; `show` draws what adopting the chosen one would do."""
    plans = {
        plan.source: plan for plan in platform_plans(ws, actor) if plan.efforts + plan.projects + plan.tasks
    }
    if not plans:
        return
    st.markdown("**Or adopt the plan that Orchestrator AI keeps**")
    for name, plan in plans.items():
        with st.container(horizontal=True, vertical_alignment="center"):
            followed = " · followed already" if plan.adopted else ""
            counts = f"{plan.efforts} efforts, {plan.projects} projects, {plan.tasks} tasks"
            st.caption(f"{plain(name)}: {counts}{followed}", width="stretch")
            st.button("Look at it", key=f"adopt-{name}", on_click=ADOPTED_SOURCE.set, args=(name,))
    source = ADOPTED_SOURCE.get()
    if source not in plans:
        return
    try:
        report = acts.each(adopt)(ws, actor, source, dry_run=True)
    except OrchflowError as error:
        problem(error)
        return
    show(report)
    work = report.created + report.updated
    if acts.button(
        f"Adopt {quantity(work, 'row')} from {plain(source)}" if work else f"{plain(source)} brings nothing new",
        type="primary", disabled=not work, key="adopt-now", width="stretch",
    ):  # fmt: skip
        with closing() as request:
            adopted = adopt(ws, actor, source, request=request)
            ADOPTED_SOURCE.clear()
            notices.done(f"Adopted from {source}: {adopted.created} new, {adopted.updated} changed", request)
