"""What figures of spending are read from: made once for the facts of a period."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from orchflow.metrics.spending.anomalies import Anomalies, anomalies
from orchflow.metrics.spending.month_end import MonthEnd, month_end
from orchflow.metrics.spending.month_record import (
    Record,
    ScoredMonth,
    record_of,
    replayed_months,
    scored_months,
)

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts


class Spending:
    """What the running month comes to, and which days are out of the ordinary."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    @cached_property
    def month_end(self) -> MonthEnd:
        """What the month of today comes to, whatever the period."""
        return month_end(self._facts)

    @cached_property
    def scored(self) -> list[ScoredMonth]:
        """Every stored forecast with what its month came to; of a part of the whole those that would have been made. Their amounts are
        for those who may see single people's."""
        return replayed_months(self._facts) if self.replayed else scored_months(self._facts)

    @property
    def replayed(self) -> bool:
        """Whether past forecasts were worked out afterwards: only those of the whole are stored."""
        return bool(self._facts.filters.narrowed)

    @cached_property
    def record(self) -> Record:
        """How stored forecasts fared."""
        return record_of(self.scored)

    @cached_property
    def anomalies(self) -> Anomalies:
        """The days of the period that are out of the ordinary, and what the worst day of each episode came of."""
        return anomalies(self._facts, each_day=False)

    @cached_property
    def anomalies_by_day(self) -> Anomalies:
        """The same, and what each of the days came of."""
        return anomalies(self._facts)
