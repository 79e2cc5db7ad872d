"""Adopt a plan that Orchestrator AI keeps: looked at first like a file, then followed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.people.permissions import Actor
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.journey.adopt import adopt, platform_plans
from orchflow.screens.plan.plan_state import ADOPTED_SOURCE
from orchflow.store.request import new_request
from orchflow.ui import acts, notices
from orchflow.ui.format import plain
from orchflow.ui.states import problem
from orchflow.workspace import Workspace


def offer(ws: Workspace, actor: Actor, show: Callable[[ImportReport], None]) -> None:
    """The plans of the sources that were loaded; `show` draws what adopting the chosen one would do."""
    found = [one for one in platform_plans(ws, actor) if one.efforts + one.projects + one.tasks]
    if not found:
        return
    st.markdown("**Or adopt the plan that Orchestrator AI keeps**")
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            followed = " · followed already" if one.adopted else ""
            st.caption(
                f"{plain(one.source)}: {one.efforts} efforts, {one.projects} projects, {one.tasks} tasks{followed}",
                width="stretch",
            )
            st.button("Look at it", key=f"adopt-{one.source}", on_click=_choose, args=(one.source,))
    source = ADOPTED_SOURCE.get()
    if source not in {one.source for one in found}:
        return
    try:
        report = acts.each(adopt)(ws, actor, source, dry_run=True)
    except OrchflowError as error:
        problem(error)
        return
    show(report)
    work = report.created + report.updated
    if acts.button(
        f"Adopt {work} row{'' if work == 1 else 's'} from {source}" if work else f"{source} brings nothing new",
        type="primary", disabled=not work, key="adopt-now", width="stretch",
    ):  # fmt: skip
        request = new_request()
        try:
            done = adopt(ws, actor, source, request=request)
        except OrchflowError as error:
            problem(error)
            return
        ADOPTED_SOURCE.clear()
        notices.done(f"Adopted from {source}: {done.created} new, {done.updated} changed", done.request)
        st.rerun()


def _choose(source: str) -> None:
    ADOPTED_SOURCE.set(source)
