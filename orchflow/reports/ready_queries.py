"""Queries that are ready to be put to a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from orchflow.table_files.writers import title_of
from orchflow.warehouse.sql import Query, load_query

READY = (
    "cost_by_agent_and_month", "cost_by_provider_and_model", "cost_of_a_completed_run", "failures_by_agent_and_week",
    "slowest_agents", "people_active_by_week", "calls_without_a_price", "tasks_done_by_week", "progress_by_project",
    "overdue_tasks", "points_by_sprint", "cost_beside_progress", "figures_side_by_side", "what_a_table_is",
)  # fmt: skip
"""Their names, in the order in which they are shown."""


def ready_queries() -> Mapping[str, Query]:
    """The queries by what people call them; the first line of each says what one row is."""
    return MappingProxyType({title_of(name): load_query("orchflow.reports", name) for name in READY})
