"""Datasets of the guidance: what its charts are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date
from typing import cast

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from orchflow import clock
from orchflow.guidance.completeness import guided_steps
from orchflow.guidance.drop_off import people_of_steps
from orchflow.guidance.item_history import step_trail
from orchflow.guidance.progress import flow_progress
from orchflow.guidance.role_topics import role_topics
from orchflow.guidance.step_days import days_of_steps, steps_of_days
from orchflow.people.permissions import Permission
from orchflow.reports.dataset import Column, Dataset, Key, Measure, Reading
from orchflow.reports.in_memory import behind, in_order, narrowed
from orchflow.reports.meanings import meaning
from orchflow.workspace import Workspace

TEXT, WHOLE, DAY, FLAG = pa.string(), pa.int64(), pa.date32(), pa.bool_()
Kinds = dict[str, pa.DataType]


@dataclass(frozen=True, kw_only=True)
class GuidanceDataset(Dataset):
    """Rows that `made` makes whole, which are few: a row for each of `by`. `kinds` are its columns with their types."""

    kinds: Kinds
    by: tuple[str, ...]
    made: Callable[[Reading], pd.DataFrame]
    days: bool = False
    section: str = "Plan"
    permission: Permission | None = Permission.PLAN_VIEW

    @property
    def dated(self) -> bool:
        return self.days

    @property
    def key(self) -> tuple[str, ...]:
        return self.by

    def columns(self, ws: Workspace) -> tuple[Column, ...]:
        return tuple(Column(name, kind, *meaning(self.name, name)) for name, kind in self.kinds.items())

    def batches(self, reading: Reading, rows: int) -> Generator[pa.RecordBatch, None, None]:
        yield from self._table(reading).to_batches(max_chunksize=rows)

    def page(self, reading: Reading, after: Key | None, limit: int) -> pa.Table:
        return behind(in_order(self._table(reading), self.key), self.key, after).slice(0, limit)

    def newest(self, reading: Reading, limit: int) -> pa.Table:
        table = self._table(reading)
        return (table.sort_by([("day", "descending")]) if self.days else table).slice(0, limit)

    def count(self, reading: Reading) -> int:
        return self._table(reading).num_rows

    def measure(self, reading: Reading) -> Measure:
        table = self._table(reading)
        if not self.days:
            return Measure(table.num_rows)
        return Measure(table.num_rows, pc.min(table["day"]).as_py(), pc.max(table["day"]).as_py())

    def values(self, reading: Reading) -> dict[str, list[str]]:
        table = self._table(Reading(reading.ws, reading.actor))
        return {
            name: sorted({str(value) for value in table[name].to_pylist() if value is not None})
            for name in self.filters
        }

    def _table(self, reading: Reading) -> pa.Table:
        if self.name not in reading.kept:
            frame = self.made(reading)[list(self.kinds)]
            table = pa.Table.from_pandas(frame, self.schema(reading.ws), preserve_index=False)
            part = reading.part
            if self.days and (part.start or part.end):
                first, last = part.start or date.min, part.end or date.max
                table = table.filter((pc.field("day") >= first) & (pc.field("day") <= last))
            reading.kept[self.name] = narrowed(table, part.where)
        return cast("pa.Table", reading.kept[self.name])


def _kinds(kind: pa.DataType, *names: str) -> Kinds:
    return dict.fromkeys(names, kind)


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
        GuidanceDataset(
            name="step_days", description="Steps begun and complete, and items settled, of each flow at the end of each day",
            by=("day", "flow"), days=True, filters=("flow",), made=_step_days,
            kinds=_kinds(DAY, "day")
            | _kinds(WHOLE, "flow", "steps", "begun", "complete", "planned", "required", "applies", "settled"),
        ),
        GuidanceDataset(
            name="step_standings", description="Each step of the flows that were begun: how far it is, how long it took, who got through it, and its page",
            by=("flow", "step"), filters=("flow", "lead"), made=_standings,
            kinds=_kinds(WHOLE, "flow") | _kinds(TEXT, "flow_name", "step", "name", "lead")
            | _kinds(WHOLE, "items", "ticked", "exempt", "not_applicable", "overdue")
            | _kinds(DAY, "due_day", "begun_day", "complete_day") | _kinds(WHOLE, "planned_days", "taken_days", "over_days")
            | _kinds(WHOLE, "people", "people_begun", "people_complete") | _kinds(TEXT, "page")
            | _kinds(FLAG, "has_page", "has_checklist", "in_review") | _kinds(WHOLE, "checks", "opinions", "useful"),
        ),
        GuidanceDataset(
            name="role_topics", description="Each topic of each step by job role: required items that apply, settled and overdue",
            by=("flow", "step", "topic", "role"), filters=("flow", "role"), made=_topics,
            kinds=_kinds(WHOLE, "flow") | _kinds(TEXT, "flow_name", "step", "step_name", "topic", "role")
            | _kinds(WHOLE, "items", "settled", "overdue"),
        ),
    )
}  # fmt: skip
"""By name."""
