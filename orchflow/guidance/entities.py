"""Every entity of the plan and of the guidance, by the name the history knows its rows by; what is pointed to comes first."""

from __future__ import annotations

from typing import Any, Final

from orchflow.guidance.flows import FLOWS
from orchflow.guidance.items import ITEMS
from orchflow.guidance.opinions import OPINIONS
from orchflow.guidance.steps import STEPS
from orchflow.planning import entities as of_the_plan
from orchflow.store.entity import Entity

GUIDANCE: Final[dict[str, Entity[Any]]] = {entity.key: entity for entity in (FLOWS, STEPS, ITEMS, OPINIONS)}
ENTITIES: Final[dict[str, Entity[Any]]] = of_the_plan.ENTITIES | GUIDANCE
