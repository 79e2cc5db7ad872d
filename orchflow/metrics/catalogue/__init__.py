"""The catalogue: every figure of the product by its key, in the order in which they are listed."""

from __future__ import annotations

from orchflow.errors import NotFound
from orchflow.metrics.catalogue import adoption, agents, cost, plan, sources
from orchflow.metrics.metric import Metric

METRICS: dict[str, Metric] = {
    metric.key: metric
    for group in (cost.METRICS, agents.METRICS, adoption.METRICS, plan.METRICS, sources.METRICS)
    for metric in group
}


def metric(key: str) -> Metric:
    """The figure called `key`; NotFound when there is none."""
    found = METRICS.get(key)
    if found is None:
        raise NotFound(f"There is no figure {key!r}", f"Use one of {', '.join(METRICS)}.")
    return found
