"""The entities of enablement, by the name the history knows their rows by; what is pointed to comes first."""

from __future__ import annotations

from typing import Any, Final

from orchflow.enablement.seats import CHAMPIONS, SEAT_PURCHASES
from orchflow.enablement.skills import SKILL_ASSESSMENTS, SKILL_REQUIREMENTS
from orchflow.enablement.trainings import TRAINING_COMPLETIONS, TRAININGS
from orchflow.store.entity import Entity

ENTITIES: Final[dict[str, Entity[Any]]] = {
    entity.key: entity
    for entity in (TRAININGS, TRAINING_COMPLETIONS, SKILL_REQUIREMENTS, SKILL_ASSESSMENTS, SEAT_PURCHASES, CHAMPIONS)
}  # fmt: skip
