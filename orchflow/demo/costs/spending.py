"""What the models cost in the last thirty days of a simulation, by agent and by provider."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

import numpy as np

from orchflow.demo import models
from orchflow.demo.calls import BACKGROUND, Calls, calls_of
from orchflow.demo.models import UNITS_PER_DOLLAR
from orchflow.demo.simulation import Simulation

DAYS = 30
NO_AGENT = -1


class Spending:
    """Adds up the calls of the days until today."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    @cached_property
    def _calls(self) -> list[Calls]:
        last = self._simulation.days
        return [calls_of(self._simulation, day) for day in range(max(last - DAYS, 0) + 1, last + 1)]

    def of_agent(self, slug: str) -> Decimal:
        """What the calls of an agent cost, in dollars."""
        agents = self._simulation.agents
        place = next((place for place, agent in enumerate(agents) if agent.slug == slug), len(agents))
        callers = [at for at, agent in enumerate(agents) for _ in agent.callers]
        agent_of = np.array(callers + [NO_AGENT] * len(BACKGROUND), dtype=np.int64)
        return self._sum([each.only(agent_of[each.caller] == place) for each in self._calls])

    def of_provider(self, provider: str) -> Decimal:
        """What the models of a provider cost that are not called through the platform's gateway, in dollars."""
        place = models.PROVIDERS.index(provider)
        theirs = [(models.PROVIDER_OF[each.model] == place) & ~each.gateway for each in self._calls]
        return self._sum([each.only(rows) for each, rows in zip(self._calls, theirs, strict=True)])

    def _sum(self, calls: list[Calls]) -> Decimal:
        return Decimal(sum(int(each.cost[each.priced].sum()) for each in calls)) / UNITS_PER_DOLLAR
