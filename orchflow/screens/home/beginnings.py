"""The three beginnings of a workspace: lay out the journey, connect the platform, invite people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import streamlit as st

from orchflow.insights.beginnings import Beginnings
from orchflow.insights.home import HomeReport
from orchflow.people.permissions import Actor
from orchflow.screens.catalogue import link
from orchflow.screens.data.source_connect import connect_button
from orchflow.screens.plan.plan_journey import journey_dialog
from orchflow.screens.plan.plan_transfer import import_dialog
from orchflow.screens.team.people_dialogs import add_person
from orchflow.ui.page import HALF
from orchflow.workspace import Workspace


@dataclass(frozen=True)
class Beginning:
    """One of the three: what it gives, who begins it where the reader may not, and the buttons that do."""

    title: str
    gives: str
    waits: str
    icon: str
    left: bool
    may: bool
    buttons: Callable[[], None]


def show(ws: Workspace, actor: Actor, report: HomeReport) -> None:
    """All three on the first day; later, in one line, what is left of them for this reader."""
    left = report.own.beginnings
    if not left.left or not (report.nothing_yet or left.open_to_reader):
        return
    three = _three(ws, actor, left, report.nothing_yet)
    if report.nothing_yet:
        with st.grid(3, min_column_width=HALF - 120):
            for number, beginning in enumerate(three, 1):
                _card(number, beginning)
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="left-to-begin"):
        st.markdown("**Left to begin**", width="content")
        for beginning in three:
            if beginning.left and beginning.may:
                beginning.buttons()


def _card(number: int, beginning: Beginning) -> None:
    with st.container(
        border=True, height="stretch", vertical_alignment="distribute", key=f"beginning-{number}", gap="small"
    ):
        mark = ":green[:material/check_circle:]" if not beginning.left else f":material/{beginning.icon}:"
        st.markdown(
            f"## {mark} {beginning.title}\n\n:gray[{beginning.gives if beginning.left else 'This is done.'}]",
            anchors=False,
        )
        if beginning.left and beginning.may:
            with st.container(horizontal=True):
                beginning.buttons()
        elif beginning.left:
            st.caption(beginning.waits)


def _three(
    ws: Workspace, actor: Actor, left: Beginnings, first_day: bool
) -> tuple[Beginning, Beginning, Beginning]:
    first: Literal["primary", "secondary"] = "primary" if first_day else "secondary"

    def plan() -> None:
        if st.button("Lay out the journey", key="begin-plan", icon=":material/flag:", type=first):
            journey_dialog(ws, actor)
        if st.button("Import a plan", key="begin-import", icon=":material/upload:"):
            import_dialog(ws, actor, then=partial(st.switch_page, link("plan")))

    def people() -> None:
        if st.button("Add a person", key="begin-people", icon=":material/person_add:", type=first):
            add_person(ws.store, actor)

    return (
        Beginning(
            "Lay out the journey", "Six flows from Day 1 to production, with their projects, goals, tasks and sprints. You see all of "
            "it first, leave out what you do not need, and can take it back.",
            "A manager lays out the journey.", "flag", left.plan, left.may_plan, plan,
        ),
        Beginning(
            "Connect the platform", "Cost, runs and agents of Orchestrator AI, read through its API or its database. Try it before "
            "anything is kept.",
            "An administrator connects the platform.", "cable", left.platform, left.may_connect,
            lambda: connect_button(actor, "Connect Orchestrator AI", key="begin-platform", primary=first_day),
        ),
        Beginning(
            "Invite people", "Who leads, who plans, who does the work. Each gets a one-time password, and sees what their role is for.",
            "An administrator invites people.", "group_add", left.people, left.may_invite, people,
        ),
    )  # fmt: skip
