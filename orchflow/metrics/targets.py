"""Targets of figures that the workspace keeps, each from a day on; they beat those of the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.costs.tables import Target
from orchflow.errors import Problem
from orchflow.metrics.catalogue import METRICS
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity, Filter
from orchflow.store.rows import row_type
from orchflow.store.rules import Rules
from orchflow.store.written import Refused, choice

if TYPE_CHECKING:
    TargetRow: TypeAlias = Target
else:
    TargetRow = row_type("TargetRow", Target, __name__)

FIGURES = {key: metric.label for key, metric in METRICS.items()}
"""Key → name of the figures that may have a target."""


class _TargetRules(Rules):
    """A target is of a figure of the catalogue, and a share is told as one."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        figure = METRICS.get(value("figure") or "")
        if figure is not None and figure.unit == "percent" and value("value") > 1:
            problems.append(
                Problem(None, "value", f"is more than all of it: {figure.label} is a share from 0 to 1, so 0.85 is 85 %")
            )  # fmt: skip
        return problems

    def read_among(self, values: dict[str, Any]) -> list[Problem]:
        problems = super().read_among(values)
        try:
            if values.get("figure") is not None:
                values["figure"] = choice(values["figure"], FIGURES)
        except Refused:
            problems.append(
                Problem(
                    None, "figure",
                    f"there is no figure {values['figure']!r}: take one of the list of definitions, by its name or key",
                )
            )  # fmt: skip
        return problems


TARGETS = Entity(
    Target,
    TargetRow,
    "What a figure is to reach, from a day on; past days keep the target of that time.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.COSTS_EDIT,
    order=(Target.figure, Target.valid_from.desc()),
    filters={"figure": Filter(str, lambda key: Target.figure == key, "Of this figure, by its key.")},
    known_by=("figure", "valid_from"),
    rules=_TargetRules,
)
