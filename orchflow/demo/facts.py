"""The days of a simulation as staging tables of the warehouse's loader: usage, conversations, run events, tasks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from orchflow.demo import models
from orchflow.demo.calls import STATUSES, Calls, caller_names, calls_of
from orchflow.demo.columns import (
    Bools,
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
        self._people = pa.array([person.platform_id for person in simulation.people])
        self._agents = pa.array([agent.slug for agent in simulation.agents], type=pa.string())
        self._organizations = pa.array(simulation.organizations)
        self._callers = pa.array(caller_names(simulation))

    def usage(self, day: int) -> tuple[pa.Table, pa.Table]:
        """Return the model calls of `day` from both places where the platform records them.

        The first table is of calls through its own model access, without an organisation; the second of
        calls through its gateway, numbered as events.
        """
        calls = calls_of(self.simulation, day)
        through_gateway = calls.only(calls.gateway)
        in_order = through_gateway.only(np.argsort(through_gateway.moment, kind="stable"))
        return self._own(calls.only(~calls.gateway)), self._gateway(in_order, day)

    def _own(self, calls: Calls) -> pa.Table:
        return pa.table(
            {
                "event_id": uuid_column(calls.ids),
                "provider": text_column(pa.array([each.provider for each in models.MODELS]), calls.model),
                "model": text_column(pa.array([each.name for each in models.MODELS]), calls.model),
                "route": text_column(
                    pa.array(["remote", "local"]), models.LOCAL[calls.model].astype(np.int64)
                ),
                "is_local": pa.array(models.LOCAL[calls.model]),
                "organization": pa.nulls(len(calls), pa.string()),
                **self._common(calls),
            }
        )

    def _gateway(self, calls: Calls, day: int) -> pa.Table:
        known = calls.organization >= 0
        return pa.table(
            {
                "event_id": _event_ids(len(calls), day * EVENTS_OF_DAY),
                "provider": pa.array(["openrouter"] * len(calls), type=pa.string()),
                "model": text_column(pa.array([each.gateway_name for each in models.MODELS]), calls.model),
                "route": pa.nulls(len(calls), pa.string()),
                "is_local": pa.nulls(len(calls), pa.bool_()),
                "organization": text_column(self._organizations, calls.organization, known),
                **self._common(calls),
            }
        )

    def _common(self, calls: Calls) -> dict[str, pa.Array[Any]]:
        return {
            "recorded_at": time_column(calls.moment + RECORDED_AFTER_US),
            "occurred_at": time_column(calls.moment),
            "caller": text_column(self._callers, calls.caller),
            "user_id": text_column(self._people, calls.person, calls.person >= 0),
            "conversation_id": uuid_column(calls.conversation_id, calls.in_run),
            "status": text_column(pa.array(STATUSES), calls.status),
            "input_tokens": number_column(calls.input_tokens),
            "cached_input_tokens": number_column(calls.cached_tokens),
            "output_tokens": number_column(calls.output_tokens),
            "cost": money_column(calls.cost, calls.priced),
            "currency": pa.repeat("USD", len(calls.cost)),
            "duration_ms": number_column(calls.duration_ms),
        }

    def _of_runs(self, runs: Runs) -> dict[str, pa.Array[Any]]:
        """Whose runs they are."""
        return {
            "conversation_id": uuid_column(runs.conversation_id),
            "agent": text_column(self._agents, runs.agent),
            "organization": text_column(self._organizations, self.simulation.tenants[runs.agent]),
            "user_id": text_column(self._people, runs.person),
        }

    def conversations(self, day: int) -> pa.Table:
        """Return the conversations begun on `day`, one row each."""
        runs = runs_of(self.simulation, day)
        runs = runs.only(np.argsort(runs.conversation, kind="stable"))
        _, first, counts = np.unique(runs.conversation, return_index=True, return_counts=True)
        last_end = runs.end[first + counts - 1] if len(first) else runs.end
        return pa.table(
            {
                **self._of_runs(runs.only(first)),
                "started_at": time_column(runs.start[first]),
                "last_active_at": time_column(np.minimum(last_end, self.simulation.now_us)),
            }
        )

    def run_events(self, day: int) -> pa.Table:
        """Return the starts, approvals asked for and ends of the runs of `day`."""
        runs = runs_of(self.simulation, day)
        asking, ended = np.flatnonzero(self._asked(runs)), np.flatnonzero(~runs.open)
        run = np.concatenate([np.arange(len(runs)), asking, ended])
        ends = np.where(runs.failed[ended], FAILED, COMPLETED)
        kind = np.concatenate([np.full(len(runs), STARTED), np.full(len(asking), PROGRESS), ends])
        middle = (runs.start[run] + runs.end[run]) // 2
        moment = np.choose(kind, [runs.start[run], middle, runs.end[run], runs.end[run]])
        order = np.argsort(moment, kind="stable")
        runs, kind, moment = runs.only(run[order]), kind[order], moment[order]
        return pa.table(
            {
                "event_id": _event_ids(len(runs), day * EVENTS_OF_DAY + FIRST_RUN_EVENT),
                "occurred_at": time_column(moment),
                "type": text_column(TYPES, kind),
                **self._of_runs(runs),
                "duration_ms": number_column(runs.duration_ms, kind >= COMPLETED),
                "error": text_column(pa.array(ERRORS), runs.error, kind == FAILED),
            }
        )

    def tasks(self, day: int) -> pa.Table:
        """Return the tasks of the runs of `day` whose agents ask a person; some still wait."""
        runs = runs_of(self.simulation, day)
        runs = runs.only(self._asked(runs))
        rng = np.random.default_rng([self.simulation.seed, 7, day])
        answered = runs.end + (rng.lognormal(6.5, 1.1, len(runs)) * 1e6).astype(np.int64)
        asked = (runs.start + runs.end) // 2
        updated = np.minimum(np.where(runs.waiting, asked, answered), self.simulation.now_us)
        status = np.where(runs.waiting, 0, np.where(runs.failed, 2, 1))
        return pa.table(
            {
                "task_id": uuid_column(draw_uuids(rng, len(runs))),
                "conversation_id": uuid_column(runs.conversation_id),
                "user_id": text_column(self._people, runs.person),
                "status": text_column(pa.array(["running", "completed", "failed"]), status),
                "waiting": pa.array(runs.waiting),
                "waiting_since": time_column(asked, runs.waiting),
                "created_at": time_column(runs.start),
                "updated_at": time_column(updated),
            }
        )

    def _asked(self, runs: Runs) -> Bools:
        """Which runs came to ask a person."""
        return self.simulation.asks_person[runs.agent] & (~runs.open | runs.waiting)


def _event_ids(count: int, first: int) -> pa.Array[Any]:
    return number_column(np.arange(count) + first).cast(pa.string())
