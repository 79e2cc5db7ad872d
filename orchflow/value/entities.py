"""The entities of value, by the name the history knows their rows by; what is pointed to comes first."""

from __future__ import annotations

from typing import Any, Final

from orchflow.store.entity import Entity
from orchflow.value.assumptions import ASSUMPTIONS
from orchflow.value.benefits import BENEFITS
from orchflow.value.use_cases import USE_CASES, WORK_BASELINES

ENTITIES: Final[dict[str, Entity[Any]]] = {
    entity.key: entity for entity in (USE_CASES, WORK_BASELINES, BENEFITS, ASSUMPTIONS)
}
