"""Each rule of an agent's status."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchflow.metrics.health import Signs, judge
from tests.metrics.facts import TODAY, ago

WELL = Signs(
    "active",
    last_run_day=ago(1),
    last_statuses=("completed",),
    week_completed=99,
    week_failed=1,
    week_error_rate=0.01,
)


def status(signs: Signs) -> str:
    return judge(signs, TODAY, 0.02).status


def test_an_agent_within_its_targets_is_healthy() -> None:
    assert status(WELL) == "healthy"


def test_an_agent_whose_status_the_platform_does_not_tell_is_judged_by_its_runs() -> None:
    assert status(replace(WELL, platform_status=None)) == "healthy"


def test_an_error_rate_over_target_degrades() -> None:
    found = judge(replace(WELL, week_completed=97, week_failed=3, week_error_rate=0.03), TODAY, 0.02)
    assert found.status == "degraded"
    assert found.reason == "3 of 100 runs failed in 7 days: 3.0 %, target 2 %."


def test_an_error_rate_at_target_does_not() -> None:
    assert status(replace(WELL, week_completed=98, week_failed=2, week_error_rate=0.02)) == "healthy"


def test_p95_over_twice_its_median_degrades() -> None:
    slow = replace(WELL, week_p95=2100.0, median_p95=1000.0, days_measured=20)
    assert judge(slow, TODAY, 0.02).reason == "P95 of the last 7 days is 2.1 times its median of 4 weeks."
    assert status(replace(slow, week_p95=2000.0)) == "healthy"


def test_speed_is_not_judged_before_a_week_is_known() -> None:
    assert status(replace(WELL, week_p95=9000.0, median_p95=1000.0, days_measured=6)) == "healthy"


def test_three_failed_runs_in_a_row_are_failing() -> None:
    assert status(replace(WELL, last_statuses=("failed", "failed", "failed"))) == "failing"
    assert status(replace(WELL, last_statuses=("failed", "failed", "completed"))) == "healthy"
    assert status(replace(WELL, last_statuses=("failed", "failed"))) == "healthy"


def test_no_run_in_fourteen_days_is_idle() -> None:
    assert status(replace(WELL, last_run_day=ago(13))) == "healthy"
    assert judge(replace(WELL, last_run_day=ago(14)), TODAY, 0.02).reason == "Its last run was 14 days ago."


def test_idle_comes_before_failing() -> None:
    assert status(replace(WELL, last_run_day=ago(30), last_statuses=("failed",) * 3)) == "idle"


def test_an_agent_that_never_ran_is_idle() -> None:
    assert judge(Signs("active"), TODAY, 0.02).reason == "It has never run."


@pytest.mark.parametrize("said", ["disabled", "draft", "archived"])
def test_the_platforms_own_word_comes_first(said: str) -> None:
    assert status(replace(WELL, platform_status=said, last_statuses=("failed",) * 3)) == said


def test_an_agent_gone_from_the_platform_is_archived() -> None:
    assert status(replace(WELL, present=False)) == "archived"


def test_speed_is_judged_once_a_week_is_known() -> None:
    slow = replace(WELL, week_p95=2001.0, median_p95=1000.0, days_measured=7)
    assert status(slow) == "degraded"
    assert status(replace(slow, median_p95=None)) == "healthy"


def test_a_week_without_an_end_gives_no_reason_for_concern() -> None:
    assert status(replace(WELL, week_completed=0, week_failed=0, week_error_rate=None)) == "healthy"
    assert status(replace(WELL, week_completed=0, week_failed=1, week_error_rate=1.0)) == "degraded"


def test_a_row_that_breaks_the_platforms_list_is_failing_and_a_contradiction_is_told() -> None:
    broken = judge(replace(WELL, fault="metadata.status is missing"), TODAY, 0.02)
    assert (broken.status, broken.reason) == (
        "failing",
        "Its row breaks the list of agents it stands in: metadata.status is missing.",
    )
    torn = judge(replace(WELL, platform_status="disabled", column_status="active"), TODAY, 0.02)
    assert torn.status == "disabled"
    assert "its column status says active" in torn.reason
