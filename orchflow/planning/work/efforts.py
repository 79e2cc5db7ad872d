"""Efforts: the big undertakings of the journey."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import sqlalchemy as sa

from orchflow.people.permissions import Permission
from orchflow.planning.tables import Effort
from orchflow.planning.work.rows import EffortRow
from orchflow.planning.work.rules import TREE, PlanRules
from orchflow.store.entity import Entity


class EffortRules(PlanRules):
    """An effort without a number gets the next one."""

    @cached_property
    def _highest(self) -> int:
        return self.session.scalar(sa.select(sa.func.max(Effort.number))) or 0

    def complete(self, values: dict[str, Any]) -> None:
        if values.get("number") is None:
            values["number"] = self._highest + 1
        self._highest = max(self._highest, values["number"])


EFFORTS = Entity(
    Effort,
    EffortRow,
    "The big undertakings of the journey.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    order=(Effort.position,),
    span=("target_start", "target_end"),
    lock=TREE,
    rules=EffortRules,
)
list_efforts, get_effort, create_effort = EFFORTS.list, EFFORTS.get, EFFORTS.create
update_effort, delete_effort = EFFORTS.update, EFFORTS.delete
