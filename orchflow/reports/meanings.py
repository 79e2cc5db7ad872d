"""What the columns of the datasets of facts and of figures hold, and in which unit."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Meaning = tuple[str, str]
"""What a column holds, and the unit of its numbers ("" for none)."""

_MONEY = "money, in `cost_currency`"
_DELIVERED = "money, in `currency`"

MEANINGS: Mapping[str, Meaning] = MappingProxyType({
    "agent": ("The agent it is attributed to, by its slug; empty where none could be found", ""),
    "amount": ("What it cost as it was delivered", _DELIVERED),
    "cache_write_input_tokens": ("Tokens read that went into a cache, among the input tokens", "tokens"),
    "cached_input_tokens": ("Tokens read that came out of a cache, among the input tokens", "tokens"),
    "caller": ("What called the model, as the platform names it", ""),
    "calls": ("How many calls the row tells of", "calls"),
    "conversation_id": ("The conversation it was part of", ""),
    "cost": ("What it cost, by the rate of its day; empty where no price or no rate is known", _MONEY),
    "cost_currency": ("The currency of `cost`: the workspace's", ""),
    "created_at": ("When it was made", "UTC"),
    "currency": ("The currency of `amount`", ""),
    "day": ("The day in the workspace's zone", "day"),
    "description": ("What it is for", ""),
    "dimension": ("What the figure is told apart by; empty for the whole", ""),
    "duration_ms": ("How long it took", "ms"),
    "ended_at": ("When it ended", "UTC"),
    "error": ("Why it failed, without what looks like data", ""),
    "event_id": ("The identity of the row where it comes from", ""),
    "finished_at": ("When it ended", "UTC"),
    "group": ("The part of the dimension", ""),
    "hint": ("What to do about the error", ""),
    "input_tokens": ("Tokens read by the model, with those out of a cache", "tokens"),
    "metric": ("The key of the figure; Definitions says what it is", ""),
    "model": ("The model", ""),
    "name": ("What people call it", ""),
    "occurred_at": ("When it happened", "UTC"),
    "organization": ("The organisation, by its slug; empty where none is known", ""),
    "output_tokens": ("Tokens written by the model", "tokens"),
    "present": ("Whether the platform still has it", ""),
    "provenance": ("`reported` with the call, `estimated` for models of one's own, or `unpriced`", ""),
    "provider": ("The provider of the model", ""),
    "removed_at": ("When it was found to be gone", "UTC"),
    "route": ("`remote`, or `local` for models of one's own", ""),
    "run_id": ("The identity of the run", ""),
    "slug": ("The short name by which other rows point to it", ""),
    "source": ("The source that delivered it, as the settings name it", ""),
    "started_at": ("When it began", "UTC"),
    "status": ("How it ended, or how it stands", ""),
    "unit": ("The unit of `value`; a share is from 0 to 1, a duration in milliseconds", ""),
    "updated_at": ("When it was last changed", "UTC"),
    "user_id": ("The user of the platform; see the dataset users", ""),
    "value": ("The figure", "as `unit` says"),
    "agent_runs.agent": ("The agent that ran, by its slug", ""),
    "agents.agent_type": ("What kind of agent it is", ""),
    "agents.column_status": ("The status as the platform's own column has it", ""),
    "agents.department": ("The department it belongs to", ""),
    "agents.fault": ("What is wrong with its definition", ""),
    "agents.organizations": ("The organisations that have it, by their slugs", ""),
    "agents.source": ("The sources that know it", ""),
    "ingest_runs.job": ("The part of the source that was loaded", ""),
    "ingest_runs.rows_changed": ("Rows that were there and are different now", "rows"),
    "ingest_runs.rows_duplicate": ("Rows that were there just so", "rows"),
    "ingest_runs.rows_gone": ("Rows that are no longer there", "rows"),
    "ingest_runs.rows_new": ("Rows that were not there before", "rows"),
    "ingest_runs.rows_read": ("Rows that were read", "rows"),
    "ingest_runs.rows_rejected": ("Rows that were set aside", "rows"),
    "ingest_runs.rows_superseded": ("Rows of which a newer delivery was there", "rows"),
    "ingest_runs.state": ("How the run ended, or that it is going on", ""),
    "ingest_runs.trigger": ("What started the run", ""),
    "metrics.currency": ("The currency of figures that are money", ""),
    "metrics.day": ("The day of a figure by day; empty for the whole period", "day"),
    "organizations.source": ("The sources that know it", ""),
    "removed_events.agent": ("The agent it was of, by its slug", ""),
    "removed_events.dataset": ("What kind of row it was", ""),
    "users.display_name": ("The name shown on the platform", ""),
    "users.email": ("The e-mail address on the platform", ""),
    "users.roles": ("The roles on the platform", ""),
    "users.service": ("Whether it is a service and no person", ""),
    "users.source": ("The sources that know the user", ""),
    "users.status": ("Whether the account is active", ""),
    "users.user_id": ("The identity on the platform", ""),
    "users.username": ("Who it is among the people here", ""),
})  # fmt: skip
"""By the name of a column, or by that of a dataset and a column of it where it means something of its own there."""


def meaning(dataset: str, column: str) -> Meaning:
    """What a column of a dataset holds; KeyError where nobody has said it."""
    own = MEANINGS.get(f"{dataset}.{column}")
    return MEANINGS[column] if own is None else own
