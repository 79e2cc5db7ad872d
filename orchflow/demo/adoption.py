"""Who uses which agent from which day: builders first, then the audience, one habit after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from orchflow.demo.agents import EVERYONE, NEVER, Agent, Life
from orchflow.demo.columns import Bools, Floats, Ints
from orchflow.demo.organisation import HABIT_CHANCE, Person

ADOPTION_DAYS = 22.0
EARLY_ADOPTERS = 7
BUILDERS_STAY = 10
FIRST_WEEKS = 0.35


@dataclass(frozen=True)
class Adoption:
    """Pairs of a person and an agent, one per position of the arrays; days count from Day 1 = 1."""

    person: Ints
    agent: Ints
    first: Ints
    last: Ints
    weight: Floats

    def alive(self, day: int) -> Bools:
        """Say which pairs are in use on `day`."""
        return np.asarray((self.first <= day) & (day <= self.last))

    def strength(self, day: int) -> Floats:
        """Return how strongly each pair is used on `day`: a habit takes a month to form."""
        age = np.clip((day - self.first) / 30.0, 0.0, 1.0)
        return np.asarray(self.alive(day) * self.weight * (FIRST_WEEKS + (1 - FIRST_WEEKS) * age))


def adopt(
    seed: int, people: Sequence[Person], agents: Sequence[Agent], lives: Sequence[Life], days: int
) -> Adoption:
    """Return the pairs for `agents` and their `lives`; the same for the same seed."""
    pairs: list[tuple[int, int, int, int, float]] = []
    building = ("ai_engineer", "product_owner")
    builders = [p.position for p in people if p.team == "AI Platform" and p.job_role in building]
    for position, (agent, life) in enumerate(zip(agents, lives, strict=True)):
        rng = np.random.default_rng([seed, 2, position])
        for builder in rng.choice(builders, size=2, replace=False).tolist():
            end = min(life.last, life.launch + BUILDERS_STAY if life.launch < NEVER else NEVER)
            pairs.append((builder, position, life.trial, end, 0.7 * max(agent.weight, 0.4)))
        audience = [p for p in people if _is_for(agent, p) and HABIT_CHANCE[p.habit] > 0]
        chosen = rng.random(len(audience)) < agent.reach
        lags = rng.exponential(ADOPTION_DAYS, size=len(audience))
        lags[rng.permutation(len(audience))[:EARLY_ADOPTERS]] *= 0.12
        appetite = rng.lognormal(0.0, 0.45, size=len(audience))
        for place in np.flatnonzero(chosen):
            person, first = audience[place], life.launch + int(lags[place])
            last = min(life.last, days - 40 if person.left else NEVER)
            pairs.append((person.position, position, first, last, agent.weight * float(appetite[place])))
    person_of, agent_of, first_of, last_of = (
        np.array([pair[:4] for pair in pairs], dtype=np.int64).reshape(-1, 4).T
    )
    return Adoption(
        person_of, agent_of, first_of, last_of, np.array([pair[4] for pair in pairs], dtype=np.float64)
    )


def _is_for(agent: Agent, person: Person) -> bool:
    return not {EVERYONE, person.team, person.organization}.isdisjoint(agent.audience)
