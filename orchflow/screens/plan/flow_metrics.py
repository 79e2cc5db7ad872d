"""Flow metrics: how work flows through its states, how long it takes, and when it will be done."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import withheld_teams
from orchflow.planning.flow.scope import FlowScope
from orchflow.planning.names import PlanNames
from orchflow.screens.plan import flow_data as screen
from orchflow.screens.plan import flow_state as state
from orchflow.screens.plan.completion import completion_card
from orchflow.screens.plan.nothing_planned import nothing_planned
from orchflow.screens.plan.plan_choices import by_key, choice
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.session import currency, workspace, zone
from orchflow.screens.withheld import withheld_box
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import chart
from orchflow.ui.choosers import LABELLED, segments, select
from orchflow.ui.filters import FilterValues, filter_bar
from orchflow.ui.flow_charts import flow_axis_start
from orchflow.ui.menus import menu
from orchflow.ui.page import HALF, heading, page
from orchflow.ui.states import boundary, empty
from orchflow.ui.table import data_table

SUBTITLE = "How work flows, how long it takes, and when it will be done"


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    ws, today = workspace(), clock.today(zone())
    names, version = names_now(ws, actor), ws.store.version("plan")
    if not names.projects:
        page("Flow metrics", SUBTITLE)
        then = "Once tasks move on the board, their flow shows here."
        nothing_planned(actor, "flow_metrics", "No tasks yet", then)
        return
    head = st.container()
    values = chosen(names, today)
    scope, assumed = scope_of(values, names), state.assumptions(today)
    if scope.team_id in withheld_teams(ws.store, actor):
        with head:
            page("Flow metrics", SUBTITLE)
        withheld_box()
        return
    shown = screen.flow_screen(actor, values.start, values.end, scope, state.MEASURE.get(), version, today)
    with head:
        page("Flow metrics", SUBTITLE, computed_at=shown.flow.computed_at, zone=zone())
    if shown.flow.first_day is None:
        empty(
            "No task matches",
            "Clear the filters, or choose another effort, project or team.",
            icon="filter_alt_off",
        )
        return
    figure_row(shown.figures, currency=currency(), zone=zone(), key="flow-figures")
    completion_card(screen.dates_of(actor, scope, assumed, version, today), "flow_metrics")
    start = flow_axis_start(shown.flow.cumulative)
    chart(
        shown.cumulative, shown.bands, key="cumulative", columns=screen.BAND_COLUMNS, height=320,
        note=f"The axis begins at {start:,}: so many were done before" if start else "",
        alt="Bands: tasks in each state at the end of each day",
    )  # fmt: skip
    with st.grid(2, min_column_width=HALF):
        before = shown.flow.first_day < values.start
        cycle_time(
            shown, "Choose a longer period." if before else "Each task that was finished appears here."
        )
        ageing(shown)
        throughput(shown, "Choose a longer period." if before else "What is done each day appears here.")
        with boundary():
            forecast(actor, scope, assumed, version, today)
    with boundary():
        past_forecasts(actor, names, version, today)


def cycle_time(shown: screen.FlowScreen, hint: str) -> None:
    if shown.finished.empty:
        nothing("Cycle time", "Nothing was started and finished in this period", hint)
        return
    chart(
        shown.cycle, shown.finished, key="cycle", columns=screen.CYCLE_COLUMNS, note=cycle_in_words(shown),
        alt="Points: days from start to done of each finished task, with the 50, 85 and 95 % lines",
    )  # fmt: skip


def ageing(shown: screen.FlowScreen) -> None:
    if shown.open_work.empty:
        hint = "Work that was started and is open appears here."
        nothing("Ageing work in progress", "Nothing is in progress", hint)
        return
    chart(
        shown.ageing, shown.open_work, key="ageing", columns=screen.AGE_COLUMNS, note=ages_in_words(shown),
        alt="Points: age of each open task that was started, by state, with the lines of finished work",
    )  # fmt: skip


def throughput(shown: screen.FlowScreen, hint: str) -> None:
    done = int(shown.flow.throughput["done"].sum())
    if not done:
        nothing("Throughput", "Nothing was done in this period", hint)
        return
    days = len(shown.flow.throughput)
    said = f"{fmt.quantity(done, 'task')} done in {fmt.quantity(days, 'day')}"
    chart(
        shown.throughput, shown.done, key="throughput", note=fmt.plain(said),
        alt="Bars: tasks done in each day or week of the period",
    )  # fmt: skip


def chosen(names: PlanNames, today: date) -> FilterValues:
    fields = {"effort": choice("Effort", names.efforts), "project": choice("Project", names.projects)}
    return filter_bar(
        fields, state.KEYS, today=today, start_date=workspace().start_date, default="90d",
        periods=("30d", "90d", "12m", "start", "custom"), beside=partial(options, names, today),
    )  # fmt: skip


def scope_of(values: FilterValues, names: PlanNames) -> FlowScope:
    """What is chosen; of a team that is gone nothing is."""
    team = state.TEAM.get()
    return FlowScope(
        project_ids=tuple(int(number) for number in values.of("project")),
        effort_ids=tuple(int(number) for number in values.of("effort")),
        team_id=int(team) if team in by_key(names.teams) else None,
    )


def cycle_in_words(shown: screen.FlowScreen) -> str:
    """How many points there are, and how many tasks have none."""
    cycle = shown.flow.cycle
    said = [f"{fmt.quantity(len(cycle.frame), 'task')} started and done"]
    if cycle.never_started:
        said.append(f"{cycle.never_started:,} more done without ever being in progress")
    return fmt.plain("; ".join(said))


def ages_in_words(shown: screen.FlowScreen) -> str:
    """How many are under way, and how many of them for longer than 85 % of the finished ones took."""
    ages, usual = shown.ages, shown.usual.get(85)
    said = f"{fmt.quantity(len(ages), 'task')} under way"
    if usual is not None:
        said += (
            f"; {int((ages > usual).sum()):,} for longer than {fmt.percent(0.85)} of the finished ones took"
        )
    return fmt.plain(said)


def nothing(title: str, what: str, hint: str) -> None:
    """In the place of a chart: what it would show, and why it does not."""
    with st.container(border=True, height="stretch"):
        heading(title, fmt.plain(f"{what}. {hint}"))


def options(names: PlanNames, today: date) -> None:
    """Whose work, how days are counted, and what the forecast learns from and is asked; drawn when looked at."""
    with menu("Options", icon=":material/tune:", key="flow-options") as opened:
        late: dict[str, Any] = {"drawn": opened, **LABELLED}
        if names.teams:
            select("Team", by_key(names.teams), state.TEAM, index=None, placeholder="Every team", **late)
        segments("Days", state.MEASURES, state.MEASURE, **late)
        select("The forecast learns from the last", state.WINDOWS, state.WINDOW, index=2, **late)
        if opened or state.REMAINING.chosen():
            st.number_input(
                "Tasks to finish", 1, 1_000_000, None, key=state.REMAINING.name, bind="query-params",
                placeholder="every open task",
            )  # fmt: skip
        if opened or state.BY.chosen():
            st.date_input(
                "How many by", None, min_value=today, key=state.BY.name, format="YYYY-MM-DD", bind="query-params",
                help="Four weeks from now where no day is chosen",
            )  # fmt: skip
        if opened:
            st.caption(
                "10,000 trials, each drawing days at random from the days of that window, idle ones included, until the "
                "tasks are done\\. It assumes that the coming weeks are like the past ones\\."
            )


def forecast(actor: Actor, scope: FlowScope, assumed: state.Assumptions, version: int, today: date) -> None:
    """When everything open will be done, and how many tasks by a day."""
    made, picture, chances = screen.forecast_screen(
        actor, scope, assumed.by, assumed.remaining, assumed.window, version, today
    )
    when, many = made.when, made.how_many
    if not when.remaining:
        nothing(
            "When it will be done", "Nothing is left to do", "A forecast stands here once tasks are open."
        )
        return
    if not when.chances:
        hint = "Finish some tasks first, or choose a longer window under Options."
        nothing("When it will be done", f"No forecast: {when.message.removesuffix('.')}", hint)
        return
    likely = when.dates.get(85)
    said = (
        f"{fmt.quantity(when.remaining, 'task')} by {fmt.day(likely)} with 85 %" if likely else when.message
    )
    if many is not None and many.counts:
        said += f"; {many.counts[85]:,} by {fmt.day(many.by)} with 85 %"
    chart(
        picture, chances, key="when", note=fmt.plain(said.replace(" %", "\u00a0%")),
        alt="Line: the chance that everything is done by each day, with the dates of 50, 70, 85 and 95 %",
    )  # fmt: skip


def past_forecasts(actor: Actor, names: PlanNames, version: int, today: date) -> None:
    """Which of the stored forecasts have held; read when somebody looks."""
    fold = st.expander(
        "How past forecasts fared", key="scorecard", icon=":material/fact_check:", on_change="rerun"
    )
    if not fold.open:
        return
    with fold:
        scores = screen.scores(actor, version, today)
        if scores.share is None:
            st.caption(
                "Every night one forecast of the plan, of each effort and of each team is kept\\. "
                "Once its 85 % date has passed, it is judged here\\."
            )
        else:
            share = f"{scores.held} of {scores.judged} judged 85 % dates held ({fmt.percent(scores.share, digits=0)}); about 85 % should."
            st.caption(fmt.plain(share))
        data_table(
            screen.score_rows(scores, names), key="scores", name="forecasts", columns=screen.SCORE_COLUMNS,
            downloads=actor.may(Permission.EXPORT), alt="Stored forecasts and what became of them",
            nothing=("No forecasts yet", "The first is kept tonight, if tasks are open and some were done."),
        )  # fmt: skip
