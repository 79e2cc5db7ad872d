"""What is done on Flows: begin a flow that ships, add one of our own, hand over what somebody left behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.guidance.begin import Offer, begin
from orchflow.guidance.left_behind import LeftBehind, hand_over
from orchflow.insights.flows import JourneyReport
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Flow
from orchflow.screens.journey.flow_own import new_flow_button
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.session import workspace, zone
from orchflow.store.field import fields_of
from orchflow.ui import acts, notices
from orchflow.ui.field_input import field_form
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.states import closing

NOBODY = "Nobody: its job role does it"


def buttons(actor: Actor, report: JourneyReport) -> None:
    """What whoever may begin flows can do with the journey."""
    new_flow_button(actor)
    if report.to_begin:
        first = not report.begun
        if st.button(
            "Begin a flow",
            icon=":material/play_arrow:",
            key="flows-begin",
            type="primary" if first else "secondary",
        ):
            begin_dialog(actor, report)


@st.dialog("Begin a flow", icon=":material/play_arrow:")
def begin_dialog(actor: Actor, report: JourneyReport) -> None:
    """Choose which, from when, and who answers for it."""
    offers = {offer.key: offer for offer in report.to_begin}
    key = st.selectbox(
        "Flow",
        list(offers),
        format_func=lambda key: f"{offers[key].number} {offers[key].name}",
        key="flows-begin-which",
    )
    offer = offers[key]
    what = f"{fmt.quantity(offer.steps, 'step')} with {fmt.quantity(offer.items, 'item')}; days {offer.from_day} to {offer.to_day} of the journey"
    st.caption(fmt.plain(f"{offer.summary} {what}."))
    columns = {"start_day": _column("start_day"), "owner_id": _owner(actor)}
    values = {"start_day": _first_day(offer), "owner_id": None}
    written = field_form(columns, values, key=f"begin-{offer.number}", action=f"Begin {offer.name}")
    if written is None:
        return
    with closing() as request:
        begun = acts.once(
            lambda: begin(
                workspace().store, actor, offer.key, written["start_day"], owner_id=written["owner_id"],
                day_one=workspace().start_date, request=request,
            )
        )  # fmt: skip
        notices.done(f"{begun.flow.name} begins on {fmt.day(begun.flow.start_day)}", begun.request)


def _first_day(offer: Offer) -> object:
    """Where its window begins after Day 1; today where there is none, or where that is over."""
    today, day_one = clock.today(zone()), workspace().start_date
    return today if day_one is None else day_one + timedelta(days=offer.from_day - 1)


def left_behind_box(actor: Actor, left: Sequence[LeftBehind]) -> None:
    """For those who may hand it over: who has left and still has something to do."""
    if not left or not actor.may(Permission.PLAN_EDIT):
        return
    told = "; ".join(f"{each.name} ({_held(each)})" for each in left[:3])
    more = f"; {fmt.quantity(len(left) - 3, 'more person')}" if len(left) > 3 else ""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="left-behind"):
        st.markdown(
            f":material/person_off: **Left behind** by people whose account is disabled: {fmt.plain(told + more)}",
            width="stretch",
        )
        if st.button("Hand over", icon=":material/move_item:", key="flows-hand-over"):
            hand_over_dialog(actor, left)


def _held(each: LeftBehind) -> str:
    parts = ((len(each.items), "item"), (len(each.steps), "step"), (len(each.flows), "flow"))
    return ", ".join(fmt.quantity(count, noun) for count, noun in parts if count)


@st.dialog("Hand over what was left behind", icon=":material/move_item:")
def hand_over_dialog(actor: Actor, left: Sequence[LeftBehind]) -> None:
    """Choose whose, and who takes it."""
    whose = {each.person_id: each for each in left}
    person = st.selectbox(
        "Of",
        list(whose),
        format_func=lambda number: f"{whose[number].name}: {_held(whose[number])}",
        key="flows-left-of",
    )
    people = _people(actor)
    to = st.selectbox(
        "To", [None, *people], format_func=lambda number: people.get(number, NOBODY), key="flows-left-to"
    )
    st.caption("Open items, steps and flows change hands; what was ticked stays as it is\\.")
    if acts.button("Hand over", type="primary", key="flows-left-do", width="stretch"):
        with closing() as request:
            done = acts.once(partial(hand_over, workspace().store, actor, person, to, request=request))
            to_whom = people.get(to, "nobody") if to else "nobody"
            notices.done(
                f"{fmt.quantity(done.items, 'item')} of {whose[person].name} handed to {to_whom}",
                done.request,
            )


def _people(actor: Actor) -> Mapping[int, str]:
    names = names_now(workspace(), actor)
    return {number: name for number, name in names.people.items() if number in names.active}


def _column(name: str) -> GridColumn:
    return GridColumn(fields_of(Flow)[name])


def _owner(actor: Actor) -> GridColumn:
    people = _people(actor)
    return GridColumn(fields_of(Flow)["owner_id"], options=list(people), names=people)
