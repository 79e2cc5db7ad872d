"""The worked example from the choice of the first agent to its launch: what follows from its figures follows from them."""

from __future__ import annotations

import pytest

from orchflow.guidance.example import figures

F = {name: value for name, value in figures().items() if isinstance(value, int | float)}
RATE = F["roles.project_hour_cost"]
HAND, CHECK = F["triage.minutes_before"], F["triage.check_minutes"]
RUN = F["triage.run_cost"]


@pytest.mark.parametrize(
    ("figure", "hours"),
    [
        ("selection.hours_cost", 35),
        ("development.hours_cost", 54),
        ("pilot.hours_cost", 100),
        ("evaluation.hours_cost", 51),
        ("hardening.hours_cost", 83),
        ("launch.hours_cost", 140),
        ("chain.planning_cost", 35),
        ("chain.implementation_cost", 114),
        ("chain.optimization_cost", 36),
        ("chain.build_cost", F["chain.build_hours"]),
        ("operations.setup_cost", 37),
        ("operations.maintenance_cost", 48),
        ("operations.expansion_cost", 96),
        ("evaluation.go_cost", 83 + 140),
        ("hardening.fallback_costs", 18),
        ("evaluation.watch", F["evaluation.watch_hours"]),
    ],
)
def test_hours_are_paid_at_the_projects_rate(figure: str, hours: float) -> None:
    assert F[figure] == hours * RATE


def test_the_hours_by_hand_today() -> None:
    mails = F["company.claims_mails_a_day"] * F["company.working_days_a_month"]

    assert F["selection.hours_today_month"] == pytest.approx(mails * HAND / 60, abs=0.5)


def test_the_models_of_tests_pilot_and_load() -> None:
    assert F["development.test_cost"] == pytest.approx(
        F["development.rounds"] * F["triage.test_questions"] * RUN
    )
    assert F["pilot.models_cost"] == pytest.approx(F["triage.pilot_runs"] * RUN)
    assert F["pilot.budget"] == pytest.approx(F["pilot.expected_runs"] * RUN * 1.5)
    assert F["hardening.suite_cost"] == pytest.approx(F["hardening.cases"] * RUN, abs=0.005)
    assert F["launch.load_cost"] == pytest.approx(4 * 120 * RUN)


def test_an_accepted_result_of_the_pilot() -> None:
    hour, runs, failed = F["company.hour_cost"], F["triage.pilot_runs"], F["triage.pilot_errors"]
    completed = runs - failed
    accepted = completed * (1 - F["triage.corrected"] / 100)
    parts = [
        F["pilot.models_cost"],
        F["platform.infrastructure_month"] * 14 / 30,
        completed * F["triage.minutes_with"] / 60 * hour,
        failed * HAND / 60 * hour,
        F["evaluation.watch"],
    ]

    assert F["evaluation.completed"] == completed
    assert F["evaluation.accepted"] == round(accepted)
    named = ("infrastructure", "people", "failed")
    assert [F[f"evaluation.{name}"] for name in named] == [round(part) for part in parts[1:4]]
    assert F["evaluation.sum"] == round(sum(parts))
    assert F["evaluation.cost_accepted"] == pytest.approx(sum(parts) / round(accepted), abs=0.005)
    causes = ("cause_limit", "cause_time", "cause_file", "cause_policy")
    assert sum(F[f"evaluation.{cause}"] for cause in causes) == failed


@pytest.mark.parametrize("line", ["low", "likely", "high"])
def test_the_forecast_of_three_months(line: str) -> None:
    days = F["company.working_days_a_month"]
    runs = F["derived.triage_runs_month"] if line == "likely" else F[f"launch.{line}_runs"]
    busiest = runs / days / F["scale.working_hours_a_day"] * F["scale.peak_factor"]

    assert F[f"launch.{line}_peak"] == pytest.approx(busiest, abs=0.5)
    assert F[f"launch.{line}_checking"] == pytest.approx(runs * CHECK / 60, abs=0.5)
    if line != "likely":
        assert F[f"launch.{line}_models"] == pytest.approx(runs * RUN, abs=0.005)


def test_what_the_load_allows_is_promised() -> None:
    an_hour = 4 / F["launch.p95_4"] * 3600 / F["scale.peak_factor"]
    at_once = 3 * F["launch.likely_peak"] / 3600 * F["triage.p95_seconds"]

    assert F["scale.limit_runs_day"] == round(an_hour * F["scale.working_hours_a_day"] * 0.6, -2)
    assert F["launch.at_once"] == pytest.approx(at_once, abs=0.05)


def test_less_checking_and_a_second_model_in_money() -> None:
    runs, hour = F["derived.triage_runs_month"], F["company.hour_cost"]

    saved = (F["launch.check_before"] - CHECK) * runs / 60 * hour
    assert F["launch.check_saves"] == pytest.approx(saved, abs=0.5)
    assert F["hardening.fallback_saves"] == pytest.approx(runs * 5 / 1000 * HAND / 60 * hour, abs=0.5)
    assert F["launch.goal_times"] == int(0.08 / RUN)
