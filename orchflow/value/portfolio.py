"""How long use cases have been in their stage, which stand still, and which were never built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from orchflow.people.permissions import Actor
from orchflow.store.engine import Store
from orchflow.store.tables import Change
from orchflow.value.tables import Stage
from orchflow.value.use_cases import USE_CASES, UseCaseRow

OPEN: Final = (Stage.IDEA, Stage.SELECTED, Stage.IN_DEVELOPMENT, Stage.PILOT)
"""The stages of a use case that is still to come."""
UNBUILT: Final = (Stage.IDEA, Stage.SELECTED)
BUILT: Final = (Stage.IN_DEVELOPMENT, Stage.PILOT, Stage.PRODUCTION, Stage.RETIRED)
"""The stages of what somebody has begun to build."""
STALLED_DAYS: Final = 60
"""After so many days in one stage a use case stands still."""


@dataclass(frozen=True)
class Standing:
    """A use case, the day since which it is in its stage, and how many days that is."""

    case: UseCaseRow
    since: date
    days: int
    built: bool = False
    """Whether anybody ever began to build it."""

    @property
    def stalled(self) -> bool:
        """Whether it is under way and has not moved for long."""
        return self.case.stage in OPEN and self.days > STALLED_DAYS


def standings(store: Store, actor: Actor, now: datetime, zone: ZoneInfo) -> list[Standing]:
    """Every use case with how long it is in its stage, by its history."""
    cases = USE_CASES.list(store, actor)
    entered = (
        sa.select(Change.entity_id, sa.func.max(Change.occurred_at))
        .where(Change.entity == USE_CASES.key, Change.field == "stage", Change.action != "delete")
        .group_by(Change.entity_id)
    )
    with store.read() as session:
        stages = sa.select(Change.entity_id, Change.new).where(
            Change.entity == USE_CASES.key, Change.field == "stage"
        )
        built = {number for number, stage in session.execute(stages) if stage in BUILT}
        moved: dict[int, datetime] = {number: at for number, at in session.execute(entered)}  # noqa: C416 - rows are no pairs for mypy
    today = now.astimezone(zone).date()
    return [
        Standing(case, since, (today - since).days, case.id in built)
        for case in cases
        for since in [moved.get(case.id, case.created_at).astimezone(zone).date()]
    ]


def stalled(rows: Sequence[Standing]) -> list[Standing]:
    """Those that stand still."""
    return [each for each in rows if each.stalled]


def never_built(rows: Sequence[Standing]) -> list[Standing]:
    """Those with an estimated value that nobody ever began to build, and that were dropped or stand still."""
    return [
        each
        for each in rows
        if each.case.value_likely
        and not each.built
        and (each.case.stage is Stage.DROPPED or (each.case.stage in UNBUILT and each.stalled))
    ]
