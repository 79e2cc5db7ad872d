"""What both versions tell of calls and runs, each under names of its own, as the columns of our datasets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from orchflow.ingest.sources.api_rows import (
    Columns,
    Getter,
    Row,
    everywhere,
    field,
    first,
    milliseconds,
    one_each,
    shortened,
    table,
)

CURRENCY = "USD"
"""What the platform gives its amounts in."""
RECORDED = {
    "event_id": "id",
    "recorded_at": "created_at",
    "caller": "agent_name",
    "provider": "provider_name",
    "model": "model_name",
    "cost": "total_cost",
} | {
    name: name
    for name in (
        "user_id", "conversation_id", "run_id", "route", "is_local", "status", "input_tokens", "cached_input_tokens",
        "cache_write_input_tokens", "output_tokens", "duration_ms",
    )
}  # fmt: skip
"""What a recorded call has in each column of usage."""


def record_columns(spelt: Callable[[str], str]) -> Columns:
    """The columns of recorded calls, whose fields are called what `spelt` makes of their names."""
    began = first(field(spelt("started_at")), field(spelt("created_at")))
    named = {column: field(spelt(name)) for column, name in RECORDED.items()}
    return {"occurred_at": milliseconds(began), "currency": everywhere(CURRENCY), **named}


@dataclass(frozen=True)
class Events:
    """Where an event says what: `kind`, `app` and `detail` are keys of it, `outcome` judges one without `success`."""

    event_id: Getter
    occurred_at: Getter
    recorded_at: Getter
    organization: Getter
    user_id: Getter
    conversation_id: Getter
    agent: Getter
    kind: str
    app: str
    detail: str
    outcome: Callable[[Row], str]

    def is_call(self, row: Row) -> bool:
        """Whether an event tells of a model call."""
        return row.get(self.kind) == "llm.usage"

    def is_run(self, row: Row) -> bool:
        """Whether an event tells of an agent's run; the llm-plane reports the same runs a second time."""
        return str(row.get(self.kind)).startswith("invocation.") and row.get(self.app) != "llm-plane"

    def conversations(self) -> Columns:
        """The columns of the conversations that runs are held in."""
        return {**self._who(), "agent": self.agent}

    def held(self, rows: Sequence[Row]) -> pa.Table:
        """The conversations that events are held in, a row for each thing told of one."""
        return table(
            one_each(rows, self.conversation_id, self.organization, self.user_id, self.agent),
            self.conversations(),
        )

    def runs(self) -> Columns:
        """The columns of run events."""
        return {
            **self._who(),
            "event_id": self.event_id,
            "occurred_at": self.occurred_at,
            "type": lambda rows: [str(row.get(self.kind)).removeprefix("invocation.") for row in rows],
            "agent": self.agent,
            "duration_ms": first(field(self.detail, "durationMs"), field(self.detail, "duration")),
            "error": shortened(field(self.detail, "error")),
        }

    def calls(self) -> Columns:
        """The columns of usage."""
        return {
            **self._who(),
            "event_id": self.event_id,
            "occurred_at": milliseconds(self.occurred_at),
            "recorded_at": self.recorded_at,
            "caller": self.agent,
            "provider": field(self.detail, "provider"),
            "model": field(self.detail, "model"),
            "status": lambda rows: [self._status(row) for row in rows],
            "input_tokens": field(self.detail, "inputTokens"),
            "cached_input_tokens": field(self.detail, "cachedInputTokens"),
            "cache_write_input_tokens": field(self.detail, "cacheWriteInputTokens"),
            "output_tokens": field(self.detail, "outputTokens"),
            "cost": field(self.detail, "costUsd"),
            "currency": everywhere(CURRENCY),
            "duration_ms": field(self.detail, "durationMs"),
        }

    def _who(self) -> Columns:
        return {
            "organization": self.organization,
            "user_id": self.user_id,
            "conversation_id": self.conversation_id,
        }

    def _status(self, row: Row) -> str:
        detail = row.get(self.detail)
        succeeded = detail.get("success") if isinstance(detail, dict) else None
        if isinstance(succeeded, bool):
            return "completed" if succeeded else "failed"
        return self.outcome(row)
