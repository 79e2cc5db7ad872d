"""The model calls of one simulated day: those of agent runs, and those that belong to no agent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from orchflow.demo import models
from orchflow.demo.columns import UUID_LENGTH, Bools, Bytes, Columns, Floats, Ints, draw_uuids
from orchflow.demo.rows import rows
from orchflow.demo.runs import Runs, runs_of
from orchflow.demo.simulation import Simulation
from orchflow.demo.working_days import draw_times

COMPLETED, FAILED, BLOCKED = 0, 1, 2
STATUSES = ("completed", "error", "blocked")
"""As the platform writes them."""

RETRIED = 0.003
BLOCKED_SHARE = 0.0015
UNKNOWN_PERSON = 0.01
BACKGROUND_FAILS = 0.012
CACHED_COSTS_LESS = 10
"""By what factor a token costs less that was read from a cache."""
NOBODY = -1
GUARDED = ("customer-service", "human-resources")
"""Organisations whose calls are checked for personal data, and sometimes blocked."""

BACKGROUND = rows("platform.yaml")["background"]
BACKGROUND_PEOPLE = 28
NIGHT_HOUR = 2.25


@dataclass(frozen=True)
class Calls(Columns):
    """The model calls of a day, in no order. Absent persons and organisations are -1; `cost` is in units.

    `in_run` is false for calls without a conversation. `gateway` says in which of the platform's two places the call
    is recorded. `priced` is false where the platform gave no amount.
    """

    caller: Ints
    person: Ints
    organization: Ints
    in_run: Bools
    conversation_id: Bytes
    model: Ints
    gateway: Bools
    status: Ints
    input_tokens: Ints
    cached_tokens: Ints
    output_tokens: Ints
    cost: Ints
    priced: Bools
    moment: Ints
    duration_ms: Ints
    ids: Bytes


def caller_names(simulation: Simulation) -> list[str]:
    """Return the names that `Calls.caller` points to: those of the agents, then those of no agent."""
    of_agents = [agent.slug + caller.suffix for agent in simulation.agents for caller in agent.callers]
    return of_agents + [each["caller"] for each in BACKGROUND]


def calls_of(simulation: Simulation, day: int, runs: Runs | None = None) -> Calls:
    """Return the model calls of day number `day` that had ended by now; the same whenever it is asked."""
    runs = runs_of(simulation, day) if runs is None else runs
    rng = np.random.default_rng([simulation.seed, 5, day])
    calls = _calls_of_runs(simulation, day, runs, rng) + _background(simulation, day, rng)
    return calls.only(calls.moment <= simulation.now_us) if day == simulation.days else calls


def _calls_of_runs(simulation: Simulation, day: int, runs: Runs, rng: np.random.Generator) -> Calls:
    run = np.repeat(np.arange(len(runs)), runs.calls)
    count, agent = len(run), runs.agent[run]
    place = np.arange(count) - np.repeat(np.cumsum(runs.calls) - runs.calls, runs.calls)
    caller, helps = _draw_callers(simulation, agent, rng)
    helper = np.array([models.INDEX[each.models[1]] for each in simulation.agents], dtype=np.int64)
    share = runs.duration_ms[run] / runs.calls[run]
    chance = rng.random(count)
    guarded = simulation.of_agents(lambda each: each.organization in GUARDED, np.bool_)
    status = np.where(chance < RETRIED, FAILED, COMPLETED)
    status = np.where((chance > 1 - BLOCKED_SHARE) & guarded[agent], BLOCKED, status)
    status = np.where(runs.failed[run] & (place == runs.calls[run] - 1), FAILED, status)
    gateway_from = simulation.of_agents(lambda each: each.gateway_from or simulation.days + 1, np.int64)
    return _priced(
        day, rng, simulation.of_agents(lambda each: each.tokens, np.float64).reshape(-1, 2)[agent],
        cached=_cached_shares(simulation, day)[agent],
        caller=caller,
        person=np.where(rng.random(count) < UNKNOWN_PERSON, NOBODY, runs.person[run]),
        organization=simulation.tenants[agent],
        in_run=np.ones(count, dtype=np.bool_),
        conversation_id=runs.conversation_id[run],
        model=np.where(helps == 1, helper[agent], runs.model[run]),
        gateway=gateway_from[agent] <= day,
        status=status,
        moment=runs.start[run] + (share * (place + 0.9) * 1000).astype(np.int64),
        duration_ms=np.maximum((share * rng.uniform(0.5, 0.95, count)).astype(np.int64), 40),
    )  # fmt: skip


def _draw_callers(simulation: Simulation, agent: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw under which of its names each call of an agent is recorded; with it, 1 where the helper model answers."""
    draws = rng.random(len(agent))
    caller = np.zeros(len(agent), dtype=np.int64)
    helps: list[int] = []
    for place, each in enumerate(simulation.agents):
        weights = np.cumsum([caller.weight for caller in each.callers])
        own = agent == place
        caller[own] = len(helps) + np.searchsorted(weights / weights[-1], draws[own], side="right")
        helps += [caller.model for caller in each.callers]
    return caller, np.array(helps or [0], dtype=np.int64)[caller]


def _background(simulation: Simulation, day: int, rng: np.random.Generator) -> Calls:
    count, everyone = int(simulation.background_per_day[day - 1]), len(simulation.people)
    bounds = np.cumsum([each["share"] for each in BACKGROUND])
    kind = np.searchsorted(bounds, rng.random(count) * bounds[-1], side="right").clip(max=len(BACKGROUND) - 1)
    night = np.array([each["at_night"] for each in BACKGROUND])[kind]
    known = rng.permutation(everyone)[: BACKGROUND_PEOPLE // 2]
    regulars = np.random.default_rng([simulation.seed, 6]).permutation(everyone)[:BACKGROUND_PEOPLE]
    pool = np.intersect1d(known, regulars) if day < 20 else regulars
    person = rng.choice(pool if len(pool) else regulars, size=count)
    seconds = np.where(night, NIGHT_HOUR * 3600 + rng.random(count) * 1800, draw_times(rng, count))
    return _priced(
        day, rng, np.array([each["tokens"] for each in BACKGROUND], dtype=np.float64)[kind],
        cached=np.zeros(count),
        caller=sum(len(agent.callers) for agent in simulation.agents) + kind,
        person=np.where(night | (rng.random(count) < 0.25), NOBODY, person),
        organization=np.full(count, NOBODY, dtype=np.int64),
        in_run=np.zeros(count, dtype=np.bool_),
        conversation_id=np.zeros((count, UUID_LENGTH), dtype=np.uint8),
        model=np.array([models.INDEX[each["model"]] for each in BACKGROUND], dtype=np.int64)[kind],
        gateway=np.zeros(count, dtype=np.bool_),
        status=np.where(rng.random(count) < BACKGROUND_FAILS, FAILED, COMPLETED),
        moment=simulation.midnight(day) + (seconds * 1e6).astype(np.int64),
        duration_ms=rng.lognormal(8.2, 0.6, count).astype(np.int64),
    )  # fmt: skip


def _cached_shares(simulation: Simulation, day: int) -> Floats:
    """Which part of what the calls of each agent read came from a cache on `day`."""
    shares = [each.cached[1] if each.cached and day >= each.cached[0] else 0.0 for each in simulation.agents]
    return np.array(shares, dtype=np.float64)


def _priced(day: int, rng: np.random.Generator, means: Floats, cached: Floats, **drawn: Any) -> Calls:
    """Draw tokens around `means` and price them as the platform did on that day; `drawn` are all other columns."""
    model, answered = drawn["model"], drawn["status"] == COMPLETED
    count = len(model)
    inputs = np.where(answered, means[:, 0] * rng.lognormal(-0.125, 0.5, count), 0).astype(np.int64)
    outputs = np.where(answered, means[:, 1] * rng.lognormal(-0.18, 0.6, count) + 1, 0).astype(np.int64)
    input_price, output_price = models.prices_on(day)
    hits = (inputs * cached * rng.uniform(0.8, 1.0, count)).astype(np.int64)
    cost = (inputs - hits) * input_price[model] + hits * input_price[model] // CACHED_COSTS_LESS
    cost += outputs * output_price[model]
    return Calls(
        **drawn,
        input_tokens=inputs,
        cached_tokens=hits,
        output_tokens=outputs,
        cost=cost,
        priced=answered & models.priced_on(day)[model],
        ids=draw_uuids(rng, count),
    )
