"""The charts of Flows: how far, how steps went, who has what to do, and how complete the guides are. One section is drawn at a time."""

from __future__ import annotations

from datetime import date

import streamlit as st

from orchflow import format as fmt
from orchflow.guidance.step_days import LEAST_STEPS
from orchflow.insights.flows import JourneyReport
from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import TOGETHER, WITHHELD
from orchflow.screens.journey import flows_data as screen
from orchflow.screens.journey import flows_state as state
from orchflow.screens.session import currency, zone
from orchflow.screens.withheld import say_withheld
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import chart
from orchflow.ui.choosers import segments, select
from orchflow.ui.guidance_charts import heat_height, rows_height
from orchflow.ui.page import HALF, heading, on_a_phone
from orchflow.ui.states import boundary

BURN_UP_HEIGHT = 320


def show(actor: Actor, report: JourneyReport, version: str, today: date) -> None:
    """Choose a section and a flow, and draw it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        view = segments("Charts", state.VIEWS, state.VIEW)
        known = {leg.key: f"{leg.number} {leg.name}" for leg in report.begun}
        chosen = select("Flow", known, state.FLOW, index=None, placeholder=state.EVERY, width=300)
    flow = next((leg.number for leg in report.begun if leg.key == chosen), None)
    with boundary():
        match view:
            case "steps":
                steps(actor, version, today, flow)
            case "roles":
                roles(actor, report, version, today, flow)
            case "guidance":
                guides(actor, version, today, flow)
            case _:
                progress(actor, version, today, flow)


def progress(actor: Actor, version: str, today: date, flow: int | None) -> None:
    """Completion of every flow, and the burn-up of steps."""
    done, steps = screen.completion(actor, version, today), screen.burn_up(version, today, flow)
    with st.grid(2, min_column_width=HALF):
        draw(
            actor, done, "flows-completion", height=max(rows_height(done.rows), BURN_UP_HEIGHT),
            alt="Bars: share of required items done in each flow, with marks at what is due by today and at the tasks of its plan that are done",
            note="The upright mark is what is due by today; the ring is how much of the tasks of its plan is done",
        )  # fmt: skip
        draw(
            actor, steps, "flows-burn-up", height=max(rows_height(done.rows), BURN_UP_HEIGHT),
            alt="Lines: steps begun and complete at the end of each day, all steps, and those that the plan has complete by then",
            note="From the history of the items, so that an edit of today changes no day before",
        )  # fmt: skip


def steps(actor: Actor, version: str, today: date, flow: int | None) -> None:
    """Drop-off between steps, and days per step."""
    figure_row(
        screen.figures_of(actor, screen.OF_STEPS, version, today, flow),
        currency=currency(),
        zone=zone(),
        key="flows-steps",
    )
    off = screen.drop_off(actor, actor.may(Permission.PERSON_FIGURES), version, today, flow)
    taken, told = screen.days_per_step(version, today, flow)
    with st.grid(2, min_column_width=HALF):
        whole = "Flows with a first, second, third … step, those that began it and those that completed it"
        draw(
            actor, off, "flows-drop-off", height=rows_height(taken.rows, 300),
            alt="Bars for each step in order: how many there are, how many began it, how many completed it",
            note=whole if flow is None else "People who have something required to do in each step, in the order of the steps",
        )  # fmt: skip
        if taken.rows:
            few = f"{fmt.quantity(told.count, 'step')} complete: no median of fewer than {LEAST_STEPS}"
            said = f"of {fmt.quantity(told.count, 'complete step')}: median and P85 are dotted, the mark is the plan"
            draw(
                actor, taken, "flows-days", height=rows_height(taken.rows, 300), note=few if told.median is None else said,
                alt="Bars: working days each complete step took, with marks at the days planned and lines at the median and the 85th percentile",
            )  # fmt: skip
        else:
            nothing(
                "Working days per step",
                "No step is complete yet. What each took stands here then, against its plan.",
            )
    if off.withheld:
        say_withheld(f"{WITHHELD}: of steps with so few, no people are counted.")


def roles(actor: Actor, report: JourneyReport, version: str, today: date, flow: int | None) -> None:
    """Topics by job role, of one flow: without a choice of the one that is under way."""
    under_way = next((leg for leg in report.begun if not leg.complete), report.begun[0])
    number = flow or under_way.number
    name = next(leg.name for leg in report.begun if leg.number == number)
    people = actor.may(Permission.PERSON_FIGURES)
    told = screen.topics(
        actor, None if people else actor.user_id, people, version, today, number, on_a_phone()
    )
    if told.rows:
        draw(
            actor, told, "flows-roles", height=heat_height(told.rows), alt=f"Heat map: items done of {name}, by topic and job role",
            note=f"{fmt.plain(f'{number} {name}')}; done of all that apply, an empty cell asks nothing of the role",
        )  # fmt: skip
    else:
        nothing("Topics by job role", "Nothing that is told here is required in this flow.")
    if told.withheld:
        say_withheld(TOGETHER)


def guides(actor: Actor, version: str, today: date, flow: int | None) -> None:
    """How complete the guidance is."""
    figure_row(
        screen.figures_of(actor, screen.OF_GUIDES, version, today, flow),
        currency=currency(),
        zone=zone(),
        key="flows-guides",
    )
    told = screen.completeness(actor, version, today, flow)
    draw(
        actor, told, "flows-guides", height=heat_height(told.rows),
        alt="Heat map: how many of the steps have a page, a checklist, self-checks, and a page within its review interval",
        note="Of all steps of the flows that were begun, and of those that ship",
    )  # fmt: skip


def draw(actor: Actor, drawn: screen.Drawn, key: str, *, height: int, alt: str, note: str) -> None:
    chart(
        drawn.figure, drawn.table, key=key, alt=alt, height=height, columns=drawn.columns, note=note,
        downloads=actor.may(Permission.EXPORT),
    )  # fmt: skip


def nothing(title: str, what: str) -> None:
    """In the place of a chart: why it is not there."""
    with st.container(border=True, height="stretch"):
        heading(title, fmt.plain(what))
