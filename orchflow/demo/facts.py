"""The days of a simulation as staging tables of the warehouse's loader: usage, conversations, run events, tasks."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from orchflow.demo import models
from orchflow.demo.calls import STATUSES, Calls, caller_names, calls_of
from orchflow.demo.columns import (
    Bools,
    Ints,
    draw_uuids,
    money_column,
    number_column,
    text_column,
    time_column,
    uuid_column,
)
from orchflow.demo.incidents import ERRORS
from orchflow.demo.runs import Runs, runs_of
from orchflow.demo.simulation import Simulation

EVENTS_OF_DAY = 1_000_000_000
"""Each day's events are numbered from its number times this, as the platform numbers them in their order."""
FIRST_RUN_EVENT = EVENTS_OF_DAY // 2
STARTED, PROGRESS, COMPLETED, FAILED = 0, 1, 2, 3
TYPES = pa.array(["started", "progress", "completed", "failed"])
RECORDED_AFTER_US = 30_000


class Facts:
    """Makes staging tables of a simulation, a day at a time."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation

    @cached_property
    def _people(self) -> pa.Array[Any]:
        return pa.array([person.platform_id for person in self.simulation.people])

    @cached_property
    def _agents(self) -> pa.Array[Any]:
        return pa.array([agent.slug for agent in self.simulation.agents], type=pa.string())

    @cached_property
    def _tenants(self) -> Ints:
        known = self.simulation.organizations
        return np.array([known.index(agent.organization) for agent in self.simulation.agents], dtype=np.int64)

    @cached_property
    def _callers(self) -> pa.Array[Any]:
        return pa.array(caller_names(self.simulation))

    def usage(self, day: int) -> tuple[pa.Table, pa.Table]:
        """Return the model calls of `day` from both places where the platform records them.

        The first table is of calls through its own model access, without an organisation; the second of
        calls through its gateway, numbered as events.
        """
        calls = calls_of(self.simulation, day)
        return self._own(calls, ~calls.gateway), self._gateway(calls, calls.gateway, day)

    def _own(self, calls: Calls, where: Bools) -> pa.Table:
        place = np.flatnonzero(where)
        model = calls.model[place]
        names = [pa.array([getattr(one, part) for one in models.MODELS]) for part in ("provider", "name")]
        return pa.table(
            {
                "event_id": uuid_column(calls.ids[place]),
                "recorded_at": time_column(calls.moment[place] + RECORDED_AFTER_US),
                "provider": text_column(names[0], model),
                "model": text_column(names[1], model),
                "route": text_column(pa.array(["remote", "local"]), models.LOCAL[model].astype(np.int64)),
                "is_local": pa.array(models.LOCAL[model]),
                "organization": pa.nulls(len(place), pa.string()),
                **self._common(calls, place),
            }
        )

    def _gateway(self, calls: Calls, where: Bools, day: int) -> pa.Table:
        place = np.flatnonzero(where)
        place = place[np.argsort(calls.moment[place], kind="stable")]
        numbers = np.arange(len(place)) + day * EVENTS_OF_DAY
        provider = pa.array(["openrouter"])
        model = text_column(pa.array([one.gateway_name for one in models.MODELS]), calls.model[place])
        tenants = pa.array(self.simulation.organizations)
        return pa.table(
            {
                "event_id": number_column(numbers).cast(pa.string()),
                "recorded_at": time_column(calls.moment[place] + RECORDED_AFTER_US),
                "provider": text_column(provider, np.zeros(len(place), dtype=np.int64)),
                "model": model,
                "route": pa.nulls(len(place), pa.string()),
                "is_local": pa.nulls(len(place), pa.bool_()),
                "organization": text_column(
                    tenants, calls.organization[place], calls.organization[place] >= 0
                ),
                **self._common(calls, place),
            }
        )

    def _common(self, calls: Calls, place: Ints) -> dict[str, pa.Array[Any]]:
        person, conversation = calls.person[place], calls.conversation[place]
        known = conversation >= 0
        texts = calls.conversation_ids
        if not len(texts):
            texts = np.zeros((1, 36), dtype=np.uint8)
        return {
            "occurred_at": time_column(calls.moment[place]),
            "caller": text_column(self._callers, calls.caller[place]),
            "user_id": text_column(self._people, person, person >= 0),
            "conversation_id": uuid_column(texts[np.where(known, conversation, 0)], known),
            "status": text_column(pa.array(STATUSES), calls.status[place]),
            "input_tokens": number_column(calls.input_tokens[place]),
            "output_tokens": number_column(calls.output_tokens[place]),
            "cost": money_column(calls.cost[place], calls.priced[place]),
            "duration_ms": number_column(calls.duration_ms[place]),
        }

    def conversations(self, day: int) -> pa.Table:
        """Return the conversations begun on `day`, one row each."""
        runs = runs_of(self.simulation, day)
        order = np.argsort(runs.conversation, kind="stable")
        places, first, counts = np.unique(runs.conversation[order], return_index=True, return_counts=True)
        opening, closing = order[first], order[first + counts - 1] if len(first) else order
        agent = runs.agent[opening]
        return pa.table(
            {
                "conversation_id": uuid_column(runs.conversation_ids[places]),
                "agent": text_column(self._agents, agent),
                "organization": text_column(pa.array(self.simulation.organizations), self._tenants[agent]),
                "user_id": text_column(self._people, runs.person[opening]),
                "started_at": time_column(runs.start[opening]),
                "last_active_at": time_column(np.minimum(runs.end[closing], self.simulation.now_us)),
            }
        )

    def run_events(self, day: int) -> pa.Table:
        """Return the starts, approvals asked for and ends of the runs of `day`."""
        runs = runs_of(self.simulation, day)
        everyone = np.arange(len(runs))
        asking = np.flatnonzero(self._asks(runs) & ((~runs.open) | runs.waiting))
        ended = np.flatnonzero(~runs.open)
        run = np.concatenate([everyone, asking, ended])
        kind = np.concatenate(
            [
                np.full(len(everyone), STARTED),
                np.full(len(asking), PROGRESS),
                np.where(runs.failed[ended], FAILED, COMPLETED),
            ]
        )
        moment = np.where(kind == STARTED, runs.start[run], runs.end[run])
        moment = np.where(kind == PROGRESS, (runs.start[run] + runs.end[run]) // 2, moment)
        order = np.argsort(moment, kind="stable")
        run, kind, moment = run[order], kind[order].astype(np.int64), moment[order]
        ends, agent = kind >= COMPLETED, runs.agent[run]
        return pa.table(
            {
                "event_id": number_column(np.arange(len(run)) + day * EVENTS_OF_DAY + FIRST_RUN_EVENT).cast(
                    pa.string()
                ),
                "occurred_at": time_column(moment),
                "type": text_column(TYPES, kind),
                "agent": text_column(self._agents, agent),
                "conversation_id": uuid_column(runs.conversation_ids[runs.conversation[run]]),
                "organization": text_column(pa.array(self.simulation.organizations), self._tenants[agent]),
                "user_id": text_column(self._people, runs.person[run]),
                "duration_ms": number_column(runs.duration_ms[run], ends),
                "error": text_column(pa.array(ERRORS), runs.error[run], kind == FAILED),
            }
        )

    def tasks(self, day: int) -> pa.Table:
        """Return the tasks of the runs of `day` whose agents ask a person; some still wait."""
        runs = runs_of(self.simulation, day)
        runs = runs.only(self._asks(runs) & ((~runs.open) | runs.waiting))
        rng = np.random.default_rng([self.simulation.seed, 7, day])
        answered = runs.end + (rng.lognormal(6.5, 1.1, len(runs)) * 1e6).astype(np.int64)
        asked = (runs.start + runs.end) // 2
        status = np.where(runs.waiting, 0, np.where(runs.failed, 2, 1)).astype(np.int64)
        return pa.table(
            {
                "task_id": uuid_column(draw_uuids(rng, len(runs))),
                "conversation_id": uuid_column(runs.conversation_ids[runs.conversation]),
                "user_id": text_column(self._people, runs.person),
                "status": text_column(pa.array(["running", "completed", "failed"]), status),
                "waiting": pa.array(runs.waiting),
                "waiting_since": time_column(asked, runs.waiting),
                "created_at": time_column(runs.start),
                "updated_at": time_column(
                    np.minimum(np.where(runs.waiting, asked, answered), self.simulation.now_us)
                ),
            }
        )

    def _asks(self, runs: Runs) -> Bools:
        asks = np.array([agent.asks_person for agent in self.simulation.agents], dtype=np.bool_)
        return np.asarray(asks[runs.agent])
