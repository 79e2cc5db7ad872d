"""Whether people get faster with agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchflow import format as fmt
from orchflow.metrics.learning import LEAST_RUNS, MOST, NoCurve, read_learning
from orchflow.metrics.metric import RUN_DIMENSIONS, Metric, Reading, RowsBehind

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts


def _learning_rate(facts: Facts) -> Reading:
    if facts.reach.runs_from is None:
        return Reading(None, missing="No runs of agents yet")
    try:
        curve = read_learning(facts)
    except NoCurve as reason:
        return Reading(None, missing=str(reason))
    low, high = (fmt.percent(rate) for rate in curve.rates)
    return Reading(
        round(curve.rate, 4),
        note=f"{low} to {high} · R² {curve.r2:.2f} · {fmt.quantity(curve.people, 'person')}",
    )


def _rows(facts: Facts) -> tuple[RowsBehind, ...]:
    return (
        RowsBehind(
            "agent_runs", {"status": ("completed",)}, end=facts.period.end, start=facts.reach.runs_from
        ),
    )


METRICS = (
    Metric(
        key="learning_rate", label="Learning rate", question="Do people get faster with agents?", unit="percent", direction="down",
        owner="Enablement", read=_learning_rate, rows=_rows, filtered_by=RUN_DIMENSIONS, covers=("run_lines",),
        definition=f"What is left of the time of a run when a person has made twice as many: 2 to the power of b, where T(n) = T1 · n^b is fitted to the "
        f"durations of the first {MOST} completed runs of each person up to the end of the period, each person with a level of their own, so that those who "
        f"are merely slower do not count as learning. 100 %: nobody gets faster. With its interval and R²; not under {LEAST_RUNS} runs. The service user "
        "does not count. Who may not see single people's figures is told that of everybody only.",
    ),
)  # fmt: skip
