from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta

from orchflow.config.settings import Settings, Targets
from orchflow.metrics.catalogue.agents import NO_DAY_ONE
from orchflow.metrics.filters import month_to_date
from orchflow.metrics.metric import Figure
from orchflow.metrics.read import figure
from orchflow.metrics.time_to_value import journey_day, milestones
from orchflow.workspace import Workspace, open_workspace
from tests.metrics.facts import TODAY, SmallFacts, ago, asked

TARGETS = Targets()
DAY_ONE = date(2026, 5, 1)


def time(ws: Workspace, key: str) -> Figure:
    return figure(asked(ws, month_to_date(TODAY)), key)


def week_of_runs(
    facts: SmallFacts, agent: str, first: int, *, users: int = 3, completed: int = 20, failed: int = 0
) -> None:
    """`completed` and `failed` runs, spread over seven days from `first` days ago and over `users` people."""
    facts.runs(
        *(facts.run(agent, ago(first - at % 7), user=f"u{at % users}") for at in range(completed)),
        *(facts.run(agent, ago(first - at % 7), "failed", user=f"u{at % users}") for at in range(failed)),
    )


def production_day(ws: Workspace, agent: str = "claims") -> date | None:
    return milestones(ws.warehouse, TARGETS)[agent].production_day


def test_the_first_agent_works_on_the_day_of_a_persons_first_completed_run(
    facts: SmallFacts, ws: Workspace
) -> None:
    facts.users(u1="acme", service="acme")
    facts.runs(
        facts.run("claims", ago(38), user="service"),
        facts.run("claims", ago(35), "failed"),
        facts.run("claims", ago(30)),
    )
    found = time(ws, "time_to_first_agent")
    assert (found.value, found.target, found.missing) == ((ago(30) - DAY_ONE).days, 14, None)


def test_not_reached_is_an_answer(ws: Workspace) -> None:
    found = time(ws, "time_to_first_agent")
    assert (found.value, found.missing) == (None, "Not reached: no person has completed a run yet")


def test_without_day_one_there_is_no_time(make_settings: Callable[..., Settings]) -> None:
    with closing(open_workspace(make_settings())) as ws:
        facts = SmallFacts(ws.warehouse)
        facts.runs(facts.run("claims", ago(3)))
        assert time(ws, "time_to_first_agent").missing == NO_DAY_ONE


def test_an_agent_is_in_production_on_the_day_its_trailing_week_suffices(
    facts: SmallFacts, ws: Workspace
) -> None:
    # 20 runs from 30 days ago, day by day 3, 3, 3, 3, 3, 3, 2: the twentieth is on the seventh day
    week_of_runs(facts, "claims", 30)
    assert production_day(ws) == ago(24)
    assert time(ws, "time_to_production").value == (ago(24) - DAY_ONE).days


def test_nineteen_runs_in_a_week_are_too_few(facts: SmallFacts, ws: Workspace) -> None:
    week_of_runs(facts, "claims", 30, completed=19)
    assert production_day(ws) is None


def test_two_people_are_too_few(facts: SmallFacts, ws: Workspace) -> None:
    week_of_runs(facts, "claims", 30, users=2)
    assert production_day(ws) is None


def test_runs_of_more_than_a_week_do_not_add_up(facts: SmallFacts, ws: Workspace) -> None:
    week_of_runs(facts, "claims", 30, completed=10)
    week_of_runs(facts, "claims", 23, completed=10)
    assert production_day(ws) is None


def test_an_error_rate_at_the_target_is_not_under_it(facts: SmallFacts, ws: Workspace) -> None:
    for agent, completed in (("at-target", 49), ("under-it", 50)):  # of 50 runs, and of 51
        facts.runs(
            *(facts.run(agent, ago(9), user=f"u{at % 3}") for at in range(completed)),
            facts.run(agent, ago(9), "failed"),
        )
    assert production_day(ws, "at-target") is None
    assert production_day(ws, "under-it") == ago(9)


def test_the_service_users_runs_do_not_count(facts: SmallFacts, ws: Workspace) -> None:
    facts.users(u1="acme", service="acme")
    facts.runs(
        *(facts.run("claims", ago(5), user="service") for _ in range(18)),
        facts.run("claims", ago(5), user="u1"),
        facts.run("claims", ago(5), user="u2"),
        facts.run("claims", ago(5), user="u3"),
    )
    assert production_day(ws) is None


def test_a_draft_is_not_in_production(facts: SmallFacts, ws: Workspace) -> None:
    facts.agents(claims="draft")
    week_of_runs(facts, "claims", 30)
    assert production_day(ws) is None


def test_day_one_is_day_one() -> None:
    assert journey_day(date(2026, 5, 1), date(2026, 5, 1)) == 1
    assert journey_day(date(2026, 5, 1), date(2026, 4, 30)) is None
    assert journey_day(None, date(2026, 5, 1)) is None


def test_twenty_runs_of_three_people_in_a_day_suffice(facts: SmallFacts, ws: Workspace) -> None:
    facts.runs(*(facts.run("claims", ago(9), user=f"u{at % 3}") for at in range(20)))
    facts.runs(*(facts.run("writer", ago(9), user=f"u{at % 3}") for at in range(19)))
    assert production_day(ws) == ago(9)
    assert production_day(ws, "writer") is None


def test_the_week_is_seven_days_the_last_one_included(facts: SmallFacts, ws: Workspace) -> None:
    for agent, first in (("seven-days", 12), ("eight-days", 13)):
        facts.runs(
            facts.run(agent, ago(first)),
            *(facts.run(agent, ago(6), user=f"u{at % 3}") for at in range(19)),
        )
    assert production_day(ws, "seven-days") == ago(6)
    assert production_day(ws, "eight-days") is None


def test_the_people_of_a_week_are_counted_over_its_days(facts: SmallFacts, ws: Workspace) -> None:
    """One person a day: three in seven days suffice, the same one on three days does not."""
    for agent, people in (("shared", ("u1", "u2", "u3")), ("alone", ("u1", "u2", "u2"))):
        facts.runs(
            *(facts.run(agent, ago(9 - day), user=user) for day, user in enumerate(people) for _ in range(7))
        )
    assert production_day(ws, "shared") == ago(7)
    assert production_day(ws, "alone") is None


def test_who_ran_before_the_week_or_only_failed_in_it_is_not_one_of_its_people(
    facts: SmallFacts, ws: Workspace
) -> None:
    for agent, third in (
        ("before", facts.run("before", ago(14), user="u3")),
        ("failed", facts.run("failed", ago(8), "failed", user="u3")),
    ):
        week = [
            facts.run(agent, ago(9 - day), user=user)
            for day, user in enumerate(("u1", "u1", "u2"))
            for _ in range(20)
        ]
        facts.runs(third, *week)
    assert production_day(ws, "before") is None
    assert production_day(ws, "failed") is None


def test_who_only_failed_is_not_one_of_the_people(facts: SmallFacts, ws: Workspace) -> None:
    facts.runs(
        *(facts.run("claims", ago(9), user=f"u{at % 2}") for at in range(60)),
        facts.run("claims", ago(9), "failed", user="u2"),
    )
    assert production_day(ws) is None


def test_the_first_day_in_production_counts(facts: SmallFacts, ws: Workspace) -> None:
    for first in (9, 4):
        facts.runs(*(facts.run("claims", ago(first), user=f"u{at % 3}") for at in range(20)))
    assert production_day(ws) == ago(9)


def test_what_was_reached_before_day_one_took_no_time(facts: SmallFacts, ws: Workspace) -> None:
    facts.runs(facts.run("claims", DAY_ONE - timedelta(days=5)))
    found = time(ws, "time_to_first_agent")
    assert found.value == 0
    assert found.note.endswith(", before Day 1")
