"""What figures of spending are read from: made once for the facts of a period."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from orchflow.metrics.spending.anomalies import Anomalies, anomalies
from orchflow.metrics.spending.month_end import (
    MonthEnd,
    Record,
    ScoredMonth,
    month_end,
    record_of,
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
        """Every stored forecast with what its month came to; its amounts are for those who may see single people's."""
        return scored_months(self._facts)

    @cached_property
    def record(self) -> Record:
        """How stored forecasts fared."""
        return record_of(self.scored)

    @cached_property
    def anomalies(self) -> Anomalies:
        """The days of the period that are out of the ordinary."""
        return anomalies(self._facts)
