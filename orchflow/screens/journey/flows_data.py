"""What Flows shows: the journey as cards and figures, and its charts; each kept under the versions of what it is read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.guidance.completeness import guided_steps
from orchflow.guidance.drop_off import people_of_steps, reached
from orchflow.guidance.item_history import StepTrail, step_trail
from orchflow.guidance.progress import FlowProgress, flow_progress
from orchflow.guidance.role_topics import role_name, role_topics
from orchflow.guidance.step_days import Percentiles, days_of_steps, percentiles, steps_of_days
from orchflow.insights.flows import JourneyReport, journey_report
from orchflow.metrics.metric import Figure
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.read import figures
from orchflow.metrics.strips import STRIPS
from orchflow.people.permissions import Actor
from orchflow.planning.work.progress import plan_progress
from orchflow.screens.figure_facts import plan_facts
from orchflow.screens.journey import flows_cards
from orchflow.screens.session import workspace, workspace_roles
from orchflow.ui.guidance_charts import (
    burn_up_figure,
    completion_figure,
    drop_off_figure,
    heat_figure,
    step_days_figure,
)
from orchflow.ui.table import Column, Sheet, sheet
from orchflow.workspace import Workspace, store_url

STANDING = STRIPS["flows"]
OF_STEPS = STRIPS["flows/steps"]
OF_GUIDES = STRIPS["flows/guidance"]
REACHED = {"flows": "Flows with such a step", "begun": "Step begun", "complete": "Step complete"}
PEOPLE = {"people": "With something to do", "people_begun": "Begun", "people_complete": "Through"}
GUIDES = {
    "has_page": "Page",
    "has_checklist": "Checklist",
    "checked": "Self-check",
    "in_review": "Page in review",
}
_NAME, _FLOW = Column("Step", pinned=True), Column("Flow", "plain")


@dataclass(frozen=True)
class JourneyScreen:
    """The report, its cards as HTML, its figures, and when they were made."""

    report: JourneyReport
    line: str
    holds: str
    offers: str
    figures: tuple[Figure, ...]
    computed_at: datetime


@dataclass(frozen=True)
class Drawn:
    """A chart with its table; `rows` are those it draws. `withheld`: some of it is not told to the reader."""

    figure: Mapping[str, Any]
    table: Sheet
    columns: Mapping[str, Column]
    rows: int
    withheld: bool = False


def version(ws: Workspace) -> str:
    """Names the state of all that the screen is read from."""
    topics = ("guidance", "plan", "people", "checks", "settings")
    return f"{store_url(ws.settings)} {'-'.join(str(ws.store.version(topic)) for topic in topics)} {ws.start_date}"


@st.cache_resource(max_entries=4, ttl="10m", show_spinner=False)
def journey(_actor: Actor, version: str, today: date) -> JourneyScreen:
    """The journey as it stands; at most ten minutes old."""
    facts = plan_facts(_actor, PlanScope())
    facts.begun_flows = standings(_actor, version, today)
    report = journey_report(facts)
    told = figures(facts, STANDING, trends=False) if report.begun else ()
    return JourneyScreen(
        report, flows_cards.journey_card(report, today), flows_cards.holds_card(report, today), flows_cards.offers_card(report),
        told, facts.now,
    )  # fmt: skip


@st.cache_resource(max_entries=4, show_spinner=False)
def standings(_actor: Actor, version: str, today: date) -> list[FlowProgress]:
    """The flows that were begun, and how far they are."""
    return flow_progress(workspace().store, _actor, today=today)


@st.cache_resource(max_entries=4, show_spinner=False)
def trail(version: str) -> StepTrail:
    """The history of all steps."""
    with workspace().store.read() as session:
        return step_trail(session)


@st.cache_resource(max_entries=16, show_spinner=False)
def completion(_actor: Actor, version: str, today: date) -> Drawn:
    """What is done of each flow, against what is due by today and the tasks of its plan."""
    store = workspace().store
    plan = plan_progress(store, _actor).flows
    rows = [
        (
            f"{flow.number} {flow.name}", flow.counts.share, flow.counts.expected, plan[flow.number].share if flow.number in plan else None,
            flow.counts.ticked + flow.counts.exempt, flow.counts.open, flow.counts.overdue, flow.start_day, flow.planned_end, flow.finished_on, flow.drift_days,
        )
        for flow in standings(_actor, version, today)
    ]  # fmt: skip
    columns = {
        "name": Column("Flow", pinned=True), "share": Column("Done", "percent"), "expected": Column("Due by today", "percent"),
        "plan": Column("Tasks of its plan", "percent"), "done": Column("Items done", "count"), "open": Column("Open", "count"),
        "overdue": Column("Overdue", "count"), "start": Column("First day", "day"), "end": Column("Planned end", "day"),
        "finished": Column("Complete", "day"), "drift": Column("Working days behind", "count"),
    }  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(columns))
    return Drawn(completion_figure(frame), sheet(frame, columns), columns, len(frame))


@st.cache_resource(max_entries=16, show_spinner=False)
def burn_up(version: str, today: date, flow: int | None) -> Drawn:
    """Steps begun and complete by day, of all flows or of one."""
    days = steps_of_days(workspace().store, trail(version), today, flow)
    frame = added_up(days, today)
    columns = {
        "day": Column("Day", "day", pinned=True), "begun": Column("Begun", "count"), "complete": Column("Complete", "count"),
        "planned": Column("Complete by plan", "count"), "steps": Column("All steps", "count"), "settled": Column("Items done", "count"),
        "applies": Column("Items that apply", "count"),
    }  # fmt: skip
    frame = frame[list(columns)]
    return Drawn(burn_up_figure(frame, today), sheet(frame, columns), columns, len(frame))


def added_up(days: pd.DataFrame, today: date) -> pd.DataFrame:
    """The days of several flows together; one that begins later counts from then on, the plan of one that ends before goes on."""
    if days.empty:
        return pd.DataFrame(columns=[name for name in days.columns if name != "flow"])
    counted = [name for name in days.columns if name not in ("day", "flow")]
    wide = (
        days.pivot_table(index="day", columns="flow", values=counted, aggfunc="sum", min_count=1)
        .sort_index()
        .ffill()
    )
    frame = wide.T.groupby(level=0).sum(min_count=1).T.astype("Float64").astype("Int64").reset_index()
    told = [name for name in counted if name != "planned"]
    frame[told] = frame[told].mask(frame["day"] > today)
    return frame


@st.cache_resource(max_entries=32, show_spinner=False)
def drop_off(_actor: Actor, people: bool, version: str, today: date, flow: int | None) -> Drawn:
    """How many flows reached each step; of one flow how many people got through each. `people`: whether few may be told."""
    store = workspace().store
    flows = [each for each in standings(_actor, version, today) if flow in (None, each.number)]
    if flow is None:
        frame = reached(flows)
        frame = frame.assign(name=[f"Step {place}" for place in frame["place"]])[["name", *REACHED]]
        title, names, withheld = (
            "Drop-off: flows that reached each of their steps",
            REACHED,
            False,
        )
    else:
        frame = people_of_steps(store, _actor, flows)
        frame = frame.assign(name=[step.name for each in flows for step in each.steps])[["name", *PEOPLE]]
        title, names = f"Drop-off: people with each step of {flows[0].name if flows else ''}", PEOPLE
        withheld = bool(frame["people"].isna().any())
    columns = {"name": _NAME} | {key: Column(name, "count") for key, name in names.items()}
    return Drawn(drop_off_figure(frame, names, title), sheet(frame, columns), columns, len(frame), withheld)


@st.cache_resource(max_entries=16, show_spinner=False)
def days_per_step(version: str, today: date, flow: int | None) -> tuple[Drawn, Percentiles]:
    """How long each complete step took, against what was planned."""
    frame = days_of_steps(workspace().store, trail(version))
    frame = frame if flow is None else frame[frame["flow"] == flow]
    told = percentiles(frame["taken_days"])
    lines = {} if told.median is None or told.high is None else {"Median": told.median, "P85": told.high}
    drawn = frame[frame["taken_days"].notna()]
    columns = {
        "flow": _FLOW, "name": _NAME, "planned_days": Column("Planned", "days"), "taken_days": Column("Taken", "days"),
        "over_days": Column("Over plan", "days"), "begun_day": Column("Begun", "day"), "complete_day": Column("Complete", "day"), "due_day": Column("Due", "day"),
    }  # fmt: skip
    picture = step_days_figure(drawn, lines)
    return Drawn(
        picture, sheet(frame[list(columns)].reset_index(drop=True), columns), columns, len(drawn)
    ), told


@st.cache_resource(max_entries=32, show_spinner=False)
def topics(
    _actor: Actor, person: int | None, people: bool, version: str, today: date, flow: int, narrow: bool
) -> Drawn:
    """The topics of one flow by job role; where there is only `narrow` room its steps, side by side.

    `people`: whether few may be told; else the reader's own role is theirs alone.
    """
    told = role_topics(workspace().store, _actor, today)
    frame = told.frame[told.frame["flow"] == flow]
    frame = frame.assign(
        role=[role_name(key, workspace_roles()) for key in frame["role"]],
        topic=frame["topic"].where(frame["topic"] != "", frame["step_name"]),
    )
    roles = sorted(set(frame["role"]), key=lambda name: (name in ("Small groups", "No role"), name))
    things = list(dict.fromkeys(frame["step_name"] if narrow else frame["topic"]))
    whole = frame.groupby(["step_name" if narrow else "topic", "role"], sort=False)[
        ["settled", "items"]
    ].sum()
    cells = {
        (things.index(thing), roles.index(role)): (int(settled), int(items))
        for (thing, role), settled, items in zip(whole.index, whole["settled"], whole["items"], strict=True)
    }
    columns = {
        "step_name": _NAME, "topic": Column("Topic", "text", width="medium"), "role": Column("Job role"),
        "settled": Column("Done", "count"), "items": Column("Items that apply", "count"), "overdue": Column("Overdue", "count"),
    }  # fmt: skip
    title = f"Items done of each {'step' if narrow else 'topic'}, by the job role they are meant for"
    if narrow:
        cells = {(column, row): cell for (row, column), cell in cells.items()}
    rows, heads = (roles, things) if narrow else (things, roles)
    picture = heat_figure(rows, heads, cells, title)
    return Drawn(
        picture,
        sheet(frame[list(columns)].reset_index(drop=True), columns),
        columns,
        len(rows),
        told.withheld,
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def completeness(_actor: Actor, version: str, today: date, flow: int | None) -> Drawn:
    """Which steps have what of the guidance, by flow; of one flow by step."""
    steps = guided_steps(workspace().store, _actor, today)
    steps = steps.assign(checked=steps["checks"] > 0, in_review=steps["in_review"].fillna(False).astype(bool))
    chosen = steps if flow is None else steps[steps["flow"] == flow]
    chosen = chosen.assign(
        called=chosen["name"] if flow is not None else chosen["flow"].astype(str) + " " + chosen["flow_name"]
    )
    columns: dict[str, Column] = {
        "flow": _FLOW, "name": _NAME, "has_page": Column("Page", "flag"), "has_checklist": Column("Checklist", "flag"),
        "checks": Column("Self-checks", "count"), "in_review": Column("Page in review", "flag"), "opinions": Column("Opinions", "count"),
        "useful": Column("Find it useful", "count"),
    }  # fmt: skip
    names = list(dict.fromkeys(chosen["called"]))
    there = chosen.groupby("called", sort=False)[list(GUIDES)].sum()
    many = chosen.groupby("called", sort=False).size()
    cells = {
        (row, column): (int(there.loc[name, key]), int(many[name]))
        for row, name in enumerate(names) for column, key in enumerate(GUIDES)
    }  # fmt: skip
    picture = heat_figure(
        names, list(GUIDES.values()), cells, "Steps that have a page, a checklist and self-checks"
    )
    return Drawn(picture, sheet(chosen[list(columns)].reset_index(drop=True), columns), columns, len(names))


@st.cache_resource(max_entries=32, show_spinner=False)
def figures_of(
    _actor: Actor, keys: tuple[str, ...], version: str, today: date, flow: int | None
) -> tuple[Figure, ...]:
    """Figures of all flows, or of one."""
    narrowed = {"flow": flow} if flow is not None else {}
    return figures(plan_facts(_actor, PlanScope.of(narrowed)), keys, trends=False)  # type: ignore[arg-type]
