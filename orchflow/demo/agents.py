"""The agents of the simulated organisation: what each is for, and when it is created, tried, used and given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from orchflow.demo.rows import records
from orchflow.demo.working_days import working_day

Fate = Literal["healthy", "degraded", "failing", "idle", "disabled", "archived", "draft"]

EVERYONE = "*"
NEVER = 100_000
SETTLED_AFTER = 21
"""Days after its launch until an agent may meet its fate; a shorter simulation ends before it."""
ARCHIVED_ON = 75
IDLE_DAYS, DISABLED_DAYS, DEGRADED_DAYS = 24, 17, 9


@dataclass(frozen=True)
class Caller:
    """A name (slug + suffix) under which calls are recorded; `model` is 0 for the main model, 1 for the helper."""

    suffix: str
    weight: float
    model: int = 0


@dataclass(frozen=True)
class Agent:
    """One agent. Days count from Day 1 = 1; a `created` below 1 counts back from the last day.

    Builders fail with it from `trial`, succeed from `pilot`; the people of `audience` (organisations or teams;
    `reach` is the share of them) take it up after `launch`. `models` are (main, helper) keys of MODELS,
    `migration` is (day, key of the new main model), `gateway_from` the day from which its calls go through the
    platform's gateway. `calls` is the usual number of model calls in a run, `tokens` their mean input and output,
    `cached` is (day, share) from which so much of what its calls read came from the provider's cache,
    `seconds` the median of a run. `fate` is how it is today, in a simulation that is long enough.
    """

    slug: str
    name: str
    description: str
    kind: str
    organization: str
    created: int
    models: tuple[str, str]
    weight: float
    calls: float
    tokens: tuple[int, int]
    seconds: float
    trial: int | None = None
    pilot: int = NEVER
    launch: int = NEVER
    audience: tuple[str, ...] = ()
    reach: float = 0.0
    error_rate: float = 0.004
    callers: tuple[Caller, ...] = (Caller("", 1.0),)
    migration: tuple[int, str] | None = None
    cached: tuple[int, float] | None = None
    gateway_from: int | None = None
    asks_person: bool = False
    fate: Fate = "healthy"

    def main_model(self, day: int) -> str:
        """The key of its main model on day number `day`."""
        return self.migration[1] if self.migration and day >= self.migration[0] else self.models[0]


AGENTS = records(Agent, "cast.yaml", "agents")


@dataclass(frozen=True)
class Life:
    """The days of one agent's life in one simulation, as numbers from Day 1; `last` is the last day it is used."""

    created: int
    trial: int
    pilot: int
    launch: int
    last: int
    failing_from: int
    degraded_from: int
    status: str


def life_of(agent: Agent, start: date, days: int) -> Life | None:
    """Return the life of `agent` in a simulation of `days` days, or None when it is not even created by then."""
    created = agent.created if agent.created > 0 else days + agent.created
    if not 1 <= created <= days:
        return None
    pilot, launch = _working(agent.pilot, start, days), _working(agent.launch, start, days)
    settled = days >= (pilot if launch == NEVER else launch) + SETTLED_AFTER
    fate: Fate = agent.fate if settled or agent.fate == "draft" else "healthy"
    last_uses = {
        "archived": min(ARCHIVED_ON, days - 20),
        "idle": days - IDLE_DAYS,
        "disabled": days - DISABLED_DAYS,
    }
    return Life(
        created=created,
        trial=_working(agent.trial, start, days) if agent.trial else pilot,
        pilot=pilot,
        launch=launch,
        last=last_uses.get(fate, NEVER),
        failing_from=_last_but_one_working_day(start, days) if fate == "failing" else NEVER,
        degraded_from=days - DEGRADED_DAYS if fate == "degraded" else NEVER,
        status=fate if fate in ("disabled", "archived") else "active" if days >= pilot else "draft",
    )


def _working(day: int, start: date, days: int) -> int:
    """Move a day number to the next working day; one beyond the end stays."""
    return day if day > days else (working_day(start + timedelta(days=day - 1)) - start).days + 1


def _last_but_one_working_day(start: date, days: int) -> int:
    last = working_day(start + timedelta(days=days - 1), -1)
    return (working_day(last - timedelta(days=1), -1) - start).days + 1
