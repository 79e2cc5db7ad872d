"""Timeline: efforts, projects, tasks and milestones over time; critical path, slack, and a baseline to compare with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.planning.timeline.baseline import BaselineRow, list_baselines
from orchflow.screens.catalogue import link
from orchflow.screens.plan import timeline_data as screen
from orchflow.screens.plan import timeline_state as state
from orchflow.screens.plan.completion import completion_card
from orchflow.screens.plan.nothing_planned import OPEN_PLAN, nothing_planned
from orchflow.screens.plan.plan_choices import choice, projects_in
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.plan.plan_toolbar import drill
from orchflow.screens.plan.task_dialog import open_task, task_dialog
from orchflow.screens.plan.timeline_baselines import chosen_baseline, keeping, show_drift
from orchflow.screens.plan.timeline_rows import Outline, Span, with_all_folded, with_fold
from orchflow.screens.session import currency, workspace, zone
from orchflow.store.reading import row_id
from orchflow.ui import notices
from orchflow.ui.cards import figure_row
from orchflow.ui.choosers import room, segments, several
from orchflow.ui.filters import filter_popover
from orchflow.ui.gantt import gantt
from orchflow.ui.page import on_a_phone, page
from orchflow.ui.states import empty
from orchflow.ui.table import download_menu, show_frame

LONG = 24
"""So many rows fill the height that the chart has at the most: it is kept free until they are drawn."""
LEFT_OUT: dict[Span, str] = {"now": "finished, or later", "open": "finished", "all": ""}
"""What is not among the rows."""


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    names = names_now(workspace(), actor)
    if going := state.GOING.take():
        go_to_plan(going, names)
    baselines = list_baselines(workspace().store, actor)
    keep = partial(keeping, actor, baselines) if names.projects else None
    subtitle = "What happens when, what it waits for, and what cannot slip without moving the end"
    page("Timeline", subtitle, actions=None if on_a_phone() else keep)
    notices.show_notice()
    if not names.projects:
        then = "Efforts and projects with days appear here."
        nothing_planned(actor, "timeline", "Nothing planned yet", then)
        return
    cut(actor, names, baselines)
    if (opened := state.OPENED.get()) is not None:
        task_dialog(actor, opened, state.OPENED)


def cut(actor: Actor, names: PlanNames, baselines: list[BaselineRow]) -> None:
    """The bar of choices, and the timeline that they leave."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        span = segments("Rows", state.SPANS, state.SPAN)
        scale = segments("Scale", state.SCALES, state.SCALE, width=room(state.SCALES.values()) + 24)
        traced = several(
            "Show", state.TRACES, state.TRACE, quick=True, label_visibility="collapsed", width=room(state.TRACES.values())
        )  # fmt: skip
        efforts, projects = narrowed(names)
    part = screen.Part(efforts, projects, chosen_baseline(baselines))
    now = workspace().store.version("plan"), clock.today(zone())
    made = screen.timeline_reading(actor, part, *now)
    above = st.container(gap="small")
    folds = state.FOLDS.get() or {}
    view = screen.View(span, scale, "dependencies" in traced, "critical" in traced, folds)
    drawn = screen.timeline_chart(actor, part, view, *now)
    draw(actor, drawn, span, screen.timeline_outline(actor, part, span, *now))
    foot(actor, drawn, span, partial(screen.every_row, actor, part, *now))
    with st.container(gap="small") if on_a_phone() else above:
        figure_row(made.figures, currency=currency(), zone=zone(), key="timeline-figures")
        completion_card(made.dates, "timeline")
    if on_a_phone():
        keeping(actor, baselines)
    if part.baseline is not None:
        show_drift(actor, part.baseline, baselines)


def narrowed(names: PlanNames) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The efforts and the projects that are chosen; none is all."""
    picked = names.efforts.keys() & map(row_id, state.EFFORTS.get())
    chosen = filter_popover(
        {
            "effort": choice("Effort", names.efforts),
            "project": choice("Project", projects_in(names, picked)),
        },
        state.KEYS,
    )
    efforts, projects = (tuple(int(number) for number in chosen[name]) for name in ("effort", "project"))
    return efforts, projects


def draw(actor: Actor, drawn: screen.TimelineChart, span: Span, shown: Outline) -> None:
    """The chart; without a row what to do."""
    if not drawn.rows:
        nothing = "Nothing is open in these weeks" if span == "now" else "Nothing is open"
        what = nothing if drawn.left_out else "Nothing here has days yet"
        then = (
            f"{fmt.quantity(drawn.left_out, 'task')} {LEFT_OUT[span]}: choose other rows above."
            if drawn.left_out
            else "Give efforts, projects or tasks a start or a due day on the Plan screen."
        )
        empty(what, then, None if drawn.left_out else OPEN_PLAN, icon="event_busy")
        return
    folds = state.FOLDS.get() or {}

    def folded(key: str, away: bool) -> None:
        state.FOLDS.set(dict(with_fold(shown, folds, key, away)))

    def all_folded(away: bool) -> None:
        state.FOLDS.set(dict(with_all_folded(shown, folds, away)))

    with st.container(key="timeline-long" if len(drawn.data["rows"]) >= LONG else "timeline-short", gap=None):
        gantt(drawn.data, key="gantt", on_open=partial(opened, actor), on_fold=folded, on_fold_all=all_folded)


def opened(actor: Actor, key: str) -> None:
    """A task in its dialog, everything else on the Plan screen."""
    kind, _, number = key.partition("-")
    row = row_id(number)
    if kind != "task":
        state.GOING.set(key)
    elif row is not None:
        open_task(actor, row, state.OPENED)


def go_to_plan(key: str, names: PlanNames) -> None:
    """Open an effort or a project on the Plan screen, if it is there."""
    kind, _, number = key.partition("-")
    row = row_id(number)
    if row not in {"effort": names.efforts, "project": names.projects}.get(kind, {}):
        return
    drill("tree", row if kind == "effort" else None, row if kind == "project" else None)
    st.switch_page(link("plan"), query_params={})  # without, what stands in the address is refused


def foot(
    actor: Actor, drawn: screen.TimelineChart, span: Span, rows: Callable[[], pd.DataFrame]
) -> None:  # fmt: skip
    """What is not shown, and the numbers as a table and as files, made when asked for."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if drawn.left_out:
            st.caption(f"{fmt.quantity(drawn.left_out, 'task')} not shown: {LEFT_OUT[span]}")
        if st.button("Table", icon=":material/table_rows:", key="timeline-table", type="tertiary"):
            in_a_dialog = st.dialog("Every row of the timeline", width="large")(show_frame)
            in_a_dialog(
                rows(), key="timeline-rows", columns=screen.ROW_COLUMNS,
                alt="Every effort, project and task with its days and slack",
            )  # fmt: skip
        if actor.may(Permission.EXPORT):
            with st.container(width="content"):
                download_menu(rows, key="timeline", name="timeline", columns=screen.ROW_COLUMNS)
