"""How many risks were open, and how many of them high, at the end of each day: from the history of the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.risks.scores import HIGH, residual, score
from orchflow.risks.tables import Risk, RiskStatus
from orchflow.store.rows import entity_of
from orchflow.store.tables import Change

ASSESSED = ("likelihood", "impact", "residual_likelihood", "residual_impact")


@dataclass(frozen=True)
class Standing:
    """The risks that were open at an instant, and how many of them were high."""

    open: int
    high: int


@dataclass
class _Past:
    """What of a risk decides how it is counted."""

    status: str = RiskStatus.OPEN
    likelihood: int = 1
    impact: int = 1
    residual_likelihood: int | None = None
    residual_impact: int | None = None


def standings(session: Session, instants: Sequence[datetime]) -> list[Standing | None]:
    """How the register stood at each of the instants, which rise; None before anything was in it."""
    told = (
        sa.select(Change.entity_id, Change.action, Change.field, Change.new, Change.occurred_at)
        .where(Change.entity == entity_of(Risk), Change.field.in_(("status", *ASSESSED)))
        .order_by(Change.id)
    )
    changes = sorted(session.execute(told).all(), key=lambda change: change.occurred_at)
    risks: dict[int, _Past] = {}
    stood: list[Standing | None] = []
    place = 0
    for at in instants:
        while place < len(changes) and changes[place].occurred_at <= at:
            _apply(risks, changes[place])
            place += 1
        stood.append(_standing(risks.values()) if place else None)
    return stood


def _apply(risks: dict[int, _Past], change: Any) -> None:
    if change.action == "delete":
        risks.pop(change.entity_id, None)
        return
    setattr(risks.setdefault(change.entity_id, _Past()), change.field, change.new)


def _standing(risks: Any) -> Standing:
    going = [risk for risk in risks if risk.status != RiskStatus.CLOSED]
    return Standing(len(going), sum(score(residual(risk)) >= HIGH for risk in going))
