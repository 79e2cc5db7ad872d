"""Whether it scales: what more use costs, and how soon it reaches a limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from orchflow import format as fmt
from orchflow.metrics.budget_of import NO_BUDGET, budget_of
from orchflow.metrics.metric import RUN_DIMENSIONS, Metric, Number, Reading, RowsBehind
from orchflow.metrics.scaling import LEAST_WEEKS, LOOKED_AT, RECENT, WEEK, CannotSay, Week

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

MONTH_IN_WEEKS = Decimal("365.25") / 12 / 7
WEEKS = f"the last {LOOKED_AT} whole weeks up to the end of the period (fewer where facts are younger, at least {LEAST_WEEKS})"
NO_RUNS = "No runs of agents yet"

of_weeks = partial(
    Metric, owner="AI platform", filtered_by=RUN_DIMENSIONS, covers=("usage_lines", "run_lines")
)


def _said(read: Callable[[Facts], Reading]) -> Callable[[Facts], Reading]:
    """What a function reads, or why it cannot say anything."""

    def reading(facts: Facts) -> Reading:
        if facts.reach.runs_from is None:
            return Reading(None, missing=NO_RUNS)
        try:
            return read(facts)
        except CannotSay as reason:
            return Reading(None, missing=str(reason))

    reading.__doc__ = read.__doc__
    return reading


@_said
def _cost_elasticity(facts: Facts) -> Reading:
    line = facts.scaling.elasticity
    return Reading(
        line.slope,
        note=f"{line.low:.2f} to {line.high:.2f} · R² {line.r2:.2f} over {line.count} weeks",
        spark=tuple(
            float(week.cost_per_run) for week in facts.scaling.weeks if week.cost_per_run is not None
        ),
    )


@_said
def _cost_of_more_runs(facts: Facts) -> Reading:
    made = facts.scaling
    average = fmt.money(made.cost_of_a_thousand, facts.ws.currency)
    return Reading(made.cost_of_more, note=f"{average} on average in the last {RECENT} weeks")


@_said
def _runs_a_day(facts: Facts) -> Reading:
    weeks = facts.scaling.weeks
    if not weeks:
        return Reading(None, missing="No whole week with runs is over yet")
    now, before = _level(weeks[-RECENT:]), _level(weeks[-2 * RECENT : -RECENT])
    return Reading(
        now, previous=before if len(weeks) >= 2 * RECENT else None, note=f"vs the {RECENT} weeks before",
        spark=tuple(week.runs / 7 for week in weeks if week.runs is not None), missing=f"The last {RECENT} whole weeks are not known",
    )  # fmt: skip


def _level(weeks: Sequence[Week]) -> float | None:
    """Runs a day of the weeks that are known."""
    known = [week.runs for week in weeks if week.runs is not None]
    return sum(known) / (7 * len(known)) if known else None


@_said
def _weeks_to_capacity(facts: Facts) -> Reading:
    limit = facts.target_of("runs_a_day")
    if limit is None:
        return Reading(None, missing="No limit is stated: add a target of Runs a day on Costs")
    return _horizon(facts, "runs", float(limit) * 7, f"{fmt.number(limit)} runs a day")


@_said
def _weeks_to_budget(facts: Facts) -> Reading:
    budget = budget_of(facts.ws, facts.actor, facts.filters, min(facts.period.end, facts.today))
    if budget is None or budget.allowed is None:
        return Reading(None, missing=NO_BUDGET)
    a_week = float(budget.allowed / MONTH_IN_WEEKS)
    return _horizon(facts, "total_cost", a_week, f"{fmt.money(budget.allowed, facts.ws.currency)} a month")


def _horizon(facts: Facts, key: str, limit: float, words: str) -> Reading:
    weeks = facts.scaling.weeks_until(key, limit)
    growth = f"{facts.scaling.growth(key).a_week * 100:+.1f} % a week".replace("-", "−")
    value: Number = round(weeks, 1)
    return Reading(value, note=f"to {words} at {growth}" if weeks else f"{words} is reached", of="")


def _rows(facts: Facts) -> tuple[RowsBehind, ...]:
    weeks = facts.scaling.weeks
    if not weeks:
        return ()
    start, end = weeks[0].start, weeks[-1].start + WEEK - timedelta(days=1)
    return (RowsBehind("agent_runs", start=start, end=end), RowsBehind("usage_events", start=start, end=end))


METRICS = (
    of_weeks(
        key="cost_elasticity", label="Elasticity of cost", question="Does cost grow more slowly than use?", unit="ratio", direction="down",
        read=_cost_elasticity, rows=_rows,
        definition=f"By how many percent the cost of models goes up where runs go up by one percent: the slope of log(cost) on log(runs) over {WEEKS}. "
        "Below 1 it scales well. With the interval in which the slope of 95 of 100 such samples lies, and R², the share of what moves that the "
        "line explains.",
    ),
    of_weeks(
        key="cost_of_more_runs", label="Cost of 1,000 more runs", question="What would more use cost?", unit="money", direction="down",
        read=_cost_of_more_runs, rows=_rows,
        definition="What 1,000 more runs cost in models at today's level: the slope of the curve of cost by runs there, which is the elasticity "
        f"times what 1,000 runs cost on average in the last {RECENT} whole weeks.",
    ),
    of_weeks(
        key="runs_a_day", label="Runs a day", question="How much is there to do a day?", unit="count", direction="none", read=_runs_a_day, rows=_rows,
        definition=f"Runs of the last {RECENT} whole weeks divided by their days, weekends as well. A target of it is the limit that the platform "
        "is agreed to carry.",
    ),
    of_weeks(
        key="weeks_to_capacity", label="Weeks to capacity", question="When is the platform full?", unit="count", direction="up",
        read=_weeks_to_capacity, rows=_rows,
        definition="Weeks until runs a day reach their target, the limit agreed with the platform, at the growth of the last 8 whole weeks with runs: a curve of "
        "steady growth through them. 0 where it is reached.",
    ),
    of_weeks(
        key="weeks_to_budget", label="Weeks to the budget", question="When is the budget no longer enough?", unit="count", direction="up",
        read=_weeks_to_budget, rows=_rows, covers=("usage_lines", "expense_lines", "run_lines"),
        definition="Weeks until the total cost of a week reaches what the monthly budget of exactly what the filters choose allows a week, at the growth "
        "of the last 8 whole weeks with a cost: a curve of steady growth through them. 0 where it is reached.",
    ),
)  # fmt: skip
