"""The agents of the simulated organisation: what each is for, and when it comes alive."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

import yaml

Fate = Literal["healthy", "degraded", "failing", "idle", "disabled", "archived", "draft"]

EVERYONE = "*"
NEVER = 100_000


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
    gateway_from: int | None = None
    asks_person: bool = False
    fate: Fate = "healthy"


def _agent(entry: dict[str, Any]) -> Agent:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    if "callers" in values:
        values["callers"] = tuple(Caller(**caller) for caller in values["callers"])
    return Agent(**values)


AGENTS: tuple[Agent, ...] = tuple(
    _agent(entry) for entry in yaml.safe_load(files("orchflow.demo").joinpath("cast.yaml").read_text("utf-8"))
)
