"""What each change made of a task: the form in which every figure reads the history.

A `Trail` is the history of one field of many tasks, `Steps` that of several fields side by side. Both are columns
of whole numbers, ordered by task and instant, so that a figure over hundreds of thousands of changes is a handful of
array operations.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.planning.days import Instants
from orchflow.planning.tables import State
from orchflow.planning.work.change_columns import change_columns, of_figures
from orchflow.store.tables import Change

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

STATES: tuple[State, ...] = tuple(State)
CODE: dict[State, int] = {state: code for code, state in enumerate(STATES)}
NONE = -1
"""The value of a field that is empty, and the status of a task that does not exist (yet, or any more)."""


@dataclass(frozen=True)
class Trail:
    """The values one field took: of `task`, from `at` on, `value`. Ordered by task and instant.

    A status is the position of its state in `STATES`; points and hours are hundredths; references are ids.
    """

    task: Numbers
    at: Instants
    value: Numbers

    def settled(self) -> Trail:
        """Without the entries that repeat the value the task has already."""
        before = previous(self.task, self.value)
        changed = self.value != before
        return Trail(self.task[changed], self.at[changed], self.value[changed])


@dataclass(frozen=True)
class Steps:
    """Everything that is known of each task after each instant at which something about it changed."""

    task: Numbers
    at: Instants
    fields: Mapping[str, Numbers]

    def __len__(self) -> int:
        return len(self.task)

    @property
    def state(self) -> Numbers:
        """The position in `STATES` of the state, `NONE` while the task does not exist."""
        return self.fields["status"]

    def is_state(self, *states: State) -> Flags:
        """Whether the task is in one of `states`."""
        return np.isin(self.state, [CODE[state] for state in states])

    def before(self, values: npt.NDArray[Any], empty: Any = NONE) -> npt.NDArray[Any]:
        """For each step what `values` is at the task's step before; `empty` at its first."""
        return previous(self.task, values, empty)

    def where(self, kept: Flags) -> Steps:
        """Only the steps that are `kept`."""
        return Steps(
            self.task[kept], self.at[kept], {name: values[kept] for name, values in self.fields.items()}
        )

    def last_of_each(self) -> Steps:
        """The last step of each task: how things stand at the end."""
        return self.where(np.append(self.task[1:] != self.task[:-1], True)[: len(self)])

    def of_tasks_ever_in(self, field: str, ids: Collection[int]) -> Steps:
        """Only those of tasks whose `field` ever was one of `ids`."""
        ever = self.task[np.isin(self.fields[field], list(ids))]
        return self.where(np.isin(self.task, ever))

    def within(self, field: str, ids: Collection[int]) -> Steps:
        """As if a task existed only while `field` holds one of `ids`."""
        inside = np.isin(self.fields[field], list(ids))
        state = np.where(inside, self.state, NONE)
        return replace(self, fields={**self.fields, "status": state})

    def settled(self) -> Steps:
        """Of the steps of one task at one instant only the last."""
        same = (self.task[1:] == self.task[:-1]) & (self.at[1:] == self.at[:-1])
        return self.where(np.append(~same, True)[: len(self)])


def previous(task: Numbers, values: npt.NDArray[Any], empty: Any = NONE) -> npt.NDArray[Any]:
    """For each entry the value of the entry before it of the same task; `empty` where there is none."""
    before = np.empty_like(values)
    before[:1] = empty
    before[1:] = np.where(task[1:] == task[:-1], values[:-1], empty)
    return before


def side_by_side(trails: Mapping[str, Trail]) -> Steps:
    """The trails of several fields as steps: at each instant each field has the value it took last."""
    task = np.concatenate([trail.task for trail in trails.values()])
    at = np.concatenate([trail.at for trail in trails.values()])
    order = np.lexsort((at, task))
    task, at = task[order], at[order]
    index = np.arange(len(task))
    first_of_task = np.maximum.accumulate(
        np.where(np.append(True, task[1:] != task[:-1])[: len(task)], index, 0)
    )
    fields: dict[str, Numbers] = {}
    start = 0
    for name, trail in trails.items():
        values = np.full(len(task), NONE, dtype=np.int64)
        values[start : start + len(trail.task)] = trail.value
        own = np.zeros(len(task), dtype=bool)
        own[start : start + len(trail.task)] = True
        values, own = values[order], own[order]
        latest = np.maximum.accumulate(np.where(own, index, -1))
        known = latest >= first_of_task
        fields[name] = np.where(known, values[latest], NONE)
        start += len(trail.task)
    return Steps(task, at, fields).settled()


def read_steps(
    session: Session,
    states: Mapping[str, State],
    fields: Collection[str],
    tasks: sa.Select[Any] | None = None,
) -> Steps:
    """The history of `fields` of all tasks, or of those whose ids `tasks` selects.

    `states` says which state each status means; a status that no column explains any more counts as backlog.
    """
    if tuple(fields) == ("status",) and tasks is None:
        trail = read_trail(session, "status", states)
        return Steps(trail.task, trail.at, {"status": trail.value}).settled()
    return side_by_side({field: read_trail(session, field, states, tasks) for field in fields})


def read_trail(
    session: Session, field: str, states: Mapping[str, State], tasks: sa.Select[Any] | None = None
) -> Trail:
    """The history of one field of all tasks, or of those whose ids `tasks` selects."""
    task, at, raw = change_columns(session, field, tasks)
    understand = _reader(field, states)
    meaning = {text: understand(text) for text in set(raw)}
    value = np.fromiter(map(meaning.__getitem__, raw), dtype=np.int64, count=len(raw))
    return Trail(task, at, value).settled()


def ever_in(field: str, ids: Collection[int]) -> sa.Select[Any]:
    """Select the ids of the tasks whose `field` (a reference) ever was one of `ids`."""
    values = [sa.literal(number, Change.new.type) for number in ids]
    return sa.select(Change.entity_id).where(*of_figures(field), Change.new.in_(values))


def _reader(field: str, states: Mapping[str, State]) -> Callable[[str], int]:
    def understand(raw: str) -> int:
        value = json.loads(raw) if raw else None
        if value is None:
            return NONE
        match field:
            case "status":
                return CODE[states.get(value, State.BACKLOG)]
            case "points" | "estimated_hours":
                return int(Decimal(str(value)) * 100)
        return int(value)

    return understand
