"""Which figures stand in the strip of which screen: the screens draw them from here, and a figure tells where it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

STRIPS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "home/data": ("time_to_first_agent", "time_to_production", "cost_month_to_date", "error_rate", "adoption_rate", "active_agents"),
    "home/plan": ("progress", "days_to_end", "next_milestone", "late_tasks", "throughput", "wip"),
    "cost": ("total_cost", "cost", "total_cost_per_run", "cost_per_accepted", "cost_per_user", "total_unattributed"),
    "cost/also": (
        "cost_per_agent_month", "idle_cost", "cache_saved", "cached_share", "engineer_months", "cost_per_measure",
    ),
    "ledger": ("total_cost", "cost", "infrastructure_cost", "development_cost", "operations_cost"),
    "agents": ("active_agents", "runs", "error_rate", "waiting"),
    "agents/one": ("runs", "error_rate", "p50_latency_ms", "p95_latency_ms", "cost", "cost_per_run"),
    "adoption": ("adoption_rate", "weekly_active_users", "habit_rate", "activation_days", "training_rate", "skill_gap"),
    "adoption/seats": (
        "seats_purchased", "seats", "monthly_active_users", "seats_exposed", "seats_reassignable", "seats_reducible",
    ),
    "scalability": ("cost_elasticity", "cost_of_more_runs", "runs_a_day", "weeks_to_capacity", "weeks_to_budget"),
    "risk": ("open_risks", "high_risks", "risks_raised", "overdue_reviews", "open_incidents", "risks_prevented"),
    "risk/also": ("unowned_risks", "risks_classified", "nist_covered", "days_to_resolve"),
    "sprints": ("sprint_committed", "sprint_done", "sprint_remaining", "sprint_scope_change"),
    "sprints/closed": ("velocity", "predictability"),
    "flow_metrics": ("wip", "throughput", "cycle_time_85", "oldest_work"),
    "timeline": ("days_to_end", "critical_tasks", "late_tasks", "next_milestone"),
    "flows": ("flow_completion", "flow_expected", "flow_steps", "items_overdue", "flow_drift", "checks_passed"),
    "flows/steps": ("steps_begun", "flow_steps", "step_days_50", "step_days_85"),
    "flows/guidance": ("guidance_complete", "steps_checked", "pages_fresh", "pages_useful"),
    "flow": ("flow_completion", "flow_steps", "items_overdue", "flow_drift"),
    "surveys": ("readiness", "saved_minutes", "recapture_measured", "checking_minutes", "satisfaction", "survey_answered"),
    "sources": ("lag", "gaps", "duplicates", "open_rejects", "unattributed_share", "unpriced_share"),
})  # fmt: skip
"""By the address of the screen, and behind a stroke which of its strips."""


def screens_of(key: str) -> tuple[str, ...]:
    """The addresses of the screens whose strips have the figure `key`, each once."""
    return tuple(dict.fromkeys(strip.partition("/")[0] for strip, keys in STRIPS.items() if key in keys))
