"""Which part of the plan a figure is asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchflow.metrics.metric import PlanDimension
from orchflow.planning.flow.scope import EVERYTHING, FlowScope


@dataclass(frozen=True)
class PlanScope:
    """The part of the plan that is asked about; `unit` is points or count, `working` counts working days only."""

    tasks: FlowScope = EVERYTHING
    unit: str = "points"
    working: bool = False

    @classmethod
    def of(
        cls, narrowed: Mapping[PlanDimension, int], unit: str = "points", working: bool = False
    ) -> PlanScope:  # fmt: skip
        """The part that lies in all of `narrowed`: ids, and of a flow its number."""
        ids = {
            f"{name}_ids": (narrowed[name],) for name in ("effort", "project", "sprint") if name in narrowed
        }
        tasks = FlowScope(**ids, flow=narrowed.get("flow"), team_id=narrowed.get("team"))
        return cls(tasks, unit, working)

    @property
    def narrowed(self) -> frozenset[PlanDimension]:
        """The parts of the plan to which it is narrowed."""
        tasks = self.tasks
        asked: dict[PlanDimension, bool] = {
            "effort": bool(tasks.effort_ids), "project": bool(tasks.project_ids), "sprint": bool(tasks.sprint_ids),
            "team": tasks.team_id is not None, "flow": tasks.flow is not None,
        }  # fmt: skip
        return frozenset(name for name, narrowed in asked.items() if narrowed)
