"""Flows: those that ship, once begun, and the workspace's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Problem
from orchflow.guidance.reflow import reflow
from orchflow.guidance.rows import FlowRow
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.journey.content import load_flows
from orchflow.planning.tables import Flow
from orchflow.planning.values import slug_of
from orchflow.planning.work.rules import PlanRules
from orchflow.store.engine import Store
from orchflow.store.entity import Entity, Filter

LOCK: Final = "guidance.flows"
"""Held while flows are begun and steps are made to wait for each other."""
SHIPPED: Final = 6
"""Numbers up to this one are those of the flows that ship."""


class FlowRules(PlanRules):
    """A new flow is the workspace's own; due days follow the first day."""

    @cached_property
    def _moved(self) -> set[int]:
        return set()

    @cached_property
    def _taken(self) -> tuple[set[str], list[int]]:
        rows = self.session.execute(sa.select(Flow.key, Flow.number)).all()
        shipped = {flow.slug for flow in load_flows().flows}
        return {row.key for row in rows} | shipped, [row.number for row in rows]

    def complete(self, values: dict[str, Any]) -> None:
        keys, numbers = self._taken
        values.setdefault("key", slug_of(values["name"], keys))
        values["number"] = max([SHIPPED, *numbers]) + 1
        values["own"] = True
        keys.add(values["key"])
        numbers.append(values["number"])

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        if row is None and values["key"] in {flow.slug for flow in load_flows().flows}:
            problems.append(Problem(None, "key", f"{values['key']} ships with the product: begin it instead"))
        if row is not None and "start_day" in values and not problems:
            self._moved.add(row.id)
        return problems

    def finish(self) -> None:
        if self._moved:
            reflow(self.session, self._moved)


FLOWS = Entity(
    Flow,
    FlowRow,
    "Flows that were begun: from Day 1 to production, step by step.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    order=(Flow.number,),
    lock=LOCK,
    filters={"own": Filter(bool, Flow.own.is_, "Of this workspace, or shipped.")},
    rules=FlowRules,
)
list_flows, get_flow, create_flow = FLOWS.list, FLOWS.get, FLOWS.create
update_flow, delete_flow = FLOWS.update, FLOWS.delete


def flow_names(store: Store, actor: Actor) -> dict[int, str]:
    """What the flows are called, by their numbers: those that ship, begun or not, and the workspace's own."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        return names_of_flows(session)


def names_of_flows(session: Session) -> dict[int, str]:
    """The same in a transaction."""
    begun = session.execute(sa.select(Flow.number, Flow.name).order_by(Flow.number)).all()
    shipped = {flow.flow: f"{flow.flow} {flow.name}" for flow in load_flows().flows}
    return shipped | {number: f"{number} {name}" for number, name in begun}
