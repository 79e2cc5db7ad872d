"""What must hold of an assessment, of a risk as of a review of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from orchflow.errors import Problem
from orchflow.planning.days import day_of
from orchflow.store.entity import Entity
from orchflow.store.history import instant, zone_of

PAIRS = {"residual_likelihood": "likelihood", "residual_impact": "impact"}


def wrong_residual(entity: Entity[Any], value: Callable[[str], Any]) -> list[Problem]:
    """A residual without the other, or above what it was before controls."""
    left = {name: value(name) for name in PAIRS}
    for name, other in zip(PAIRS, reversed(PAIRS), strict=True):
        if left[name] is None and left[other] is not None:
            label = entity.fields[other].label.lower()
            return [Problem(None, name, f"is empty beside a {label}: tell both, or neither")]
    return [
        Problem(None, name, f"is above the {before} before controls ({value(before)}), which controls do not raise: correct one of the two")
        for name, before in PAIRS.items()
        if left[name] is not None and value(before) is not None and left[name] > value(before)
    ]  # fmt: skip


def today_of(session: Session) -> date:
    """The day of a unit of work."""
    return day_of(instant(session), zone_of(session))


def not_yet(session: Session, name: str, told: Any) -> list[Problem]:
    """A day that is still to come, of what is said to have happened."""
    today = today_of(session)
    if not isinstance(told, date) or told <= today:
        return []
    return [Problem(None, name, f"is in the future: {told}; write a day up to today ({today})")]
