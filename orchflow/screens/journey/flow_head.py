"""The head of a flow: its name, when it is, whose it is; its first day moved, a newer version taken over, work handed over."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from orchflow import format as fmt
from orchflow.format import plain
from orchflow.guidance.flows import FLOWS, update_flow
from orchflow.guidance.left_behind import hand_over
from orchflow.guidance.preview import moves_if
from orchflow.guidance.reading import FlowReading
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.journey import flow_newer, flow_own
from orchflow.screens.journey import flow_state as state
from orchflow.screens.journey.flow_data import Readings
from orchflow.screens.journey.flow_words import drift_words, window_words
from orchflow.screens.plan.plan_actions import undo_button
from orchflow.screens.session import workspace
from orchflow.ui import acts, notices
from orchflow.ui.choosers import distinct
from orchflow.ui.field_input import field_input
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.menus import menu
from orchflow.ui.page import page
from orchflow.ui.states import boundary


def show(read: Readings, reading: FlowReading) -> None:
    """Draw the head, and what is to be known before the steps."""
    actor, flow, names = read.actor, reading.flow, read.names
    owner = names.people.get(flow.owner_id or 0, "nobody")
    number = "own flow" if flow.own else f"flow {flow.number}"
    said, _ = drift_words(reading.progress, read.today)
    page(
        flow.name,
        f"{number.capitalize()} · {window_words(reading)} · {said} · owner {owner}",
        actions=partial(actions, actor, reading),
    )
    notices.show_notice()
    with st.container(key="flow-told", gap="small"), boundary():
        if reading.newer:
            flow_newer.offer(actor, reading)
        gone = {flow.owner_id, *(step.person_id for step in reading.steps)} - {None} - names.active
        if actor.may(Permission.PLAN_EDIT) and (reading.progress.counts.given_away or gone):
            who_left(read, reading)


def actions(actor: Actor, reading: FlowReading) -> None:
    """What is done with the whole flow."""
    if actor.may(Permission.PLAN_EDIT_OWN):
        undo_button(workspace().store, actor, key="flow")
    if actor.may(Permission.PLAN_EDIT):
        move_first_day(actor, reading)
        flow_own.flow_menu(actor, reading)


def move_first_day(actor: Actor, reading: FlowReading) -> None:
    """Choose another first day; it says before what would move."""
    with menu("First day", icon=":material/event:", key="flow-move") as opened:
        if not opened:
            return
        flow = reading.flow
        column = GridColumn(FLOWS.fields["start_day"])
        chosen = field_input(column, flow.start_day, key=f"flow-start-{flow.version}")
        if chosen is None or chosen == flow.start_day:
            st.caption("Due days that were not set by hand move with it.")
            return
        moves = moves_if(workspace().store, actor, flow.id, chosen)
        kept = (
            f"{fmt.quantity(moves.by_hand, 'day')} set by hand {'stays' if moves.by_hand == 1 else 'stay'}. "
        )
        st.caption(
            f"{fmt.quantity(moves.moved, 'due day')} {'moves' if moves.moved == 1 else 'move'}. {kept * bool(moves.by_hand)}"
            f"The last step is then due {fmt.day(moves.end)}."
        )
        acts.button(
            f"Move to {fmt.day(chosen)}", type="primary", key="flow-move-now", width="stretch",
            on_click=_move, args=(actor, reading, chosen),
        )  # fmt: skip


def _move(actor: Actor, reading: FlowReading, day: date) -> None:
    flow = reading.flow
    with notices.attempt("Not moved", f"{flow.name} begins on {fmt.day(day)}") as request:
        update_flow(workspace().store, actor, flow.id, flow.version, {"start_day": day}, request)


def who_left(read: Readings, reading: FlowReading) -> None:
    """What is still with people whose account is disabled, and the way to hand it over."""
    for left in read.left(reading.flow.id):
        held = [fmt.quantity(len(left.items), "open item")] * bool(left.items)
        held += [fmt.quantity(len(left.steps), "step")] * bool(left.steps)
        held += ["the flow itself"] * bool(left.flows)
        with st.container(
            horizontal=True, vertical_alignment="center", border=True, key=f"flow-left-{left.person_id}"
        ):
            st.markdown(
                f":material/person_off: **{plain(left.name)}** has left; still theirs here: {' and '.join(held)}.",
                width="stretch",
            )
            hand_over_menu(read, left.person_id, left.name)


def hand_over_menu(read: Readings, person: int, name: str) -> None:
    """Choose who takes it on, or nobody: then its job role does it."""
    with menu("Hand over", icon=":material/move_down:", key=f"flow-hand-{person}") as opened:
        if not opened:
            return
        names = read.names
        people = distinct({each: called for each, called in names.people.items() if each in names.active})
        st.selectbox(
            "To", list(people), format_func=people.__getitem__, index=None, placeholder="Nobody: its job role does it",
            key=state.PERSON.of("left", person).name,
        )  # fmt: skip
        st.caption(f"All that {plain(name)} has open goes, in every flow. What was ticked stays theirs.")
        acts.button(
            "Hand over", type="primary", width="stretch", key=f"flow-hand-now-{person}", on_click=_hand_over,
            args=(read.actor, person, name),
        )  # fmt: skip


def _hand_over(actor: Actor, person: int, name: str) -> None:
    to = state.PERSON.of("left", person).get()
    with notices.attempt("Not handed over", f"Handed over what {name} had") as request:
        hand_over(workspace().store, actor, person, to, request=request)
