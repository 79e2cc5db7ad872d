"""The simulated organisation as a whole: its people, agents and how much happens on each day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from orchflow.demo.adoption import Adoption, adopt
from orchflow.demo.agents import AGENTS, Agent, Life, life_of
from orchflow.demo.columns import Bools, Floats, Ints
from orchflow.demo.incidents import extra_calls
from orchflow.demo.organisation import HABIT_CHANCE, ORGANIZATIONS, Person, people
from orchflow.demo.working_days import day_load
from orchflow.errors import UsageError

BACKGROUND_SHARE = 0.08
"""Share of model calls that belong to no agent: experiments, tools, the platform's own work."""
EVENTS_PER_RUN = 5
RUNS_AT_DEFAULT, EVENTS_AT_DEFAULT = 40_000, 200_000
EARLIEST = date(2020, 1, 2)

Kind = TypeVar("Kind", bound=np.generic)


@dataclass(frozen=True)
class Simulation:
    """What happened from Day 1 until `now`, wholly determined by its fields.

    `events` is about how many usage events there are; people do not work more when it is large, their
    agents call models more often. Days are days of `zone`, numbered from Day 1 = 1 to `days` = today.
    """

    seed: int
    days: int
    events: int
    zone: ZoneInfo
    now: datetime

    def __post_init__(self) -> None:
        if self.days < 1 or self.start < EARLIEST:
            raise UsageError(
                f"A demo of {self.days} days cannot be made", f"Give --days from 1 to {self.most_days}."
            )
        if self.events < 1:
            raise UsageError(
                f"A demo of {self.events} usage events cannot be made", "Give --events of at least 1."
            )
        if self.seed < 0:
            raise UsageError(f"The seed {self.seed} is negative", "Give --seed from 0 up.")

    @property
    def today(self) -> date:
        """The last day of the simulation."""
        return self.now.astimezone(self.zone).date()

    @property
    def most_days(self) -> int:
        """The longest simulation that ends today and begins no earlier than the warehouse accepts."""
        return (self.today - EARLIEST).days + 1

    @property
    def start(self) -> date:
        """Day 1."""
        return self.today - timedelta(days=min(self.days, self.most_days + 1) - 1)

    def date_of(self, day: int) -> date:
        """Return the date of day number `day`."""
        return self.start + timedelta(days=day - 1)

    def midnight(self, day: int) -> int:
        """Return the instant at which day number `day` begins, in microseconds since 1970."""
        begins = datetime.combine(self.date_of(day), time(0), tzinfo=self.zone)
        return int(begins.timestamp()) * 1_000_000

    @property
    def now_us(self) -> int:
        """Now, in microseconds since 1970."""
        return int(self.now.timestamp() * 1_000_000)

    @cached_property
    def people(self) -> list[Person]:
        """Everyone in the organisation."""
        return people(self.seed, self.start)

    @property
    def organizations(self) -> list[str]:
        """The slugs of the platform's organisations."""
        return list(ORGANIZATIONS)

    @cached_property
    def alive(self) -> list[tuple[Agent, Life]]:
        """The agents created by today, with their lives."""
        lives = [(agent, life_of(agent, self.start, self.days)) for agent in AGENTS]
        return [(agent, life) for agent, life in lives if life is not None]

    @cached_property
    def agents(self) -> list[Agent]:
        """The agents created by today."""
        return [agent for agent, _ in self.alive]

    @cached_property
    def lives(self) -> list[Life]:
        """The lives of `agents`, in their order."""
        return [life for _, life in self.alive]

    def of_agents(self, value: Callable[[Agent], Any], kind: type[Kind]) -> npt.NDArray[Kind]:
        """A value of each agent, in their order."""
        return np.array([value(agent) for agent in self.agents], dtype=kind)

    @cached_property
    def tenants(self) -> Ints:
        """The place of each agent's organisation in `organizations`."""
        return self.of_agents(lambda agent: self.organizations.index(agent.organization), np.int64)

    @cached_property
    def asks_person(self) -> Bools:
        """Which agents ask a person before they end."""
        return self.of_agents(lambda agent: agent.asks_person, np.bool_)

    @cached_property
    def adoption(self) -> Adoption:
        """Who uses what."""
        return adopt(self.seed, self.people, self.agents, self.lives, self.days)

    @cached_property
    def habits(self) -> Floats:
        """The chance per person to use agents at all on a working day."""
        return np.array([HABIT_CHANCE[person.habit] for person in self.people])

    @cached_property
    def _loads(self) -> tuple[Floats, Floats]:
        """Per day: expected runs (relative), and how many calls those make at each agent's usual number."""
        usual = self.of_agents(lambda agent: agent.calls, np.float64)
        runs, calls = np.zeros(self.days), np.zeros(self.days)
        for day in range(1, self.days + 1):
            strength = self.adoption.strength(day) * self.habits[self.adoption.person]
            load = day_load(self.date_of(day))
            runs[day - 1] = strength.sum() * load
            calls[day - 1] = (
                strength * (usual * extra_calls(self.agents, day))[self.adoption.agent]
            ).sum() * load
        return runs, calls

    @cached_property
    def runs_per_day(self) -> Ints:
        """How many agent runs each day has (today: were it over)."""
        runs, _ = self._loads
        growth = (self.events / EVENTS_AT_DEFAULT) ** 0.5 if self.events > EVENTS_AT_DEFAULT else 1.0
        total = min(self.events / EVENTS_PER_RUN, RUNS_AT_DEFAULT * growth)
        return _spread(runs, total)

    @cached_property
    def call_factor(self) -> float:
        """By what factor runs make more model calls than usual, so that there are `events` in all."""
        runs, calls = self._loads
        total = int(self.runs_per_day.sum())
        if total == 0:
            return 1.0
        return float(self.events * (1 - BACKGROUND_SHARE) / (total * calls.sum() / runs.sum()))

    @cached_property
    def background_per_day(self) -> Ints:
        """How many model calls outside agents each day has; all of them while there is no agent yet."""
        runs, _ = self._loads
        total = self.events * BACKGROUND_SHARE if runs.sum() else float(self.events)
        even = np.array([day_load(self.date_of(day)) for day in range(1, self.days + 1)])
        weights = 0.25 * even / even.sum() + 0.75 * (runs / runs.sum() if runs.sum() else 0.0)
        return _spread(weights, total)


def _spread(weights: Floats, total: float) -> Ints:
    """Split `total` into whole numbers proportional to `weights`, losing none to rounding."""
    if not weights.sum():
        return np.zeros(len(weights), dtype=np.int64)
    bounds = np.floor(np.cumsum(weights) / weights.sum() * total + 0.5).astype(np.int64)
    return np.asarray(np.diff(bounds, prepend=0), dtype=np.int64)
