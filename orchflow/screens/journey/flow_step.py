"""One step of a flow: what it is for, who does it, its checklist beside its guide, and what belongs to it."""

from __future__ import annotations

from datetime import date

import streamlit as st

from orchflow import format as fmt
from orchflow.format import plain
from orchflow.guidance.progress import StepProgress
from orchflow.guidance.reading import FlowReading
from orchflow.guidance.rows import StepRow
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.journey.step import FlowStep
from orchflow.planning.names import PlanNames
from orchflow.planning.tables import ItemState
from orchflow.screens.catalogue import BY_NAME
from orchflow.screens.journey import flow_data, flow_guide, flow_items, flow_own, flow_words
from orchflow.screens.journey import flow_state as state
from orchflow.screens.journey.flow_columns import Reader
from orchflow.screens.journey.item_dialog import open_item
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.session import role_name, workspace, workspace_roles
from orchflow.ui.overview import cards, overview
from orchflow.ui.page import heading, on_a_phone
from orchflow.ui.states import boundary

CHECKLIST, GUIDE = 2.3, 1.0
"""How the room is shared between them."""


def show(actor: Actor, reading: FlowReading, step: StepRow, progress: StepProgress, today: date) -> None:
    """Draw the step."""
    names = names_now(workspace(), actor)
    content = reading.shipped.get(step.key)
    reader = Reader(actor, flow_data.job_role_of(actor), step)
    of_step = flow_data.items_of(actor, step.id)
    if actor.may(Permission.PLAN_EDIT):
        said, acts = st.columns([5, 1], vertical_alignment="center")
        with acts, st.container(horizontal=True, horizontal_alignment="right", key="step-acts"):
            flow_own.step_menus(actor, reading, step, names)
    else:
        said = st.container()
    with said:
        heading(f"{_place(reading, step)} {step.name}", facts(reading, step, progress, content, names))
    st.markdown(about(step))
    if on_a_phone():
        flow_guide.beside(step.guide)
        with boundary():
            flow_items.show(reading, reader, of_step, names, today)
    else:
        left, right = st.columns([CHECKLIST, GUIDE], gap="medium")
        with left, boundary():
            flow_items.show(reading, reader, of_step, names, today)
        with right, boundary():
            flow_guide.beside(step.guide, rows=len(of_step.items) + 3 * reader.manages)
    mine = sum(reader.owns(item) and item.state is ItemState.OPEN for item in of_step.items)
    below(actor, reading, step, content, reader.job_role, mine, names, today)
    if (item := state.ITEM.get()) is not None:
        open_item(actor, item, closed=state.ITEM.clear)


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


def below(
    actor: Actor, reading: FlowReading, step: StepRow, content: FlowStep | None, job_role: str | None, mine: int,
    names: PlanNames, today: date,
) -> None:  # fmt: skip
    """The cards under the checklist, as one element."""
    standings, level = flow_data.checks_of(actor, reading.flow.number)
    keys = {item.check_key for item in flow_data.items_of(actor, step.id).items}
    of_step = [each for each in standings if each.step == step.key or each.key in keys]
    roles, people = flow_data.parts_of(actor, reading.flow.id, today)
    rows = [
        cards(
            flow_words.plan_card(
                flow_data.work_of(actor, reading.flow.number, step.key), names.people, today
            ),
            flow_words.checks_card(of_step, level, opens="checks" in BY_NAME),
            flow_words.progress_card(
                reading.progress.counts, roles, people, everybody=actor.may(Permission.PERSON_FIGURES)
            ),
        ),
        flow_words.step_cards_below(content),
        flow_words.role_card(job_role, content, step.lead, mine),
    ]
    overview("".join(f'<div class="shelf">{row}</div>' for row in rows if row), key="step-cards")


def _lower(text: str) -> str:
    """A sentence as the rest of one: names in capitals stay."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
