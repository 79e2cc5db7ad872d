"""One step of a flow: what it is for, who does it, its checklist beside its guide, and what belongs to it."""

from __future__ import annotations

import streamlit as st

from orchflow import format as fmt
from orchflow.format import plain
from orchflow.guidance.progress import StepProgress
from orchflow.guidance.reading import FlowReading
from orchflow.guidance.rows import StepRow
from orchflow.people.permissions import Permission
from orchflow.planning.journey.step import FlowStep
from orchflow.planning.names import PlanNames
from orchflow.planning.tables import ItemState
from orchflow.screens.catalogue import BY_NAME
from orchflow.screens.journey import flow_guide, flow_items, flow_own, flow_words
from orchflow.screens.journey import flow_state as state
from orchflow.screens.journey.flow_columns import Reader
from orchflow.screens.journey.flow_data import Readings, StepItems
from orchflow.screens.journey.item_dialog import open_item
from orchflow.screens.session import role_name, workspace_roles
from orchflow.store.reading import row_id
from orchflow.ui.overview import cards, overview, shelves
from orchflow.ui.page import heading, on_a_phone
from orchflow.ui.sheet_round import FEWEST
from orchflow.ui.states import boundary

CHECKLIST, GUIDE = 2.5, 1.0
"""How the room is shared between them."""


def show(read: Readings, reading: FlowReading, step: StepRow, progress: StepProgress) -> None:
    """Draw the step."""
    names, content = read.names, reading.shipped.get(step.key)
    reader = Reader(read.actor, read.job_role, step)
    of_step = read.items(step.id)
    with st.container(horizontal=True, vertical_alignment="center", key="step-head"):
        heading(f"{_place(reading, step)} {step.name}")
        if reader.manages:
            with st.container(horizontal=True, width="content", key="step-acts"):
                flow_own.step_menus(read.actor, reading, step, names)
    st.markdown(f":small[:gray[{facts(reading, step, progress, content, names)}]]\n\n{about(step)}")
    with boundary():
        checklist(read, reading, reader, of_step)
    mine = sum(reader.owns(item) and item.state is ItemState.OPEN for item in of_step.items)
    overview(below(read, reading, step, of_step, mine), key="step-cards")
    flow_own.dialogs(read.actor, reading, step)
    if (item := row_id(state.ITEM.get())) is not None:
        open_item(read.actor, item, closed=state.ITEM.clear)


def checklist(read: Readings, reading: FlowReading, reader: Reader, of_step: StepItems) -> None:
    """The checklist beside the guide, or with the whole window; on a phone below the guide.

    What narrows it stands above both, so that it stays where it is when the guide comes or goes.
    """
    guide = reader.step.guide
    if on_a_phone() or not guide:
        flow_guide.beside(guide)
    chosen = flow_items.chosen_items(reading, reader, of_step.items, read.today)
    guided = bool(guide) and not on_a_phone() and not state.WIDE.get()
    left, right = st.columns([CHECKLIST, GUIDE], gap="small") if guided else (st.container(), None)
    with left, boundary():
        flow_items.show(reader, of_step, chosen, read.names, read.today)
    if right is not None:
        with right, boundary(), st.container(key="step-guide-beside"):
            flow_guide.beside(guide, rows=len(chosen) + FEWEST * reader.manages)


def _place(reading: FlowReading, step: StepRow) -> int:
    return next(at for at, each in enumerate(reading.steps, start=1) if each.id == step.id)


def about(step: StepRow) -> str:
    """What it is for, and what done looks like, as Markdown."""
    done = f":material/flag: **Done when** {plain(_lower(step.complete_when))}" if step.complete_when else ""
    return "  \n".join(filter(None, [plain(step.purpose), done]))


def facts(
    reading: FlowReading, step: StepRow, progress: StepProgress, content: FlowStep | None, names: PlanNames
) -> str:
    """Who does it, when, how long, and what comes before it, in a line of Markdown."""
    called = {each.key: each.name for each in reading.steps}
    lead = role_name(step.lead)
    others = [
        workspace_roles()[role].name
        for role in (content.roles if content else ())
        if role != step.lead and role in workspace_roles()
    ]
    person = names.people.get(step.person_id or 0, "")
    gone = " (account disabled)" if step.person_id and step.person_id not in names.active else ""
    parts = [
        f"led by {lead}" if lead else "",
        f"with {', '.join(others)}" if others else "",
        f"{person}{gone} answers for it" if person else "nobody answers for it yet",
        f"{fmt.quantity(step.days, 'working day')}" + (f", {content.hours:g} hours of work" if content and content.hours else ""),
        f"due {fmt.day(step.due_day)}{', set by hand' if step.due_by_hand else ''}" if step.due_day else "",
        f"after {', '.join(called.get(key, key) for key in step.after)}" if step.after else "",
        f"waits for {', '.join(called.get(key, key) for key in progress.waits_for)}" if progress.waits_for else "",
    ]  # fmt: skip
    return " · ".join(plain(part) for part in parts if part)


def below(read: Readings, reading: FlowReading, step: StepRow, of_step: StepItems, mine: int) -> str:
    """The cards under the checklist."""
    actor = read.actor
    version = f"{read.at('plan', 'people', 'checks')} {actor.role} {read.job_role} {mine}"
    return _below(version, step.id, read, reading, step, of_step, mine)


@st.cache_resource(max_entries=128, show_spinner=False)
def _below(
    version: str, step_id: int, _read: Readings, _reading: FlowReading, _step: StepRow, _of_step: StepItems, _mine: int
) -> str:  # fmt: skip
    number, content = _reading.flow.number, _reading.shipped.get(_step.key)
    standings, level = _read.checks(number)
    keys = {item.check_key for item in _of_step.items}
    of_step = [each for each in standings if each.step == _step.key or each.key in keys]
    work = _read.work(number, _step.key)
    rows = [
        cards(
            flow_words.plan_card(work, _read.names.people, _read.today),
            flow_words.checks_card(of_step, level, opens="checks" in BY_NAME),
            flow_words.role_card(_read.job_role, content, _step.lead, _mine),
        ),
        flow_words.step_cards_below(content),
    ]
    return shelves(*rows)


def how_far(read: Readings, reading: FlowReading) -> None:
    """How far the workspace, its job roles and its people are with this flow; counted when it is looked at."""
    behind = st.expander(
        "Who is how far with this flow", icon=":material/groups:", key="flow-how-far", on_change="rerun"
    )
    with behind:
        if behind.open:
            roles, people = read.parts(reading.flow.id)
            every = read.actor.may(Permission.PERSON_FIGURES)
            counts = reading.progress.counts
            overview(flow_words.progress_cards(counts, roles, people, everybody=every), key="flow-parts")


def _lower(text: str) -> str:
    """A sentence as the rest of one: names in capitals stay."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
