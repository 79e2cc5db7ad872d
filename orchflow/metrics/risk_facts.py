"""What figures of risks are read from: the register, its reviews and the incidents, of the agents asked for; read once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from orchflow.metrics.filters import UNATTRIBUTED
from orchflow.metrics.risk_signals import SignalState, signal_states
from orchflow.planning.days import midnight
from orchflow.risks.history import Standing, standings
from orchflow.risks.incidents import INCIDENTS, IncidentRow
from orchflow.risks.reviews import RISK_REVIEWS, RiskReviewRow
from orchflow.risks.risks import RISKS, RiskRow
from orchflow.risks.scores import HIGH, residual, score
from orchflow.risks.tables import RiskStatus

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

WEEKS = 13
"""So many weeks back the counts of open and high risks are told beside the figures."""


class RiskFacts:
    """The risks and incidents within the filters, as they are now."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def _within(self, agent: str | None) -> bool:
        wanted = self._facts.filters.agents
        return not wanted or (agent or UNATTRIBUTED) in wanted

    @cached_property
    def risks(self) -> list[RiskRow]:
        """The register, in its order."""
        rows = RISKS.list(self._facts.ws.store, self._facts.actor)
        return [risk for risk in rows if self._within(risk.agent)]

    @cached_property
    def reviews(self) -> list[RiskReviewRow]:
        """Every review of them, the earliest first."""
        numbers = {risk.id for risk in self.risks}
        rows = RISK_REVIEWS.list(self._facts.ws.store, self._facts.actor)
        return [review for review in rows if review.risk_id in numbers]

    @cached_property
    def incidents(self) -> list[IncidentRow]:
        """The incidents, the earliest first."""
        rows = INCIDENTS.list(self._facts.ws.store, self._facts.actor)
        return [incident for incident in rows if self._within(incident.agent)]

    @cached_property
    def open(self) -> list[RiskRow]:
        """The risks that are not closed."""
        return [risk for risk in self.risks if risk.status is not RiskStatus.CLOSED]

    @property
    def high(self) -> list[RiskRow]:
        """Those of them with a high score left, as they were assessed."""
        return [risk for risk in self.open if score(residual(risk)) >= HIGH]

    @property
    def overdue(self) -> list[RiskRow]:
        """The open ones whose next review should have been, the longest overdue first."""
        late = [
            (risk.next_review, risk.id, risk)
            for risk in self.open
            if risk.next_review and risk.next_review < self._facts.today
        ]
        return [risk for *_, risk in sorted(late, key=lambda each: each[:2])]

    @property
    def open_incidents(self) -> list[IncidentRow]:
        """The incidents that are not over."""
        return [incident for incident in self.incidents if incident.resolved_at is None]

    @cached_property
    def signals(self) -> dict[int, SignalState]:
        """How the live signal of each open risk that has one stands, by the risk's number."""
        return signal_states(self._facts, self.open)

    @property
    def raised(self) -> list[RiskRow]:
        """The open risks whose signal is breached now."""
        return [risk for risk in self.open if self.signals.get(risk.id, SignalState()).breached]

    @cached_property
    def weeks(self) -> list[Standing | None]:
        """How the whole register stood at the end of each of the last weeks, the last one now."""
        return self.stood([self._facts.now - timedelta(weeks=back) for back in reversed(range(WEEKS))])

    def by_day(self, days: int) -> list[tuple[date, Standing | None]]:
        """How it stood at the end of each of so many days, and today as it stands now."""
        today, zone = self._facts.today, self._facts.ws.zone
        shown = [today - timedelta(days=back) for back in reversed(range(days))]
        over = [midnight(day + timedelta(days=1), zone) - timedelta(microseconds=1) for day in shown[:-1]]
        return list(zip(shown, self.stood([*over, self._facts.now]), strict=True))

    def stood(self, instants: list[datetime]) -> list[Standing | None]:
        """How the whole register stood at instants that rise."""
        with self._facts.ws.store.read() as session:
            return standings(session, instants)
