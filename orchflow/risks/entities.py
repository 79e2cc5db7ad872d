"""The entities of risks, by the name the history knows their rows by; what is pointed to comes first."""

from __future__ import annotations

from typing import Any, Final

from orchflow.risks.incidents import INCIDENTS
from orchflow.risks.reviews import RISK_REVIEWS
from orchflow.risks.risks import RISKS
from orchflow.store.entity import Entity

ENTITIES: Final[dict[str, Entity[Any]]] = {entity.key: entity for entity in (RISKS, RISK_REVIEWS, INCIDENTS)}
