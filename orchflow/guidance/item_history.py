"""How far steps were at each instant: from the changes of their items, whatever the rows say now."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.planning.days import Days, Instants, micros
from orchflow.planning.figure_index import IN_GUIDANCE_INDEX
from orchflow.planning.steps import NONE, Flags, Numbers, Steps, Trail, side_by_side
from orchflow.planning.tables import ChecklistItem, ItemState, Step
from orchflow.planning.work.change_columns import columns_of
from orchflow.store.tables import Change

_CODES: Final = {state.value: code for code, state in enumerate(ItemState)}
_OPEN, _TICKED, _LACKING = (
    _CODES[state] for state in (ItemState.OPEN, ItemState.TICKED, ItemState.NOT_APPLICABLE)
)
REQUIRED, LEFT, APPLIES, SETTLED = range(4)
"""What is counted of a step: items that are required, those of them that are open, those that apply, and those that are not open or,
if they are optional, ticked."""


@dataclass(frozen=True)
class StepTrail:
    """Of each `step`, from the instant `at` on, how many items there are of each kind; ordered by step and instant.

    `flow_of` is the flow (by id) of each step, of those that were deleted too. `counts` has a column for each of REQUIRED, LEFT,
    APPLIES and SETTLED.
    """

    step: Numbers
    at: Instants
    counts: npt.NDArray[np.int64]
    flow_of: Mapping[int, int]

    def __len__(self) -> int:
        return len(self.step)

    @property
    def asked(self) -> Flags:
        """Whether something is required of the step."""
        return self._some(REQUIRED)

    @property
    def begun(self) -> Flags:
        """Whether something is required of it and any of that is not open any more, or something optional is ticked."""
        return self.asked & self._some(SETTLED)

    @property
    def complete(self) -> Flags:
        """Whether something is required of it and none of that is left."""
        return self.asked & ~self._some(LEFT)

    @cached_property
    def flow(self) -> Numbers:
        """The flow of each entry."""
        steps, place = np.unique(self.step, return_inverse=True)
        return np.array([self.flow_of.get(step, NONE) for step in steps.tolist()], dtype=np.int64)[place]

    def of_flows(self, flows: Collection[int]) -> StepTrail:
        """Only the steps of some flows."""
        return self._where(np.isin(self.flow, list(flows)))

    def until(self, at: datetime) -> StepTrail:
        """Only what happened up to `at`."""
        return self._where(self.at <= micros(at))

    def last(self) -> StepTrail:
        """The last entry of each step: how it stands at the end."""
        return self._where(self._ends)

    def first_in(self, state: Flags) -> dict[int, int]:
        """Step → the instant from which `state` held for the first time."""
        steps, first = np.unique(self.step[state], return_index=True)
        return dict(zip(steps.tolist(), self.at[state][first].tolist(), strict=True))

    def since(self, state: Flags) -> dict[int, int]:
        """Step → the instant since which `state` holds without a break, of those of which it holds at the end."""
        begins = self._where(state & (self._before(state.astype(np.int64)) == 0)).last()
        holds = set(self.step[state & self._ends].tolist())
        pairs = zip(begins.step.tolist(), begins.at.tolist(), strict=True)
        return {step: at for step, at in pairs if step in holds}

    def per_day(self, measure: npt.NDArray[np.int64] | Flags, days: Days) -> Numbers:
        """The sum of `measure` over the steps at the end of each day."""
        now = measure.astype(np.int64)
        change = now - self._before(now)
        place = days.position(self.at)
        inside = place < len(days)
        moved = np.bincount(place[inside], weights=change[inside], minlength=len(days))
        return np.cumsum(moved.astype(np.int64))

    def _some(self, kind: int) -> Flags:
        some: Flags = self.counts[:, kind] > 0
        return some

    @property
    def _ends(self) -> Flags:
        return np.append(self.step[1:] != self.step[:-1], True)[: len(self)]

    def _before(self, values: Numbers) -> Numbers:
        before = np.zeros_like(values)
        before[1:] = np.where(self.step[1:] == self.step[:-1], values[:-1], 0)
        return before

    def _where(self, kept: Flags) -> StepTrail:
        return StepTrail(self.step[kept], self.at[kept], self.counts[kept], self.flow_of)


def step_trail(session: Session) -> StepTrail:
    """The history of all steps, of those that were deleted too."""
    fields = ("state", "required", "step_id")
    items = side_by_side({name: _trail(session, name) for name in fields})
    counts = _counts(items)
    step, was = items.fields["step_id"], items.before(items.fields["step_id"])
    before = np.zeros_like(counts)
    before[1:] = np.where((items.task[1:] == items.task[:-1])[:, None], counts[:-1], 0)
    moves = (
        np.concatenate([step, was]),
        np.concatenate([items.at, items.at]),
        np.concatenate([counts, -before]),
    )
    return _summed(*moves, _flows(session))


def _trail(session: Session, name: str) -> Trail:
    """The history of one field of the items, which stand where that of a plan has tasks."""
    item, at, raw = columns_of(session, _changes(ChecklistItem.__tablename__, name))
    meaning = {text: _understood(text) for text in set(raw)}
    value = np.fromiter(map(meaning.__getitem__, raw), dtype=np.int64, count=len(raw))
    return Trail(item, at, value).settled()


def _changes(entity: str, name: str) -> tuple[sa.ColumnElement[bool] | sa.TextClause, ...]:
    # The condition on the index is repeated, or SQLite would not see that the index can serve.
    return (Change.entity == entity, Change.field == name, sa.text(IN_GUIDANCE_INDEX))


def _understood(raw: str) -> int:
    value = json.loads(raw) if raw else None
    if value is None:
        return NONE
    return _CODES[value] if isinstance(value, str) else int(value)


def _counts(items: Steps) -> npt.NDArray[np.int64]:
    state, required = items.fields["state"], items.fields["required"] == 1
    there = state != NONE
    kinds = (
        there & required,
        required & (state == _OPEN),
        there & required & (state != _LACKING),
        there & np.where(required, state != _OPEN, state == _TICKED),
    )
    return np.stack(kinds, axis=1).astype(np.int64)


def _summed(
    step: Numbers, at: Instants, change: npt.NDArray[np.int64], flow_of: Mapping[int, int]
) -> StepTrail:
    """What the changes come to, for each step and instant once."""
    known = step != NONE
    step, at, change = step[known], at[known], change[known]
    order = np.lexsort((at, step))
    step, at, change = step[order], at[order], change[order]
    levels = np.cumsum(change, axis=0)
    begins = np.append(True, step[1:] != step[:-1])[: len(step)]
    first = np.maximum.accumulate(np.where(begins, np.arange(len(step)), 0))
    levels -= (levels - change)[first]
    last = np.append((step[1:] != step[:-1]) | (at[1:] != at[:-1]), True)[: len(step)]
    return StepTrail(step[last], at[last], levels[last], flow_of)


def _flows(session: Session) -> dict[int, int]:
    step, _, raw = columns_of(session, _changes(Step.__tablename__, "flow_id"))
    return {number: int(flow) for number, flow in zip(step.tolist(), raw, strict=True) if flow}
