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


def test_twenty_runs_of_three_people_in_a_day_suffice(facts: Facts, warehouse: Warehouse) -> None:
    facts.runs(*(facts.run("claims", ago(9), user=f"u{at % 3}") for at in range(20)))
    facts.runs(*(facts.run("writer", ago(9), user=f"u{at % 3}") for at in range(19)))
    assert production_day(warehouse) == ago(9)
    assert production_day(warehouse, "writer") is None


def test_the_week_is_seven_days_the_last_one_included(facts: Facts, warehouse: Warehouse) -> None:
    for agent, first in (("seven-days", 12), ("eight-days", 13)):
        facts.runs(
            facts.run(agent, ago(first)),
            *(facts.run(agent, ago(6), user=f"u{at % 3}") for at in range(19)),
        )
    assert production_day(warehouse, "seven-days") == ago(6)
    assert production_day(warehouse, "eight-days") is None


def test_the_people_of_a_week_are_counted_over_its_days(facts: Facts, warehouse: Warehouse) -> None:
    """One person a day: three in seven days suffice, the same one on three days does not."""
    for agent, people in (("shared", ("u1", "u2", "u3")), ("alone", ("u1", "u2", "u2"))):
        facts.runs(
            *(facts.run(agent, ago(9 - day), user=user) for day, user in enumerate(people) for _ in range(7))
        )
    assert production_day(warehouse, "shared") == ago(7)
    assert production_day(warehouse, "alone") is None


def test_who_only_failed_is_not_one_of_the_people(facts: Facts, warehouse: Warehouse) -> None:
    facts.runs(
        *(facts.run("claims", ago(9), user=f"u{at % 2}") for at in range(60)),
        facts.run("claims", ago(9), "failed", user="u2"),
    )
    assert production_day(warehouse) is None


def test_the_first_day_in_production_counts(facts: Facts, warehouse: Warehouse) -> None:
    for first in (9, 4):
        facts.runs(*(facts.run("claims", ago(first), user=f"u{at % 3}") for at in range(20)))
    assert production_day(warehouse) == ago(9)


def test_what_was_reached_before_day_one_took_no_time(facts: Facts, warehouse: Warehouse) -> None:
    facts.runs(facts.run("claims", ago(45)))
    assert time_to_first_agent(milestones(warehouse, TARGETS), DAY_ONE, TARGETS, None).value == 0


def test_two_people_are_too_few(facts: Facts, warehouse: Warehouse) -> None:
    week_of_runs(facts, "claims", 30, users=2)
    assert production_day(warehouse) is None


def test_runs_of_more_than_a_week_do_not_add_up(facts: Facts, warehouse: Warehouse) -> None:
    week_of_runs(facts, "claims", 30, completed=10)
    week_of_runs(facts, "claims", 23, completed=10)
    assert production_day(warehouse) is None


def test_an_error_rate_at_the_target_is_not_under_it(facts: Facts, warehouse: Warehouse) -> None:
    for agent, completed in (("at-target", 49), ("under-it", 50)):  # of 50 runs, and of 51
        facts.runs(
            *(facts.run(agent, ago(9), user=f"u{at % 3}") for at in range(completed)),
            facts.run(agent, ago(9), "failed"),
        )
    assert production_day(warehouse, "at-target") is None
    assert production_day(warehouse, "under-it") == ago(9)


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
