"""The charts and tables of Adoption, kept as long as facts, people and inputs are the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow import format as fmt
from orchflow.enablement.cohorts import Cohort
from orchflow.enablement.tables.topic import TOPIC
from orchflow.insights.adoption import AdoptionReport, GroupLine, adoption_report
from orchflow.insights.gaps import SkillLine, TrainingLine
from orchflow.metrics.enablement_facts import HABIT
from orchflow.metrics.filters import Filters
from orchflow.metrics.privacy import Privacy
from orchflow.people.permissions import Actor
from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.screens.figure_facts import facts_of
from orchflow.screens.session import workspace
from orchflow.ui.adoption_charts import funnel, heat_map
from orchflow.ui.charts import lines, stacked_bars
from orchflow.ui.table import Column

MOST_COHORTS, MOST_WEEKS = 18, 16
FEW = f"fewer than {SMALLEST_GROUP} apart"


@dataclass(frozen=True)
class AdoptionScreen:
    """The report, and what is drawn of it."""

    report: AdoptionReport
    active: dict[str, Any]
    months: dict[str, Any]
    funnel: dict[str, Any]
    cohorts: dict[str, Any]
    cohort_rows: pd.DataFrame


def adoption_screen(
    actor: Actor, filters: Filters, privacy: Privacy, version: int, today: date
) -> AdoptionScreen:
    """The screen of these days."""
    return _screen(actor, filters, privacy, version, workspace().store.version(TOPIC), today)


@st.cache_resource(max_entries=32, ttl="10m", show_spinner=False)
def _screen(
    _actor: Actor, filters: Filters, privacy: Privacy, version: int, inputs: int, today: date
) -> AdoptionScreen:  # fmt: skip
    report = adoption_report(facts_of(_actor, filters, privacy))
    shown = report.cohorts[-MOST_COHORTS:]
    steps = [(step.label, step.people) for step in report.funnel]
    return AdoptionScreen(
        report,
        lines(report.days, "day", "people", "what", unit="count", title="People who ran agents, and seats, by day"),
        _by_month(report),
        funnel(steps, title="From the seat to the habit", withheld=FEW),
        _heat(report, shown),
        cohort_frame(shown),
    )  # fmt: skip


def _by_month(report: AdoptionReport) -> dict[str, Any]:
    title = "Who came, stayed, came back and stopped, by month"
    drawn = stacked_bars(report.months, "month", "people", "what", unit="count", title=title)
    drawn["layout"]["xaxis"] |= {
        "type": "date",
        "tickformat": "%b\n%Y",
        "dtick": "M1",
        "hoverformat": "%B %Y",
    }
    return drawn


def _heat(report: AdoptionReport, shown: Sequence[Cohort]) -> dict[str, Any]:
    weeks = min(max((len(cohort.retained) for cohort in shown), default=0), MOST_WEEKS)
    names = [_called(cohort) for cohort in shown]
    shares = [[_drawn(cohort, age) for age in range(weeks)] for cohort in shown]
    words = [[_said(cohort, age) for age in range(weeks)] for cohort in shown]
    if report.retained:
        whole = list(report.retained[:weeks])
        names, shares = ["All cohorts", *names], [whole, *shares]
        words = [["" if part is None else fmt.percent(part, digits=0) for part in whole], *words]
    title = "Of those who began in a week, how many ran agents in each week since"
    return heat_map(shares, words, names, [str(age) for age in range(weeks)], title=title, of="week")


def _drawn(cohort: Cohort, age: int) -> float | None:
    share = cohort.share(age)
    return cohort.bound(age) if share is None else share


def _said(cohort: Cohort, age: int) -> str:
    """The share in a cell in words; of one that is not told, what it is at least, or less than."""
    share, bound = cohort.share(age), cohort.bound(age)
    if share is not None:
        return fmt.percent(share, digits=0)
    return "" if bound is None else f"{'≥' if cohort.most[age] else '<'} {fmt.percent(bound, digits=0)}"


def _called(cohort: Cohort) -> str:
    first = f"{cohort.first.day} {cohort.first:%b}"
    days = first if cohort.first == cohort.last else f"{first} – {cohort.last.day} {cohort.last:%b}"
    return f"{days} · {cohort.size}"


def cohort_frame(shown: Iterable[Cohort]) -> pd.DataFrame:
    """A row for each cohort and each of its weeks."""
    return pd.DataFrame(
        [
            {"cohort": _called(cohort), "week": age, "people": part, "share": cohort.share(age)}
            for cohort in shown
            for age, part in enumerate(cohort.retained)
        ],
        columns=["cohort", "week", "people", "share"],
    )


def group_frame(groups: Iterable[GroupLine]) -> pd.DataFrame:
    """A row for each team or job role."""
    return pd.DataFrame(
        [
            {
                "name": line.name, "seats": line.seats, "active": line.active, "adoption": _share(line.active, line.seats),
                "habitual": line.habitual, "habit": _share(line.habitual, line.seats),
            }
            for line in groups
        ],
        columns=["name", "seats", "active", "adoption", "habitual", "habit"],
    )  # fmt: skip


def training_frame(trainings: Iterable[TrainingLine]) -> pd.DataFrame:
    """A row for each training."""
    return pd.DataFrame(
        [
            {
                "name": line.name, "required": line.required, "done": line.done, "rate": _share(line.done, line.required),
                "lapsed": line.lapsed or None, "hours": line.hours_missing, "link": line.link,
            }
            for line in trainings
        ],
        columns=["name", "required", "done", "rate", "lapsed", "hours", "link"],
    )  # fmt: skip


def skill_frame(skills: Iterable[SkillLine]) -> pd.DataFrame:
    """A row for each skill."""
    columns = ["name", "needed", "assessed", "lacking", "gap"]
    return pd.DataFrame([{name: getattr(line, name) for name in columns} for line in skills], columns=columns)


def _share(part: int | None, whole: int) -> float | None:
    return None if part is None or not whole else part / whole


def group_columns(by: str) -> dict[str, Column]:
    """How teams or job roles are shown."""
    return {
        "name": Column(by, pinned=True),
        "seats": Column("Seats", "count", figure="seats"),
        "active": Column(
            "Active", "count", help="Ran an agent in the last 28 days", figure="monthly_active_users"
        ),
        "adoption": Column("Adoption", "percent", figure="adoption_rate"),
        "habitual": Column(
            "With the habit", "count", help=f"Ran agents on at least {HABIT} of the last 28 days"
        ),
        "habit": Column("Habit", "percent", figure="habit_rate"),
    }


def training_columns() -> dict[str, Column]:
    """How trainings are shown."""
    return {
        "name": Column("Training", pinned=True),
        "required": Column("Required of", "count", help="People of whom it is required"),
        "done": Column("Done", "count"),
        "rate": Column("Done of required", "percent", figure="training_rate"),
        "lapsed": Column("Due again", "count", if_any=True, help="Who did it too long ago"),
        "hours": Column("Hours to go", "count", digits=1, help="What those who have not done it will need"),
        "link": Column("Link", "link", link_text="Open", if_any=True),
    }


def skill_columns() -> dict[str, Column]:
    """How skills are shown."""
    return {
        "name": Column("Skill", pinned=True),
        "needed": Column("Needed by", "count", help="People whose job role needs it"),
        "assessed": Column("Assessed", "count"),
        "lacking": Column("Below", "count", help="Who has less than their job role needs"),
        "gap": Column(
            "Gap", "count", digits=1, help="Levels missing, in the mean of those assessed", figure="skill_gap"
        ),
    }


def cohort_columns() -> dict[str, Column]:
    """How cohorts are shown as a table."""
    return {
        "cohort": Column("First run in the week of", pinned=True),
        "week": Column("Week", "count"),
        "people": Column("Ran", "count"),
        "share": Column("Share", "percent"),
    }


def funnel_frame(report: AdoptionReport) -> pd.DataFrame:
    """A row for each step of the funnel."""
    return pd.DataFrame(
        [
            {"step": step.label, "people": step.people, "share": _share(step.people, step.whole)}
            for step in report.funnel
        ],
        columns=["step", "people", "share"],
    )


def over_time(frame: pd.DataFrame, axis: str) -> tuple[pd.DataFrame, dict[str, Column]]:
    """Counts over time with a column for each thing that is counted."""
    wide = frame.pivot(index=axis, columns="what", values="people").reset_index()
    names = [str(name) for name in wide.columns if name != axis]
    heads = {axis: Column(axis.capitalize(), "day")} | {name: Column(name, "count") for name in names}
    return wide, heads
