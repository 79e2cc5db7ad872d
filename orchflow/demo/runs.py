"""The agent runs of one simulated day."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from orchflow.demo import models
from orchflow.demo.columns import Bools, Bytes, Columns, Floats, Ints, draw_uuids
from orchflow.demo.incidents import (
    ERRORS,
    OUTAGE_ERROR,
    OUTAGE_FAILS,
    OUTAGES,
    error_rates,
    extra_calls,
    slowness,
)
from orchflow.demo.simulation import Simulation
from orchflow.demo.working_days import draw_times, is_working_day, working_day

WEEKEND_CHANCE = 0.12
FIRST_DAY_RUNS = 3
LAUNCH_DAYS, LAUNCH_RUNS = 10, 7
RUNS_PER_CONVERSATION = 4
PAUSE_US = 5_000_000
WAITING_DAYS, WAITING_CHANCE = 4, 0.14
RUNNING_SINCE_MINUTES = (2, 5, 9)
DAY_US = 86_400_000_000
APART_US = 40 * DAY_US


@dataclass(frozen=True)
class Runs(Columns):
    """The runs of a day, sorted by person, agent and time. Instants are microseconds since 1970.

    A run with `open` has no end yet: it is running, or waits for a person (`waiting`). `model` is the agent's main
    model on that day. `conversation` numbers the conversations of the day.
    """

    person: Ints
    agent: Ints
    start: Ints
    duration_ms: Ints
    failed: Bools
    error: Ints
    open: Bools
    waiting: Bools
    calls: Ints
    model: Ints
    conversation: Ints
    conversation_id: Bytes

    @property
    def end(self) -> Ints:
        """When each run ended, or would have."""
        return self.start + self.duration_ms * 1000


def runs_of(simulation: Simulation, day: int) -> Runs:
    """Return the runs of day number `day` that had begun by now; the same whenever it is asked."""
    rng = np.random.default_rng([simulation.seed, 3, day])
    pair = _draw_pairs(simulation, day, rng)
    begin = simulation.midnight(day) + (draw_times(rng, len(pair)) * 1e6).astype(np.int64)
    order = np.lexsort((begin, pair))
    pair, begin = pair[order], begin[order]
    agent, conversation = simulation.adoption.agent[pair], _conversations(pair)
    model = main_models(simulation, day)[agent]
    duration_ms = _durations(simulation, day, pair, model, rng)
    start = _one_after_another(begin, duration_ms * 1000 + PAUSE_US, conversation)
    failed, error = _failures(simulation, day, agent, start, model, rng)
    calls = _calls(simulation, day, agent, failed, rng)
    waiting = _waiting(simulation, day, agent, conversation, rng) & ~failed
    ids = draw_uuids(rng, int(conversation[-1]) + 1 if len(pair) else 0)
    runs = Runs(
        person=simulation.adoption.person[pair], agent=agent, start=start, duration_ms=duration_ms, failed=failed,
        error=error, open=waiting, waiting=waiting, calls=calls, model=model, conversation=conversation,
        conversation_id=ids[conversation],
    )  # fmt: skip
    if day < simulation.days:
        return runs
    runs = runs.only(runs.start <= simulation.now_us)
    return replace(runs, open=runs.open | (runs.end > simulation.now_us)) + _running(simulation, len(ids))


def _durations(simulation: Simulation, day: int, pair: Ints, model: Ints, rng: np.random.Generator) -> Ints:
    agent = simulation.adoption.agent[pair]
    usual = simulation.of_agents(lambda each: each.seconds, np.float64)
    seconds = usual[agent] * slowness(simulation.agents, simulation.lives, day)[agent]
    practice = (1.0 + np.maximum(day - simulation.adoption.first[pair], 0) / 4.0) ** -0.13
    drawn: Floats = seconds * practice * models.SPEED[model] * rng.lognormal(0.0, 0.42, len(pair)) * 1000
    return np.asarray(drawn.clip(300, 900_000), dtype=np.int64)


def _failures(
    simulation: Simulation, day: int, agent: Ints, start: Ints, model: Ints, rng: np.random.Generator
) -> tuple[Bools, Ints]:
    """Which runs failed, and the place of each one's error in ERRORS, if it did."""
    count = len(agent)
    failed = rng.random(count) < error_rates(simulation.agents, simulation.lives, day)[agent]
    error = rng.integers(0, len(ERRORS), size=count)
    out = _in_outage(simulation, day, start, model) & (rng.random(count) < OUTAGE_FAILS)
    return failed | out, np.where(out, OUTAGE_ERROR, error)


def _calls(simulation: Simulation, day: int, agent: Ints, failed: Bools, rng: np.random.Generator) -> Ints:
    """How many model calls each run makes; one that fails about half of its usual number."""
    usual = simulation.of_agents(lambda each: each.calls, np.float64)
    expected = usual * extra_calls(simulation.agents, day) * simulation.call_factor
    calls: Ints = 1 + rng.poisson(np.maximum(expected[agent] * np.where(failed, 0.5, 1.0) - 1.0, 0.0))
    return calls


def _waiting(
    simulation: Simulation, day: int, agent: Ints, conversation: Ints, rng: np.random.Generator
) -> Bools:
    """Which runs wait for a person: the last ones of conversations in the last days."""
    last = np.append(conversation[1:] != conversation[:-1], True)[: len(conversation)]
    lately = day > simulation.days - WAITING_DAYS
    waiting: Bools = simulation.asks_person[agent] & last & (rng.random(len(agent)) < WAITING_CHANCE) & lately
    return waiting


def main_models(simulation: Simulation, day: int) -> Ints:
    """Return the place in MODELS of each agent's main model on `day`."""
    keys = [agent.main_model(day) for agent in simulation.agents]
    return np.array([models.INDEX[key] for key in keys], dtype=np.int64)


def _draw_pairs(simulation: Simulation, day: int, rng: np.random.Generator) -> Ints:
    """Draw who ran what: people who are active today, by the strength of their habits."""
    adoption = simulation.adoption
    chance = simulation.habits * (1.0 if is_working_day(simulation.date_of(day)) else WEEKEND_CHANCE)
    active = rng.random(len(chance)) < chance
    strength = adoption.strength(day)
    weights = strength * active[adoption.person]
    if not weights.sum():
        weights = strength * simulation.habits[adoption.person]
    drawn: Ints = np.zeros(0, dtype=np.int64)
    if weights.sum():
        bounds: Floats = np.cumsum(weights)
        draws = rng.random(int(simulation.runs_per_day[day - 1])) * bounds[-1]
        drawn = np.minimum(np.searchsorted(bounds, draws, side="right"), len(bounds) - 1)
    return np.concatenate([drawn.astype(np.int64), *_milestone_pairs(simulation, day, rng)])


def _milestone_pairs(simulation: Simulation, day: int, rng: np.random.Generator) -> list[Ints]:
    """The runs that a story needs in however few events: each agent's first day, and the first agent's first weeks."""
    of_agent = simulation.adoption.agent
    added = [
        np.full(FIRST_DAY_RUNS, np.flatnonzero(of_agent == place)[0], dtype=np.int64)
        for place, life in enumerate(simulation.lives)
        if life.pilot == day
    ]
    in_launch = bool(simulation.lives) and 0 <= day - simulation.lives[0].launch < LAUNCH_DAYS
    if in_launch and is_working_day(simulation.date_of(day)):
        users = np.flatnonzero(simulation.adoption.alive(day) & (of_agent == 0))
        added.append(rng.permutation(users)[:LAUNCH_RUNS].astype(np.int64))
    return added


def _conversations(pair: Ints) -> Ints:
    """Number the conversations of sorted pairs: at most RUNS_PER_CONVERSATION runs of one pair each."""
    if not len(pair):
        return np.zeros(0, dtype=np.int64)
    new_pair = np.append(True, pair[1:] != pair[:-1])
    first = np.maximum.accumulate(np.where(new_pair, np.arange(len(pair)), 0))
    begins = (np.arange(len(pair)) - first) % RUNS_PER_CONVERSATION == 0
    return np.cumsum(begins).astype(np.int64) - 1


def _one_after_another(begin: Ints, length: Ints, group: Ints) -> Ints:
    """Delay runs so that within a group (sorted by it, then by `begin`) none begins before the last has ended."""
    if not len(begin):
        return begin
    before = np.cumsum(length) - length
    opened = np.append(True, group[1:] != group[:-1])
    before = before - np.maximum.accumulate(np.where(opened, before, 0))
    base = int(begin.min())
    shifted = (begin - base) - before + group * APART_US
    return np.asarray(np.maximum.accumulate(shifted) - group * APART_US + before + base)


def _in_outage(simulation: Simulation, day: int, start: Ints, model: Ints) -> Bools:
    hit = np.zeros(len(start), dtype=np.bool_)
    for outage in OUTAGES:
        happened = (working_day(simulation.date_of(outage.day)) - simulation.start).days + 1
        if happened == day:
            hours = (start - simulation.midnight(day)) / 3.6e9
            same = models.PROVIDER_OF[model] == models.PROVIDERS.index(outage.provider)
            hit |= same & (hours >= outage.start_hour) & (hours < outage.end_hour)
    return hit


def _running(simulation: Simulation, conversations: int) -> Runs:
    """A few runs that began minutes ago and go on, so that there is something to see at any hour."""
    rng = np.random.default_rng([simulation.seed, 4, simulation.days])
    adoption = simulation.adoption
    healthy = np.array([life.failing_from > simulation.days for life in simulation.lives], dtype=np.bool_)
    usable = np.flatnonzero(adoption.alive(simulation.days) & healthy[adoption.agent])
    starts = simulation.now_us - np.array(RUNNING_SINCE_MINUTES, dtype=np.int64) * 60_000_000
    starts = starts[(starts >= simulation.midnight(simulation.days)) & bool(len(usable))]
    count = len(starts)
    pair = rng.choice(usable, size=count) if count else np.zeros(0, dtype=np.int64)
    agent, no = adoption.agent[pair], np.zeros(count, dtype=np.bool_)
    return Runs(
        person=adoption.person[pair], agent=agent, start=starts, duration_ms=np.full(count, 1_200_000),
        failed=no, error=np.zeros(count, dtype=np.int64), open=~no, waiting=no, calls=np.full(count, 2),
        model=main_models(simulation, simulation.days)[agent], conversation=np.arange(count) + conversations,
        conversation_id=draw_uuids(rng, count),
    )  # fmt: skip
