"""Adoption: who uses the seats, who stayed, by team and job role; trainings and skills; what idle seats cost; champions."""

from __future__ import annotations

import streamlit as st

from orchflow import clock
from orchflow.enablement.champions import champions as opted_in
from orchflow.insights.adoption import AdoptionReport
from orchflow.metrics.filters import Filters, period_in_words
from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import WITHHELD
from orchflow.screens.catalogue import link
from orchflow.screens.figure_way import figure_way
from orchflow.screens.insights import adoption_state as state
from orchflow.screens.insights.adoption_data import (
    AdoptionScreen,
    adoption_screen,
    cohort_columns,
    funnel_frame,
    group_columns,
    group_frame,
    over_time,
    skill_columns,
    skill_frame,
    training_columns,
    training_frame,
)
from orchflow.screens.insights.events import events_of
from orchflow.screens.insights.reader import insight_reader
from orchflow.screens.nothing_loaded import nothing_loaded
from orchflow.screens.session import currency, workspace, zone
from orchflow.screens.withheld import say_withheld, withheld_box
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import chart
from orchflow.ui.choosers import segments
from orchflow.ui.filters import filter_bar
from orchflow.ui.overview import Entry, card, cards, entries, overview
from orchflow.ui.page import HALF, heading, page
from orchflow.ui.table import Column, data_table

ABOUT = "Who uses the seats, who stays, and what people were to learn"
ONE_DIVISION = ("Not shown to you", f"{WITHHELD}, and two divisions of the same people would uncover them.")
KEEP = ("Nothing is kept yet", "Write it down on Enablement.")


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    reader = insight_reader(actor)
    if reader.coverage.runs_from is None:
        page("Adoption", ABOUT)
        nothing_loaded(actor, "adoption", "Nobody ran an agent yet")
        learning(actor, None)
        return
    head = st.container()
    ws = workspace()
    today = clock.today(ws.zone)
    values = filter_bar({}, today=today, start_date=ws.start_date, default="90d")
    filters = Filters(values.start, values.end)
    screen = adoption_screen(actor, filters, reader.privacy, reader.version, today)
    report = screen.report
    with head:
        page("Adoption", ABOUT, reader.coverage.runs_as_of, report.computed_at, zone=zone())
    figure_row(report.figures, currency=currency(), zone=zone())
    say_withheld(report.withheld)
    use(screen, filters)
    groups(actor, report, filters)
    learning(actor, report)
    money(report)
    champions(actor)


def use(screen: AdoptionScreen, filters: Filters) -> None:
    """Who ran agents: day by day, step by step, month by month, cohort by cohort."""
    report, words = screen.report, period_in_words(filters.start, filters.end)
    if report.days.empty:
        withheld_box() if report.withheld else heading(
            "Nobody ran agents in these days", "Choose another period\\."
        )
    else:
        table, columns = over_time(report.days, "day")
        chart(
            screen.active, table, key="adoption-days", columns=columns, events=events_of(filters.start, filters.end),
            alt=f"Lines: people who ran agents in the day, in 7 and in 28 days, and seats, {words}", note="As of the end of each day\\.",
        )  # fmt: skip
    with st.grid(2, min_column_width=HALF):
        chart(
            screen.funnel, funnel_frame(report), key="adoption-funnel",
            columns={"step": Column("Step"), "people": Column("People", "count"), "share": Column("Of the seats", "percent")},
            alt="Bars: seats, who ever ran an agent, was active in 28 days, has the habit, and ran an agent on its first day",
            note="Each of the step before; as of today\\. The last ran an agent that is active on its first day: who built it nobody tells\\.",
        )  # fmt: skip
        table, columns = over_time(report.months, "month")
        chart(
            screen.months, table, key="adoption-months", columns=columns,
            alt="Stacked bars by month: new users, those who stayed and came back; below 0 those who stopped",
            note="Of all months\\. Who stopped stands below 0, in months that are over\\.",
        )  # fmt: skip
    if report.cohorts:
        chart(
            screen.cohorts, screen.cohort_rows, key="adoption-cohorts", columns=cohort_columns(), height=cohort_height(report),
            alt="Heat map: of those whose first run was in a week, the share that ran agents in each week since",
            note="By weeks since the first run, with how many began; the last week of each row still runs\\. Who left stays in\\.",
        )  # fmt: skip


def cohort_height(report: AdoptionReport) -> int:
    """As high as its rows."""
    return min(max(180, 26 * (len(report.cohorts) + 1) + 70), 560)


def groups(actor: Actor, report: AdoptionReport, filters: Filters) -> None:
    """Teams or job roles, each with its seats and who uses them."""
    with st.container(border=True, key="adoption-groups"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            heading(
                "By team and job role",
                "As of today\\. Who is in two teams counts in both\\.",
                width="content",
            )
            by = segments("By", state.BY, state.GROUPED)
        nothing = ("No seat is known", "Run ingestion of users.") if by in report.groups else ONE_DIVISION
        data_table(
            group_frame(report.groups.get(by, ())), key=f"adoption-{by}", name=f"adoption-by-{by.replace('_', '-')}",
            columns=group_columns("Job role" if by == "job_role" else "Team"), downloads=actor.may(Permission.EXPORT),
            alt="Seats, active people and the habit of each group", way=figure_way(filters), nothing=nothing,
        )  # fmt: skip


def learning(actor: Actor, report: AdoptionReport | None) -> None:
    """What is missing of trainings and skills; before there are runs only the way to where they are kept."""
    if report is None:
        st.page_link(
            link("enablement_inputs"),
            label="Trainings, skills and seats are kept on Enablement",
            icon=":material/school:",
        )
        return
    with st.grid(2, min_column_width=HALF):
        with st.container(border=True, key="adoption-trainings", height="stretch"):
            heading("Trainings", "What is required of job roles, and still to do\\.")
            data_table(
                training_frame(report.trainings), key="adoption-training-rows", name="trainings", columns=training_columns(),
                downloads=actor.may(Permission.EXPORT), alt="Of how many each training is required and how many did it", nothing=KEEP,
            )  # fmt: skip
        with st.container(border=True, key="adoption-skills", height="stretch"):
            heading("Skills", "Levels from 0 to 4, against what the job role needs\\.")
            data_table(
                skill_frame(report.skills), key="adoption-skill-rows", name="skills", columns=skill_columns(),
                downloads=actor.may(Permission.EXPORT), alt="How far people are from the level that each skill needs", nothing=KEEP,
            )  # fmt: skip


def money(report: AdoptionReport) -> None:
    """The seats that are paid for, held and used, and what idle ones cost."""
    heading(
        "Seats and money",
        "Of idle seats a part could be somebody else's, and a part be given back at the next renewal\\.",
    )
    figure_row(report.seats, currency=currency(), zone=zone(), key="seats")


def champions(actor: Actor) -> None:
    """Who helps others, because they said so."""
    lines = [Entry(name, helps_with, "") for name, helps_with in opted_in(workspace().store, actor)]
    nothing = "Nobody opted in yet. Whoever likes to help others says so on Enablement, under Champions."
    foot = "They opted in, and leave when they like. Nobody is ranked."
    overview(
        cards(card("Champions", entries(lines, shown=8, nothing=nothing, marked=False), foot=foot)),
        key="adoption-champions",
    )
