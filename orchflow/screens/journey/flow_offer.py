"""A flow that was not begun yet: what it holds and when it would be due; and all flows to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import streamlit as st

from orchflow import format as fmt
from orchflow.format import plain
from orchflow.guidance.begin import begin, may_begin
from orchflow.guidance.flows import FLOWS
from orchflow.guidance.preview import due_if_begun
from orchflow.guidance.progress import FlowProgress
from orchflow.guidance.schedule import Schedule
from orchflow.people.permissions import Actor
from orchflow.planning.journey.content import Flow, load_flows
from orchflow.planning.journey.step import ChecklistItem, FlowStep
from orchflow.screens.journey import flow_guide, flow_own, flow_words
from orchflow.screens.journey import flow_state as state
from orchflow.screens.journey.flow_data import Readings
from orchflow.screens.session import role_name, workspace
from orchflow.ui import acts, notices
from orchflow.ui.choosers import distinct
from orchflow.ui.field_input import field_input
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.overview import Entry, card, entries, overview, shelves
from orchflow.ui.overview_steps import StepCard, step_cards
from orchflow.ui.page import page
from orchflow.ui.states import boundary


def show(read: Readings, flow: Flow) -> None:
    """Draw a flow that ships and was not begun."""
    page(
        flow.name,
        f"Flow {flow.flow} · not begun yet · {fmt.quantity(len(flow.steps), 'step')}, "
        f"{fmt.quantity(sum(len(step.checklist) for step in flow.steps), 'item')}, "
        f"days {flow.window.from_day} to {flow.window.to_day} of the journey",
    )
    notices.show_notice()
    st.markdown(plain(flow.summary.strip()))
    with boundary():
        start = beginning(read, flow)
        due = due_if_begun(workspace().store, read.actor, flow.slug, start)
        content(flow, due)


def first_day(flow: Flow, today: date) -> date:
    """Where its window begins after the workspace's Day 1; today where that is not known or over."""
    day_one = workspace().start_date
    return today if day_one is None else max(day_one + timedelta(days=flow.window.from_day - 1), today)


def beginning(read: Readings, flow: Flow) -> date:
    """The first day, the owner, and the act; returns the day that is chosen."""
    actor, suggested = read.actor, first_day(flow, read.today)
    if not may_begin(workspace().store, actor):
        st.caption(f"A manager begins it. Begun on {fmt.day(suggested)}, it is due as below.")
        return suggested
    names = read.names
    people = distinct({number: name for number, name in names.people.items() if number in names.active})
    with st.container(horizontal=True, vertical_alignment="bottom", key="flow-begin"):
        with st.container(width=170):
            chosen = field_input(
                GridColumn(FLOWS.fields["start_day"]), suggested, key=state.FIRST_DAY.of(flow.slug).name
            )
        with st.container(width=250):
            st.selectbox(
                "Owner", list(people), format_func=people.__getitem__, key=state.OWNER.of(flow.slug).name,
                index=list(people).index(actor.user_id) if actor.user_id in people else None,
            )  # fmt: skip
        acts.button(
            "Begin", type="primary", icon=":material/play_arrow:", key="flow-begin-now", on_click=_begin,
            args=(actor, flow, suggested), disabled=chosen is None,
        )  # fmt: skip
    return chosen or suggested


def _begin(actor: Actor, flow: Flow, suggested: date) -> None:
    day, owner = state.FIRST_DAY.of(flow.slug).get() or suggested, state.OWNER.of(flow.slug).get()
    with notices.attempt("Not begun", f"Begun: {flow.name}, on {fmt.day(day)}") as request:
        begin(workspace().store, actor, flow.slug, day, owner_id=owner, request=request)


def content(flow: Flow, due: Schedule) -> None:
    """The steps with their due days, and of one of them what it holds, beside its guide."""
    by_key = {step.key: step for step in flow.steps}
    step = by_key.get(state.STEP.get(), flow.steps[0])
    ends = card("Steps", step_cards([
        StepCard(
            str(number), each.name, f"{_role(each.lead)} · due {fmt.day(due.steps[each.key])}",
            fmt.quantity(len(each.checklist), "item"), None, flow_words.address(flow.slug, each.key),
            current=each is step,
        )
        for number, each in enumerate(flow.steps, start=1)
    ]), beside=f"all done by {fmt.day(max(due.steps.values()))}")  # fmt: skip
    overview(ends, key="flow-way")
    st.markdown(
        f"## {plain(step.name)}\n\n{plain(step.purpose)}\n\n:material/flag: **Done when** {plain(step.complete_when)}",
        anchors=False,
    )
    left, right = st.columns([1.4, 1.0], gap="small")
    with left:
        overview(
            card(
                "Checklist",
                entries(
                    [_item(item, step, due.items) for item in step.checklist],
                    shown=40,
                    nothing="",
                    marked=False,
                ),
            ),
            key="flow-offered-items",
        )
    with right:
        flow_guide.beside(step.guide, rows=len(step.checklist))
    if below := flow_words.step_cards_below(step):
        overview(below, key="step-cards")


def _item(item: ChecklistItem, step: FlowStep, due: Mapping[str, date]) -> Entry:
    said = [
        _role(item.role or step.lead),
        flow_words.EVIDENCE.get(item.evidence, ""),
        "" if item.required else "optional",
    ]
    said += ["ticks itself"] * bool(item.check)
    return Entry(item.text, " · ".join(filter(None, said)), fmt.day(due[item.key]))


def _role(key: str | None) -> str:
    return role_name(key)


def choose(read: Readings) -> None:
    """Without a flow in the address: those that there are."""
    page("Flow", "Choose the flow to work on", actions=lambda: flow_own.new_flow_button(read.actor))
    notices.show_notice()
    every(read)


def every(read: Readings) -> None:
    """All flows: those that ship, begun or not, and the workspace's own."""
    begun = {flow.key: flow for flow in read.flows()}
    shipped = [flow.slug for flow in load_flows().flows]
    ship = [
        _begun(begun[flow.slug], read.today)
        if flow.slug in begun
        else Entry(f"{flow.flow} {flow.name}", "not begun yet", to=flow_words.address(flow.slug))
        for flow in load_flows().flows
    ]
    own = [_begun(flow, read.today) for key, flow in begun.items() if key not in shipped]
    parts = [card("Flows that ship", entries(ship, shown=12, nothing="", side=True))]
    if own:
        parts.append(card("Of our own", entries(own, shown=12, nothing="", side=True)))
    overview(shelves(*parts), key="flow-choice")


def _begun(flow: FlowProgress, today: date) -> Entry:
    said, tone = flow_words.drift_words(flow, today)
    share = "" if flow.counts.share is None else fmt.percent(flow.counts.share, digits=0)
    return Entry(f"{flow.number} {flow.name}", said, share, tone, to=flow_words.address(flow.key))
