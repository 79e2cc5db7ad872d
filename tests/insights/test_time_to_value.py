from __future__ import annotations

from datetime import date

from orchflow.config import Targets
from orchflow.insights.time_to_value import (
    NO_DAY_ONE,
    journey_day,
    milestones,
    time_to_first_agent,
    time_to_production,
)
from orchflow.warehouse.database import Warehouse

from .facts import Facts, ago

TARGETS = Targets()
DAY_ONE = ago(40)


def week_of_runs(
    facts: Facts, agent: str, first: int, *, users: int = 3, completed: int = 20, failed: int = 0
) -> None:
    """`completed` and `failed` runs, spread over seven days from `first` days ago and over `users` people."""
    facts.runs(
        *(facts.run(agent, ago(first - at % 7), user=f"u{at % users}") for at in range(completed)),
        *(facts.run(agent, ago(first - at % 7), "failed", user=f"u{at % users}") for at in range(failed)),
    )


def production_day(warehouse: Warehouse, agent: str = "claims") -> date | None:
    return milestones(warehouse, TARGETS)[agent].production_day


def test_the_first_agent_works_on_the_day_of_a_persons_first_completed_run(
    facts: Facts, warehouse: Warehouse
) -> None:
    facts.users(u1="acme", service="acme")
    facts.runs(
        facts.run("claims", ago(38), user="service"),
        facts.run("claims", ago(35), "failed"),
        facts.run("claims", ago(30)),
    )
    found = time_to_first_agent(milestones(warehouse, TARGETS), DAY_ONE, TARGETS, None)
    assert (found.value, found.target, found.missing) == (10, 14, None)


def test_not_reached_is_an_answer(warehouse: Warehouse) -> None:
    found = time_to_first_agent({}, DAY_ONE, TARGETS, None)
    assert (found.value, found.missing) == (None, "Not reached: no person has completed a run yet")


def test_without_day_one_there_is_no_time(facts: Facts, warehouse: Warehouse) -> None:
    facts.runs(facts.run("claims", ago(3)))
    assert time_to_first_agent(milestones(warehouse, TARGETS), None, TARGETS, None).missing == NO_DAY_ONE


def test_an_agent_is_in_production_on_the_day_its_trailing_week_suffices(
    facts: Facts, warehouse: Warehouse
) -> None:
    # 20 runs from 30 days ago, day by day 3, 3, 3, 3, 3, 3, 2: the twentieth is on the seventh day
    week_of_runs(facts, "claims", 30)
    reached = milestones(warehouse, TARGETS)
    assert reached["claims"].production_day == ago(24)
    assert time_to_production(reached, DAY_ONE, TARGETS, None).value == 16


def test_nineteen_runs_in_a_week_are_too_few(facts: Facts, warehouse: Warehouse) -> None:
    week_of_runs(facts, "claims", 30, completed=19)
    assert production_day(warehouse) is None


def test_two_people_are_too_few(facts: Facts, warehouse: Warehouse) -> None:
    week_of_runs(facts, "claims", 30, users=2)
    assert production_day(warehouse) is None


def test_runs_of_more_than_a_week_do_not_add_up(facts: Facts, warehouse: Warehouse) -> None:
    week_of_runs(facts, "claims", 30, completed=10)
    week_of_runs(facts, "claims", 23, completed=10)
    assert production_day(warehouse) is None


def test_an_error_rate_at_the_target_is_not_under_it(facts: Facts, warehouse: Warehouse) -> None:
    week_of_runs(facts, "claims", 30, completed=49, failed=1)
    assert production_day(warehouse) is None or production_day(warehouse) != ago(30)
    week_of_runs(facts, "writer", 30, completed=49, failed=5)
    assert production_day(warehouse, "writer") is None


def test_the_service_users_runs_do_not_count(facts: Facts, warehouse: Warehouse) -> None:
    facts.users(u1="acme", service="acme")
    facts.runs(
        *(facts.run("claims", ago(5), user="service") for _ in range(18)),
        facts.run("claims", ago(5), user="u1"),
        facts.run("claims", ago(5), user="u2"),
        facts.run("claims", ago(5), user="u3"),
    )
    assert production_day(warehouse) is None


def test_a_draft_is_not_in_production(facts: Facts, warehouse: Warehouse) -> None:
    facts.agents(claims="draft")
    week_of_runs(facts, "claims", 30)
    assert production_day(warehouse) is None


def test_day_one_is_day_one() -> None:
    assert journey_day(date(2026, 5, 1), date(2026, 5, 1)) == 1
    assert journey_day(date(2026, 5, 1), date(2026, 4, 30)) is None
    assert journey_day(None, date(2026, 5, 1)) is None
