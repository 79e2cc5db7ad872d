"""Steps of flows: in order, each with who leads it, what it waits for and when it is due."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from orchflow.errors import Problem
from orchflow.guidance.flows import LOCK
from orchflow.guidance.reflow import reflow
from orchflow.guidance.rows import StepRow
from orchflow.guidance.waiting import Waiting
from orchflow.people.permissions import Permission
from orchflow.planning.tables import Flow, Step
from orchflow.planning.values import slug_of
from orchflow.planning.work.rules import PlanRules
from orchflow.store.entity import Entity

_DECIDE = frozenset({"after", "days", "due_day"})


class StepRules(PlanRules):
    """Steps never wait for each other in a circle; a due day that is set by hand stays."""

    @cached_property
    def _waiting(self) -> Waiting:
        return Waiting(self.session)

    @cached_property
    def _moved(self) -> set[int]:
        return set()

    def complete(self, values: dict[str, Any]) -> None:
        values.setdefault("key", slug_of(values["name"], self._waiting.keys(values["flow_id"])))
        values["own"] = True

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        if problems:
            return problems
        flow_id, key = value("flow_id"), value("key")
        if values.get("after"):
            problems += self._waiting.refused(flow_id, key, values["after"], "after")
        if "due_day" in values:
            values["due_by_hand"] = values["due_day"] is not None
        if not problems:
            self._waiting.put(flow_id, key, value("after") or ())
            if row is None or values.keys() & _DECIDE:
                self._moved.add(flow_id)
        return problems

    def finish(self) -> None:
        if self._moved:
            reflow(self.session, self._moved)


def _ships(step: Any) -> str:
    return "" if step.own else f"{step.name} ships with its flow; say of its items that they do not apply"


STEPS = Entity(
    Step,
    StepRow,
    "Steps of the flows that were begun.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    parent="flow_id",
    joined=lambda statement: statement.join(Flow, Flow.id == Step.flow_id),
    order=(Flow.number, Step.position),
    ordered_within="flow_id",
    lock=LOCK,
    locked=frozenset({"after"}),
    rules=StepRules,
    deletable=_ships,
)
list_steps, get_step, create_step = STEPS.list, STEPS.get, STEPS.create
update_step, delete_step = STEPS.update, STEPS.delete
