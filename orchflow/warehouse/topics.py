"""Which data version rises when a table is written: what reads the table is stale from then on."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType

from orchflow.warehouse.sql import without_texts

_BY_TOPIC = {
    "usage": "usage_events usage_daily callers_daily callers",
    "runs": "run_events agent_runs runs_daily runners_daily agent_tasks conversations",
    "agents": "agents",
    "platform": "organizations platform_users platform_roles platform_teams platform_team_members platform_efforts"
    " platform_projects platform_journey_tasks platform_sprints platform_board_tasks",
    "people": "people teams team_members",
    "rates": "exchange_rates",
    "costs": "hourly_rates cost_entries budgets cost_shares timeline_events targets business_measures"
    " hours_daily person_job_roles",
    "value": "use_cases benefits assumptions",
    "prices": "price_stretches price_runs price_run_stretches price_run_lines price_before",
    "bills": "focus_lines focus_daily",
    "expenses": "expenses_daily mean_rates",
    "projects": "projects",
    "plan": "efforts goals tasks sprints workflow_columns links",
    "ingest": "ingest_runs watermarks rejects loaded_files removed_events seen_again",
}

TOPICS: MappingProxyType[str, str] = MappingProxyType(
    {table: topic for topic, tables in _BY_TOPIC.items() for table in tables.split()}
)
"""The topic of every table that something is read from, by the table's name."""

_WRITE = re.compile(r"\b(?:insert\s+into|update(?!\s+set\b)|delete\s+from)\s+([a-z_][a-z0-9_]*)")


@lru_cache(maxsize=1024)
def written_topic(sql: str) -> str | None:
    """The topic of the table that a statement inserts into, updates or deletes from; None for any other."""
    written = _WRITE.search(without_texts(sql))
    return TOPICS.get(written[1]) if written else None
