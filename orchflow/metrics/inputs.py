"""Everything that people keep and no source delivers, by the name the history knows its rows by; what is pointed to comes first."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from orchflow.costs import entities as of_costs
from orchflow.enablement import entities as of_enablement
from orchflow.metrics.targets import TARGETS
from orchflow.risks import entities as of_risks
from orchflow.store.entity import Entity
from orchflow.surveys.waves import SURVEY_WAVES
from orchflow.value import entities as of_value

Group: TypeAlias = dict[str, Entity[Any]]

COSTS: Final[Group] = of_costs.ENTITIES | {TARGETS.key: TARGETS}
SURVEYS: Final[Group] = {SURVEY_WAVES.key: SURVEY_WAVES}

GROUPS: Final[dict[str, Group]] = {
    "cost": COSTS,
    "risk": of_risks.ENTITIES,
    "value": of_value.ENTITIES,
    "enablement": of_enablement.ENTITIES,
    "survey": SURVEYS,
}
"""By the command that lists, reads and writes them."""

INPUTS: Final[Group] = {key: entity for group in GROUPS.values() for key, entity in group.items()}
