"""Everything about costs that people keep, by the name the history knows its rows by; what is pointed to comes first."""

from __future__ import annotations

from typing import Any, Final

from orchflow.costs import entities as of_costs
from orchflow.metrics.targets import TARGETS
from orchflow.store.entity import Entity

INPUTS: Final[dict[str, Entity[Any]]] = of_costs.ENTITIES | {TARGETS.key: TARGETS}
