"""How many items there are and what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.people.tables import User
from orchflow.planning.tables import ChecklistItem, ItemState, Step


@dataclass(frozen=True)
class Counts:
    """How many items there are and what became of them; all but the `optional` ones are required.

    `overdue` are open and past their day, `given_away` open and with somebody whose account is disabled. `next_due` is
    the earliest day of an open one, `last_tick` the latest tick.
    """

    items: int = 0
    ticked: int = 0
    exempt: int = 0
    not_applicable: int = 0
    overdue: int = 0
    due: int = 0
    unassigned: int = 0
    given_away: int = 0
    optional: int = 0
    optional_ticked: int = 0
    next_due: date | None = None
    last_tick: datetime | None = None

    @property
    def open(self) -> int:
        """How many are still to do."""
        return self.items - self.ticked - self.exempt - self.not_applicable

    @property
    def begun(self) -> bool:
        """Whether there is something to do and any of it is not open any more, or something optional is ticked."""
        return self.items > 0 and (self.open < self.items or self.optional_ticked > 0)

    @property
    def complete(self) -> bool:
        """Whether there was something to do and nothing is left."""
        return self.items > 0 and self.open == 0

    @property
    def share(self) -> float | None:
        """The part of what applies that is ticked or exempt, from 0 to 1; None where nothing is required."""
        applies = self.items - self.not_applicable
        if self.items == 0:
            return None
        return (self.ticked + self.exempt) / applies if applies else 1.0

    @property
    def expected(self) -> float | None:
        """The part of all that should be ticked by today."""
        return self.due / self.items if self.items else None

    def document(self) -> dict[str, Any]:
        """All of it for programs, with what follows from it."""
        follows = {
            "open": self.open,
            "complete": self.complete,
            "share": self.share,
            "expected": self.expected,
        }
        return asdict(self) | follows

    def __add__(self, other: Counts) -> Counts:
        sums = {name: getattr(self, name) + getattr(other, name) for name in _COUNTED}
        days = [day for day in (self.next_due, other.next_due) if day is not None]
        ticks = [tick for tick in (self.last_tick, other.last_tick) if tick is not None]
        return Counts(**sums, next_due=min(days, default=None), last_tick=max(ticks, default=None))


_COUNTED = tuple(name for name in Counts.__dataclass_fields__ if name not in ("next_due", "last_tick"))


def total(parts: Iterable[Counts]) -> Counts:
    """The sum of counts."""
    return sum(parts, Counts())


def counted(session: Session, key: Any, day: date, *demands: Any) -> dict[Any, Counts]:
    """The counts for each value of `key`: grouped by what the items are as well, so that the store adds up little."""
    item = ChecklistItem
    gone = sa.select(User.id).where(User.active.is_(False))

    def many(demand: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((demand, 1), else_=0))

    groups = (
        sa.select(
            key, item.required, item.state, sa.func.count(), many(item.due_day < day), many(item.due_day == day),
            many(item.assignee_id.is_(None)), many(item.assignee_id.in_(gone)), sa.func.min(item.due_day),
            sa.func.max(item.ticked_at),
        )
        .where(*demands)
        .group_by(key, item.required, item.state)
    )  # fmt: skip
    if key is not item.assignee_id and key is not item.step_id:
        groups = groups.join(Step, Step.id == item.step_id)
    sums: dict[Any, list[Any]] = {}
    for value, *group in session.execute(groups):
        _add(sums.setdefault(value, [*[0] * len(_COUNTED), None, None]), *group)
    return {value: Counts(*numbers) for value, numbers in sums.items()}


_PLACE = {name: place for place, name in enumerate(Counts.__dataclass_fields__)}


def _add(
    sums: list[Any], required: bool, state: ItemState, items: int, past: int, today: int, unassigned: int, away: int,
    due: date | None, tick: datetime | None,
) -> None:  # fmt: skip
    """Add items that are alike to the counts, which stand in the order of `Counts`."""
    if not required:
        sums[_PLACE["optional"]] += items
        sums[_PLACE["optional_ticked"]] += items if state is ItemState.TICKED else 0
        return
    sums[_PLACE["items"]] += items
    sums[_PLACE["due"]] += past + today
    if state is ItemState.OPEN:
        sums[_PLACE["overdue"]] += past
        sums[_PLACE["unassigned"]] += unassigned
        sums[_PLACE["given_away"]] += away
        sums[_PLACE["next_due"]] = due
        return
    sums[_PLACE[state.value]] += items
    last = sums[_PLACE["last_tick"]]
    sums[_PLACE["last_tick"]] = tick if last is None or (tick is not None and tick > last) else last
