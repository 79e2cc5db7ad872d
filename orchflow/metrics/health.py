"""An agent's status: which of the seven it is, and in a sentence why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from orchflow import format as fmt

Status = Literal["failing", "degraded", "healthy", "idle", "disabled", "draft", "archived"]
STATUSES: tuple[Status, ...] = ("failing", "degraded", "healthy", "idle", "draft", "disabled", "archived")
"""In the order in which they want attention."""
WEEK_DAYS = 7
USUAL_DAYS = 28
IDLE_DAYS = 14
FAILED_IN_A_ROW = 3
SLOWER_THAN_USUAL = 2.0
DAYS_TO_KNOW_THE_USUAL = 7
MEANING: dict[Status, str] = {
    "healthy": "runs, within its targets",
    "degraded": f"error rate of the last {WEEK_DAYS} days over target, or P95 over {SLOWER_THAN_USUAL:g} times its median of "
    f"{USUAL_DAYS} days",
    "failing": f"its last {FAILED_IN_A_ROW} runs failed",
    "idle": f"no run in {IDLE_DAYS} days",
    "disabled": "switched off in the platform",
    "draft": "not yet released in the platform",
    "archived": "retired in the platform, or gone from it",
}
SWITCHED_OFF: tuple[Status, ...] = ("draft", "disabled", "archived")


@dataclass(frozen=True)
class Signs:
    """What an agent's status is judged by. `week` is the last `WEEK_DAYS` days, today included; durations in milliseconds.

    `last_statuses` are those of the runs that ended last, the newest first. `median_p95` is the median of the daily
    P95 over the last `USUAL_DAYS` days, of which `days_measured` had completed runs. `column_status` is what the platform's
    column says, which has no effect; `fault` is why listing the agent fails, and with it every other one of its list.
    """

    platform_status: str | None = None
    column_status: str | None = None
    fault: str | None = None
    present: bool = True
    last_run_day: date | None = None
    last_statuses: Sequence[str] = ()
    week_completed: int = 0
    week_failed: int = 0
    week_error_rate: float | None = None
    week_p95: float | None = None
    median_p95: float | None = None
    days_measured: int = 0


@dataclass(frozen=True)
class Health:
    """The status and the sentence that explains it."""

    status: Status
    reason: str


def judge(signs: Signs, today: date, error_rate: float) -> Health:
    """The status as of `today`; `error_rate` is the target, a share.

    The platform's own word comes first, then silence, then failure: an agent that nobody ran for two weeks is idle,
    however its last runs ended.
    """
    if not signs.present:
        return Health("archived", "The platform no longer lists it.")
    if signs.fault:
        return Health("failing", f"Its row breaks the list of agents it stands in: {signs.fault}.")
    match signs.platform_status:
        case "archived":
            return Health("archived", f"It is archived in the platform{_contradicted(signs)}.")
        case "disabled":
            return Health("disabled", f"It is disabled in the platform{_contradicted(signs)}.")
        case "draft":
            return Health("draft", f"It is a draft in the platform{_contradicted(signs)}.")
    if signs.last_run_day is None:
        return Health("idle", "It has never run.")
    if signs.last_run_day <= today - timedelta(days=IDLE_DAYS):
        return Health("idle", f"Its last run was {(today - signs.last_run_day).days} days ago.")
    last = list(signs.last_statuses[:FAILED_IN_A_ROW])
    if len(last) == FAILED_IN_A_ROW and all(status == "failed" for status in last):
        return Health("failing", f"Its last {FAILED_IN_A_ROW} runs failed.")
    slipped = _slipped(signs, error_rate)
    if slipped:
        return Health("degraded", slipped)
    ended = signs.week_completed + signs.week_failed
    if not ended:
        return Health(
            "healthy",
            f"No run ended in the last {WEEK_DAYS} days; the ones before give no reason for concern.",
        )
    return Health("healthy", f"{signs.week_completed} of {ended} runs completed in {WEEK_DAYS} days.")


def contradiction(signs: Signs) -> str:
    """Where the platform's column says another status than the one by which the agent runs; empty where it does not."""
    if signs.column_status in (None, signs.platform_status) or signs.platform_status is None:
        return ""
    return f"its column status says {signs.column_status}, but it runs by its metadata, which say {signs.platform_status}"


def _contradicted(signs: Signs) -> str:
    words = contradiction(signs)
    return f" ({words})" if words else ""


def _slipped(signs: Signs, error_rate: float) -> str | None:
    """How the last week was worse than it should be; None where it was not."""
    rate, times = signs.week_error_rate, _times_slower(signs)
    if rate is not None and rate > error_rate:
        runs = f"{signs.week_failed} of {signs.week_completed + signs.week_failed} runs"
        return f"{runs} failed in {WEEK_DAYS} days: {fmt.percent(rate, digits=1)}, target {error_rate * 100:g} %."
    if times is not None and times > SLOWER_THAN_USUAL:
        return f"P95 of the last {WEEK_DAYS} days is {times:.1f} times its median of 4 weeks."
    return None


def _times_slower(signs: Signs) -> float | None:
    """How many times its usual P95 the present one is, or None where too few days are known to say."""
    if not signs.week_p95 or not signs.median_p95 or signs.days_measured < DAYS_TO_KNOW_THE_USUAL:
        return None
    return signs.week_p95 / signs.median_p95
