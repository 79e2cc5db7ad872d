"""What is known of days beside their cost: what somebody said of it, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from orchflow.costs.tables import AnomalyOpinion, TimelineEvent

if TYPE_CHECKING:
    from orchflow.store.engine import Store


@dataclass(frozen=True)
class Opinion:
    """Of the days from `start` until before `end` of one scope: `expected`, `planned` or `not_useful`."""

    id: int
    scope: str
    value: str
    start: date
    end: date
    verdict: str
    note: str

    def about(self, scope: str, value: str, day: date) -> bool:
        """Whether it is about this scope on that day."""
        return (self.scope, self.value) == (scope, value) and self.start <= day < self.end


@dataclass(frozen=True)
class Happened:
    """An event of a day; of one agent or provider, or of everybody where it names none."""

    day: date
    kind: str
    title: str
    agent: str | None
    provider: str | None

    @property
    def words(self) -> str:
        """What happened, with its kind where that says something."""
        return self.title if self.kind == "other" else f"{self.title} ({self.kind.replace('_', ' ')})"

    def explains(self, scope: str, value: str, day: date) -> bool:
        """Whether it may explain that day: of everybody, or of what the scope is or may contain."""
        own = {"agent": self.agent, "provider": self.provider}.get(scope)
        others = [each for each in (self.agent, self.provider) if each is not None]
        return self.day == day and (
            own == value if own is not None else not others or scope not in ("agent", "provider")
        )


def opinions(store: Store, start: date, end: date) -> list[Opinion]:
    """What was said of days from `start` to `end`, the latest first. Who asks has been told the cost of these days."""
    said = AnomalyOpinion
    with store.read() as session:
        rows = session.scalars(
            sa.select(said).where(said.valid_from <= end, said.valid_to > start).order_by(said.id.desc())
        )
        return [
            Opinion(
                row.id,
                row.scope.value,
                row.value or "",
                row.valid_from,
                row.valid_to,
                row.verdict.value,
                row.note or "",
            )
            for row in rows
        ]


def happened(store: Store, start: date, end: date) -> list[Happened]:
    """What happened on the days from `start` to `end`, in order."""
    event = TimelineEvent
    with store.read() as session:
        rows = session.scalars(
            sa.select(event).where(event.day >= start, event.day <= end).order_by(event.day, event.id)
        )
        return [Happened(row.day, str(row.kind), row.title, row.agent, row.provider) for row in rows]
