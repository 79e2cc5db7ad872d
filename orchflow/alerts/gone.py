"""What rules are narrowed to and is no more: agents that were archived or are no longer listed, and parts of the plan that were removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from orchflow.alerts.rules import AlertRuleRow, of_plan
from orchflow.metrics.plan_parts import part_names
from orchflow.metrics.queries import rows
from orchflow.people.permissions import SYSTEM
from orchflow.warehouse.database import Warehouse
from orchflow.workspace import Workspace


class Gone:
    """Knows it of the dimensions of these rules, as it is now."""

    def __init__(self, ws: Workspace, asked: Iterable[AlertRuleRow]) -> None:
        narrowed = [rule for rule in asked if rule.dimension is not None and rule.figure is not None]
        plan = {str(rule.dimension) for rule in narrowed if of_plan(str(rule.figure), rule.dimension)}
        self._kept = {by: {str(number) for number in part_names(ws.store, SYSTEM, by)} for by in plan}
        some = any(rule.dimension == "agent" for rule in narrowed)
        self._agents = _agents(ws.warehouse) if some else {}

    def why(self, rule: AlertRuleRow, value: str) -> str:
        """Why the value of its dimension is no more; empty where it is, as far as anybody knows."""
        if rule.dimension is None or rule.figure is None:
            return ""
        if of_plan(rule.figure, rule.dimension):
            named = value.isdecimal() and value not in self._kept[rule.dimension]
            return f"The {rule.dimension} was removed from the plan" if named else ""
        return self._agents.get(value, "") if rule.dimension == "agent" else ""


def _agents(warehouse: Warehouse) -> Mapping[str, str]:
    told: dict[str, str] = {}
    for entry in rows(warehouse, "agents"):
        if entry["listed"] and not entry["present"]:
            told[entry["agent"]] = "The platform no longer lists the agent"
        elif entry["platform_status"] == "archived":
            told[entry["agent"]] = "The agent is archived in the platform"
    return told
