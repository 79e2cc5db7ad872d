"""How far the facts reach: first and last day, and newest row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from orchflow.metrics.metric import Base
from orchflow.metrics.queries import row
from orchflow.warehouse.database import Warehouse


@dataclass(frozen=True)
class Coverage:
    """First and last day (workspace zone) and newest instant (UTC) of usage and of runs; None while there is none.

    `expenses_from` is the day from which other costs are known: what people write down has no beginning;
    `expense_parts` are the parts of cost that they are of. `decisions`: whether any rejection by a person
    was delivered. `benefits_from` is the day from which value is known: what people write down has no beginning.
    """

    usage_from: date | None
    usage_to: date | None
    runs_from: date | None
    runs_to: date | None
    usage_as_of: datetime | None
    runs_as_of: datetime | None
    expenses_from: date | None = None
    expense_parts: Sequence[str] = ()
    decisions: bool = False
    benefits_from: date | None = None

    @property
    def empty(self) -> bool:
        """Whether there is not a single fact."""
        return self.usage_from is None and self.runs_from is None and self.expenses_from is None

    def known_from(self, base: Base) -> date | None:
        """The first day of which a base knows something."""
        match base:
            case "usage_lines":
                return self.usage_from
            case "expense_lines":
                return self.expenses_from
            case "benefit_lines":
                return self.benefits_from
            case "agent_costs":
                spent = [day for day in (self.usage_from, self.expenses_from) if day]
                return max(min(spent), self.runs_from) if spent and self.runs_from else None
            case _:
                return self.runs_from

    @property
    def as_of(self) -> datetime | None:
        """The newest source row of either kind."""
        return max((at for at in (self.usage_as_of, self.runs_as_of) if at), default=None)


def coverage(warehouse: Warehouse, now: datetime) -> Coverage:
    """The reach of everything in the warehouse, whatever the filters; a row dated ahead of `now` is not its newest."""
    asked = {"now": now, "today": now.astimezone(warehouse.zone).date()}
    return Coverage(**row(warehouse, "coverage", asked))
