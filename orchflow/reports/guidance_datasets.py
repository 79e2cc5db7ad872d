"""Datasets of the guidance: what its charts are drawn from."""

from __future__ import annotations

import pandas as pd

from orchflow import clock
from orchflow.guidance.completeness import guided_steps
from orchflow.guidance.drop_off import people_of_steps
from orchflow.guidance.item_history import step_trail
from orchflow.guidance.progress import flow_progress
from orchflow.guidance.role_topics import role_topics
from orchflow.guidance.step_days import days_of_steps, steps_of_days
from orchflow.reports.dataset import Reading
from orchflow.reports.made_dataset import DAY, FLAG, TEXT, WHOLE, MadeDataset, kinds_of


def _step_days(reading: Reading) -> pd.DataFrame:
    """Until today: what is only planned is in the steps themselves."""
    store, today = reading.ws.store, clock.today(reading.ws.zone)
    with store.read() as session:
        trail = step_trail(session)
    days = steps_of_days(store, trail, today)
    return days[days["day"] <= today]


def _standings(reading: Reading) -> pd.DataFrame:
    store, actor = reading.ws.store, reading.actor
    with store.read() as session:
        trail = step_trail(session)
    flows = flow_progress(store, actor)
    counted = pd.DataFrame(
        [
            (flow.number, step.key, step.counts.items, step.counts.ticked, step.counts.exempt, step.counts.not_applicable, step.counts.overdue)
            for flow in flows for step in flow.steps
        ],
        columns=["flow", "step", "items", "ticked", "exempt", "not_applicable", "overdue"],
    )  # fmt: skip
    key = {"flow": "int64", "step": "str"}  # of no rows, columns have no kind of their own
    people = people_of_steps(store, actor, flows)
    guided = guided_steps(store, actor, clock.today(reading.ws.zone)).drop(columns=["flow_name", "name"])
    whole = days_of_steps(store, trail).astype(key)
    for other in (counted, people, guided):
        whole = whole.merge(other.astype(key), on=list(key))
    return whole


def _topics(reading: Reading) -> pd.DataFrame:
    frame = role_topics(reading.ws.store, reading.actor, clock.today(reading.ws.zone)).frame
    return frame.assign(role=frame["role"].replace("", None))


GUIDANCE_DATASETS = {
    dataset.name: dataset
    for dataset in (
        MadeDataset(
            name="step_days", description="Steps begun and complete, and items settled, of each flow at the end of each day",
            by=("day", "flow"), days=True, filters=("flow",), made=_step_days,
            kinds=kinds_of(DAY, "day")
            | kinds_of(WHOLE, "flow", "steps", "begun", "complete", "planned", "required", "applies", "settled"),
        ),
        MadeDataset(
            name="step_standings", description="Each step of the flows that were begun: how far it is, how long it took, who got through it, and its page",
            by=("flow", "step"), filters=("flow", "lead"), made=_standings,
            kinds=kinds_of(WHOLE, "flow") | kinds_of(TEXT, "flow_name", "step", "name", "lead")
            | kinds_of(WHOLE, "items", "ticked", "exempt", "not_applicable", "overdue")
            | kinds_of(DAY, "due_day", "begun_day", "complete_day") | kinds_of(WHOLE, "planned_days", "taken_days", "over_days")
            | kinds_of(WHOLE, "people", "people_begun", "people_complete") | kinds_of(TEXT, "page")
            | kinds_of(FLAG, "has_page", "has_checklist", "in_review") | kinds_of(WHOLE, "checks", "opinions", "useful"),
        ),
        MadeDataset(
            name="role_topics", description="Each topic of each step by job role: required items that apply, settled and overdue",
            by=("flow", "step", "topic", "role"), filters=("flow", "role"), made=_topics,
            kinds=kinds_of(WHOLE, "flow") | kinds_of(TEXT, "flow_name", "step", "step_name", "topic", "role")
            | kinds_of(WHOLE, "items", "settled", "overdue"),
        ),
    )
}  # fmt: skip
"""By name."""
