"""The catalogue: every figure of the product by its key, in the order in which they are listed."""

from __future__ import annotations

from orchflow.errors import NotFound
from orchflow.metrics.catalogue import (
    adoption,
    agent_costs,
    agents,
    all_costs,
    cache,
    cost,
    cost_terms,
    enablement,
    guidance,
    learning,
    plan,
    plan_dates,
    risks,
    scaling,
    sources,
    spending,
    surveys,
    use_cases,
    value,
)
from orchflow.metrics.metric import Metric

GROUPS: dict[str, tuple[Metric, ...]] = {
    "Cost": (
        *all_costs.METRICS,
        *agent_costs.METRICS,
        *cost.METRICS,
        *cache.METRICS,
        *cost_terms.METRICS,
        *spending.METRICS,
    ),
    "Value": (*value.METRICS, *use_cases.METRICS),
    "Agents": agents.METRICS,
    "Adoption": (*adoption.METRICS, *enablement.METRICS, *learning.METRICS),
    "Scalability": scaling.METRICS,
    "Risk": risks.METRICS,
    "Plan": (*plan.METRICS, *plan_dates.METRICS),
    "Guidance": guidance.METRICS,
    "Surveys": surveys.METRICS,
    "Data": sources.METRICS,
}
METRICS: dict[str, Metric] = {metric.key: metric for group in GROUPS.values() for metric in group}


def metric(key: str) -> Metric:
    """The figure called `key`; NotFound when there is none."""
    if key not in METRICS:
        raise NotFound(f"There is no figure {key!r}", f"Use one of {', '.join(METRICS)}.")
    return METRICS[key]
