"""By when a part of the plan is done and at what cost, together: the same trials carry the days and the money."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from orchflow import clock
from orchflow.costs.hourly_rates import may_see_rates
from orchflow.insights.ledger import ledger_rows, may_open
from orchflow.metrics.unpriced import in_words
from orchflow.people.permissions import Actor
from orchflow.planning.days import day_of
from orchflow.planning.flow.cumulative_flow import until
from orchflow.planning.flow.forecast import LONGEST_DAYS, SEED
from orchflow.planning.flow.forecasts import WINDOW_DAYS, count_open, recent_throughput
from orchflow.planning.flow.scope import FlowScope, flow_steps
from orchflow.planning.tables import Effort
from orchflow.store.rows import stored
from orchflow.workspace import Workspace

CONFIDENCE = 85
TRIALS = 2_000
LEAST_DAYS = 14
"""Of fewer days that are known nothing is said: two weeks have each weekday twice."""
CENT = Decimal("0.01")


@dataclass(frozen=True)
class EachAlone:
    """The day and the cost that hold each for itself."""

    day: date
    cost: Decimal


@dataclass(frozen=True)
class JointForecast:
    """What can be said of `remaining` open tasks: done by `day` and at `cost` or less from today on, both at once with
    `confidence` percent; `spent` so far, which is not in `cost`.

    Where it cannot be said, `day` and `cost` are None and `missing` says why. `alone` are the day and the cost that hold with
    that confidence each for itself. `unpriced_hours` were logged on it so far and are in no cost, for want of an hourly rate.
    """

    effort_id: int
    remaining: int
    spent: Decimal
    day: date | None
    cost: Decimal | None
    alone: EachAlone | None
    confidence: int
    window_days: int
    trials: int
    seed: int
    computed_at: datetime
    missing: str = ""
    unpriced_hours: Decimal | None = None


def joint_forecast(
    ws: Workspace,
    actor: Actor,
    effort_id: int,
    *,
    window_days: int = WINDOW_DAYS,
    now: datetime | None = None,
) -> JointForecast:
    """What an effort's pace and spending of the last `window_days` say; days before its first task do not count.

    Forbidden for those who may not see the ledger, NotFound for an effort that there is not.
    """
    may_open(actor)
    at = now or clock.now()
    today = day_of(at, ws.zone)
    with ws.store.read() as session:
        stored(session, Effort, effort_id)
        steps = until(flow_steps(session, FlowScope(effort_ids=(effort_id,))), at)
    done, window = recent_throughput(steps, today, window_days, ws.zone)
    remaining = count_open(steps)
    rows = ledger_rows(ws, actor, date(1970, 1, 1), today, effort_id=effort_id, deepest="effort").to_pylist()
    nothing = {"cost": Decimal(0), "unpriced_hours": None}
    whole: dict[str, Any] = next((row for row in rows if row["kind"] == "effort"), nothing)
    spent, without = whole["cost"], whole["unpriced_hours"] or None
    by_day: dict[date, Decimal] = {}
    if window.days:
        daily = ledger_rows(
            ws,
            actor,
            window.start,
            window.end,
            effort_id=effort_id,
            deepest="effort",
            blocks=[window.start + timedelta(day) for day in range(window.days)],
        ).to_pylist()
        by_day = {row["day"]: row["cost"] for row in daily if row["kind"] == "effort"}
    cost = np.array([float(by_day.get(window.start + timedelta(place), 0)) for place in range(window.days)])
    missing = _missing(remaining, done, cost, in_words(without, may_see_rates(actor)))
    told: dict[str, date | Decimal | EachAlone | None] = {"day": None, "cost": None, "alone": None}
    if not missing:
        days, costs = simulate(done, cost, remaining)
        together, single = both(days, costs), each(days, costs)
        if together[0] > LONGEST_DAYS:
            missing = "At this pace it is not done within ten years"
        else:
            told = {
                "day": _day(today, together[0]),
                "cost": _money(together[1]),
                "alone": EachAlone(_day(today, single[0]), _money(single[1])),
            }
    return JointForecast(
        effort_id, remaining, spent.quantize(CENT), **told, confidence=CONFIDENCE, window_days=window.days, trials=TRIALS, seed=SEED,  # type: ignore[arg-type]
        computed_at=at, missing=missing, unpriced_hours=without,
    )  # fmt: skip


def simulate(
    done: npt.NDArray[np.int64],
    cost: npt.NDArray[np.float64],
    remaining: int,
    trials: int = TRIALS,
    seed: int = SEED,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """For each trial after how many days `remaining` tasks are done, and what these days cost.

    Each day of a trial is one of the past with what was done on it and what it cost, so that days of much work and much
    money stay together. Trials that take longer than `LONGEST_DAYS` have that number and one more.
    """
    draw = np.random.default_rng(seed)
    days = np.full(trials, LONGEST_DAYS + 1, dtype=np.int64)
    costs, running = np.zeros(trials), np.arange(trials)
    finished, passed = np.zeros(trials, dtype=np.int64), 0
    length = max(7, min(400, math.ceil(remaining / max(float(done.mean()), 1e-9) * 1.2)))
    while len(running) and passed < LONGEST_DAYS:
        drawn = draw.integers(0, len(done), (length, len(running)))
        total = np.cumsum(done[drawn], axis=0) + finished[running]
        money = np.cumsum(cost[drawn], axis=0)
        short = (total < remaining).sum(axis=0)
        over = short < length
        days[running[over]] = passed + 1 + short[over]
        costs[running] += money[np.minimum(short, length - 1), np.arange(len(running))]
        finished[running] = total[-1]
        running, passed = running[~over], passed + length
    return days, costs


def both(
    days: npt.NDArray[np.int64], costs: npt.NDArray[np.float64], share: int = CONFIDENCE
) -> tuple[int, float]:
    """The day and the cost that hold at once in `share` percent of the trials, each as far in its own order as the other."""
    place = np.maximum(_places(days), _places(costs))
    upto = np.sort(place)[_rank(share, len(place))]
    return int(np.sort(days)[upto]), float(np.sort(costs)[upto])


def each(
    days: npt.NDArray[np.int64], costs: npt.NDArray[np.float64], share: int = CONFIDENCE
) -> tuple[int, float]:
    """The day that holds in `share` percent of the trials, and the cost that does, each for itself."""
    at = _rank(share, len(days))
    return int(np.sort(days)[at]), float(np.sort(costs)[at])


def _places(values: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
    """The place of each value in their order, from 0; those that are the same have the first of theirs."""
    return np.searchsorted(np.sort(values), values).astype(np.int64)


def _rank(share: int, trials: int) -> int:
    return -(-share * trials // 100) - 1


def _missing(
    remaining: int, done: npt.NDArray[np.int64], cost: npt.NDArray[np.float64], unpriced: str
) -> str:
    """Why nothing can be said; empty where something can."""
    if not remaining:
        return "Nothing is open"
    if len(done) < LEAST_DAYS:
        return f"Its tasks are known for {len(done)} days; {LEAST_DAYS} are needed"
    if not done.sum():
        return f"Nothing was done in the last {len(done)} days: there is no pace to go by"
    if not cost.any() and unpriced:
        return f"Nothing of it has a cost. {unpriced}"
    if not cost.any():
        return f"Nothing was spent on it in the last {len(done)} days: link its agents, log hours, or give it a share of costs"
    return ""


def _day(today: date, days: int) -> date:
    return today + timedelta(days=days)


def _money(amount: float) -> Decimal:
    return Decimal(amount).quantize(CENT)
