"""The model calls of one simulated day: those of agent runs, and those that belong to no agent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchflow.demo import models
from orchflow.demo.columns import Bools, Bytes, Floats, Ints, draw_uuids
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
NOBODY = -1
GUARDED = ("customer-service", "human-resources")
"""Organisations whose calls are checked for personal data, and sometimes blocked."""

BACKGROUND: tuple[tuple[str, str, float, tuple[int, int], bool], ...] = (
    ("direct_call", "gpt-5-mini", 0.27, (1400, 420), False),
    ("sql-query-tool", "haiku", 0.24, (2900, 160), False),
    ("centralized-routing", "gemini-flash", 0.2, (700, 40), False),
    ("user-content-response", "sonnet", 0.13, (1900, 610), False),
    ("llm-controller", "grok-4-fast", 0.08, (1100, 220), False),
    ("system-nightly-digest", "llama", 0.08, (5200, 700), True),
)
"""Callers that match no agent: name, model, share, mean tokens, whether it runs at night without a person."""
BACKGROUND_PEOPLE = 28
NIGHT_HOUR = 2.25


@dataclass(frozen=True)
class Calls:
    """The model calls of a day, in no order. Absent persons and conversations are -1; `cost` is in units.

    `gateway` says in which of the platform's two places the call is recorded. `priced` is false where the
    platform gave no amount.
    """

    caller: Ints
    person: Ints
    organization: Ints
    conversation: Ints
    conversation_ids: Bytes
    model: Ints
    gateway: Bools
    status: Ints
    input_tokens: Ints
    output_tokens: Ints
    cost: Ints
    priced: Bools
    moment: Ints
    duration_ms: Ints
    ids: Bytes

    def __len__(self) -> int:
        return len(self.moment)


def caller_names(simulation: Simulation) -> list[str]:
    """Return the names that `Calls.caller` points to: those of the agents, then those of no agent."""
    of_agents = [agent.slug + caller.suffix for agent in simulation.agents for caller in agent.callers]
    return of_agents + [name for name, *_ in BACKGROUND]


def calls_of(simulation: Simulation, day: int, runs: Runs | None = None) -> Calls:
    """Return the model calls of day number `day` that had ended by now; the same whenever it is asked."""
    runs = runs_of(simulation, day) if runs is None else runs
    rng = np.random.default_rng([simulation.seed, 5, day])
    of_runs = _calls_of_runs(simulation, day, runs, rng)
    others = _background(simulation, day, rng)
    parts = {
        part: np.concatenate([getattr(of_runs, part), getattr(others, part)])
        for part in Calls.__dataclass_fields__
        if part != "conversation_ids"
    }
    if day == simulation.days:
        happened = parts["moment"] <= simulation.now_us
        parts = {part: values[happened] for part, values in parts.items()}
    return Calls(conversation_ids=runs.conversation_ids, **parts)


def _calls_of_runs(simulation: Simulation, day: int, runs: Runs, rng: np.random.Generator) -> Calls:
    run = np.repeat(np.arange(len(runs)), runs.calls)
    count = len(run)
    place = np.arange(count) - np.repeat(np.cumsum(runs.calls) - runs.calls, runs.calls)
    of_run = runs.calls[run]
    agent = runs.agent[run]
    caller, helps = _draw_callers(simulation, agent, rng)
    helper = np.array([models.INDEX[a.models[1]] for a in simulation.agents], dtype=np.int64)
    model = np.where(helps == 1, helper[agent], runs.model[run])
    share = runs.duration_ms[run] / of_run
    moment = runs.start[run] + (share * (place + 0.9) * 1000).astype(np.int64)
    chance = rng.random(count)
    guarded = np.array([a.organization in GUARDED for a in simulation.agents], dtype=np.bool_)
    status = np.where(chance < RETRIED, FAILED, COMPLETED)
    status = np.where((chance > 1 - BLOCKED_SHARE) & guarded[agent], BLOCKED, status)
    status = np.where(runs.failed[run] & (place == of_run - 1), FAILED, status)
    means = np.array([a.tokens for a in simulation.agents], dtype=np.float64).reshape(-1, 2)[agent]
    gateway_from = np.array(
        [a.gateway_from or simulation.days + 1 for a in simulation.agents], dtype=np.int64
    )
    tenant = np.array(
        [simulation.organizations.index(a.organization) for a in simulation.agents], dtype=np.int64
    )
    return _priced(
        day,
        rng,
        caller=caller,
        person=np.where(rng.random(count) < UNKNOWN_PERSON, NOBODY, runs.person[run]),
        organization=tenant[agent],
        conversation=runs.conversation[run],
        model=model,
        gateway=gateway_from[agent] <= day,
        status=status,
        means=means,
        moment=moment,
        duration_ms=np.maximum((share * rng.uniform(0.5, 0.95, count)).astype(np.int64), 40),
    )


def _draw_callers(simulation: Simulation, agent: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw under which of its names each call of an agent is recorded; with it, 1 where the helper model answers."""
    widest = max(len(a.callers) for a in simulation.agents) if simulation.agents else 1
    bounds = np.ones((max(len(simulation.agents), 1), widest))
    first: Ints = np.zeros(len(simulation.agents), dtype=np.int64)
    helps: list[int] = []
    for place, one in enumerate(simulation.agents):
        weights = np.cumsum([caller.weight for caller in one.callers])
        bounds[place, : len(weights)] = weights / weights[-1]
        first[place] = len(helps)
        helps += [caller.model for caller in one.callers]
    chosen = (rng.random(len(agent))[:, None] >= bounds[agent]).sum(axis=1)
    caller = (first[agent] if len(first) else agent) + chosen
    return caller.astype(np.int64), np.array(helps or [0], dtype=np.int64)[caller]


def _background(simulation: Simulation, day: int, rng: np.random.Generator) -> Calls:
    count = int(simulation.background_per_day[day - 1])
    shares = np.cumsum([share for _, _, share, _, _ in BACKGROUND])
    kind = np.minimum(
        np.searchsorted(shares, rng.random(count) * shares[-1], side="right"), len(BACKGROUND) - 1
    )
    night = np.array([at_night for *_, at_night in BACKGROUND])[kind]
    known = rng.permutation(len(simulation.people))[: BACKGROUND_PEOPLE // 2]
    regulars = np.random.default_rng([simulation.seed, 6]).permutation(len(simulation.people))[
        :BACKGROUND_PEOPLE
    ]
    pool = np.intersect1d(known, regulars) if day < 20 else regulars
    person = rng.choice(pool if len(pool) else regulars, size=count)
    seconds = np.where(night, NIGHT_HOUR * 3600 + rng.random(count) * 1800, draw_times(rng, count))
    first = sum(len(agent.callers) for agent in simulation.agents)
    return _priced(
        day,
        rng,
        caller=first + kind,
        person=np.where(night | (rng.random(count) < 0.25), NOBODY, person),
        organization=np.full(count, NOBODY, dtype=np.int64),
        conversation=np.full(count, NOBODY, dtype=np.int64),
        model=np.array([models.INDEX[key] for _, key, *_ in BACKGROUND], dtype=np.int64)[kind],
        gateway=np.zeros(count, dtype=np.bool_),
        status=np.where(rng.random(count) < BACKGROUND_FAILS, FAILED, COMPLETED),
        means=np.array([tokens for *_, tokens, _ in BACKGROUND], dtype=np.float64)[kind],
        moment=simulation.midnight(day) + (seconds * 1e6).astype(np.int64),
        duration_ms=rng.lognormal(8.2, 0.6, count).astype(np.int64),
    )


def _priced(
    day: int,
    rng: np.random.Generator,
    *,
    means: Floats,
    model: Ints,
    status: Ints,
    caller: Ints,
    person: Ints,
    organization: Ints,
    conversation: Ints,
    gateway: Bools,
    moment: Ints,
    duration_ms: Ints,
) -> Calls:
    """Draw tokens around `means` and price them as the platform did on that day."""
    count, answered = len(model), status == COMPLETED
    means = means.reshape(count, 2)
    inputs = np.where(answered, means[:, 0] * rng.lognormal(-0.125, 0.5, count), 0).astype(np.int64)
    outputs = np.where(answered, means[:, 1] * rng.lognormal(-0.18, 0.6, count) + 1, 0).astype(np.int64)
    input_price, output_price = models.prices_on(day)
    return Calls(
        caller=caller.astype(np.int64),
        person=person.astype(np.int64),
        organization=organization,
        conversation=conversation,
        conversation_ids=np.zeros((0, 36), dtype=np.uint8),
        model=model,
        gateway=np.asarray(gateway, dtype=np.bool_),
        status=status.astype(np.int64),
        input_tokens=inputs,
        output_tokens=outputs,
        cost=inputs * input_price[model] + outputs * output_price[model],
        priced=answered,
        moment=moment,
        duration_ms=duration_ms,
        ids=draw_uuids(rng, count),
    )
