"""What went wrong at Northwind Claims, and when: error spikes, slow days, an outage, a runaway loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from orchflow.demo.agents import Agent, Life
from orchflow.demo.columns import Floats
from orchflow.demo.rows import records, rows

HARDENING = range(12)
"""Days after the launch of the first agent on which nothing failed: it was watched closely."""


@dataclass(frozen=True)
class Incident:
    """From day `first` to day `last` the agent failed (`errors`, a rate), was slow (`slow`) or cost more (`calls`)."""

    agent: str
    first: int
    last: int
    title: str
    errors: float = 0.0
    slow: float = 1.0
    calls: float = 1.0

    @property
    def symptom(self) -> str:
        """What people say about it."""
        return "cost so much" if self.calls > 1 else "failed" if self.errors else "became so slow"


INCIDENTS = records(Incident, "platform.yaml", "incidents")


@dataclass(frozen=True)
class Outage:
    """A provider answered nothing on day `day` between two local hours; the next working day if nobody works."""

    provider: str
    day: int
    start_hour: float
    end_hour: float
    title: str


OUTAGES = records(Outage, "platform.yaml", "outages")
OUTAGE_FAILS = 0.92

ERRORS: list[str] = rows("platform.yaml")["errors"]
OUTAGE_ERROR = 0


def _going_on(agents: Sequence[Agent], day: int) -> Iterator[tuple[int, Incident]]:
    """The incidents of `day`, each with the place of its agent."""
    places = {agent.slug: place for place, agent in enumerate(agents)}
    for incident in INCIDENTS:
        if incident.agent in places and incident.first <= day <= incident.last:
            yield places[incident.agent], incident


def error_rates(agents: Sequence[Agent], lives: Sequence[Life], day: int) -> Floats:
    """Return the share of runs that fail on `day`, per agent."""
    rates = np.array([agent.error_rate for agent in agents])
    for place, life in enumerate(lives):
        if life.trial <= day < life.pilot or day >= life.failing_from:
            rates[place] = 1.0
        elif day == life.pilot or (place == 0 and day - life.launch in HARDENING):
            rates[place] = 0.0
        elif day >= life.degraded_from:
            rates[place] = 0.11
        elif day < life.launch:
            rates[place] = 0.06
    for place, incident in _going_on(agents, day):
        rates[place] = max(rates[place], incident.errors)
    return rates


def slowness(agents: Sequence[Agent], lives: Sequence[Life], day: int) -> Floats:
    """Return by what factor each agent is slower than usual on `day`."""
    factors = np.array([2.7 if day >= life.degraded_from else 1.0 for life in lives])
    for place, incident in _going_on(agents, day):
        factors[place] *= incident.slow
    return factors


def extra_calls(agents: Sequence[Agent], day: int) -> Floats:
    """Return by what factor each agent calls models more often than usual on `day`."""
    factors = np.ones(len(agents))
    for place, incident in _going_on(agents, day):
        factors[place] *= incident.calls
    return factors
