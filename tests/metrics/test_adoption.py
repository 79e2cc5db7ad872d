from __future__ import annotations

import pytest

from orchflow.metrics.filters import month_to_date
from orchflow.metrics.metric import Figure
from orchflow.metrics.read import figure
from orchflow.workspace import Workspace
from tests.metrics.facts import TODAY, SmallFacts, ago, asked


def adoption(ws: Workspace) -> Figure:
    return figure(asked(ws, month_to_date(TODAY)), "adoption_rate")


def test_adoption_is_those_who_ran_an_agent_in_28_days_of_those_who_may(
    facts: SmallFacts, ws: Workspace
) -> None:
    facts.users(a="acme", b="acme", c="acme", d="acme", service="acme")
    facts.runs(
        facts.run("claims", TODAY, user="a"),
        facts.run("claims", ago(27), user="b"),
        facts.run("claims", ago(28), user="c"),
        facts.run("claims", ago(1), user="service"),
        facts.run("claims", ago(1), user="no-longer-here"),
    )
    assert (adoption(ws).value, adoption(ws).target) == (0.5, 0.8)


def test_it_is_compared_only_when_the_28_days_before_are_known(facts: SmallFacts, ws: Workspace) -> None:
    facts.users(a="acme", b="acme")
    facts.runs(facts.run("claims", TODAY, user="a"), facts.run("claims", ago(40), user="a"))
    assert adoption(ws).previous is None
    facts.runs(facts.run("claims", ago(56), user="b"))
    assert adoption(ws).previous == 0.5


def test_without_roles_there_are_no_seats_to_divide_by(facts: SmallFacts, ws: Workspace) -> None:
    facts.runs(facts.run("claims", TODAY))
    assert (adoption(ws).value, adoption(ws).missing) == (
        None, "Nobody's roles are known: run ingestion of users",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("user", "seats"),
    [({}, 2), ({"status": None}, 2), ({"status": "disabled"}, 1), ({"service": "true"}, 1)],
)
def test_a_seat_is_an_active_person_with_a_role(
    facts: SmallFacts, ws: Workspace, user: dict[str, str | None], seats: int
) -> None:
    person = {"user_id": "b", "organization": "acme", "status": "active", "service": "false"}
    facts.load("users", {**person, "user_id": "a"}, {**person, **user}, {**person, "user_id": "without-role"})
    facts.load("roles", *({"user_id": name, "organization": "acme", "role": "member"} for name in "ab"))
    facts.runs(*(facts.run("claims", TODAY, user=name) for name in ("a", "without-role")))
    assert adoption(ws).value == 1 / seats


def test_who_is_gone_from_the_platform_leaves_their_seat(facts: SmallFacts, ws: Workspace) -> None:
    facts.users(a="acme", b="acme")
    facts.load("users", {"user_id": "a", "organization": "acme", "status": "active", "service": "false"})
    facts.runs(facts.run("claims", TODAY, user="a"))
    assert adoption(ws).value == 1


def test_the_28_days_before_are_those_from_55_to_28_days_ago(facts: SmallFacts, ws: Workspace) -> None:
    facts.users(a="acme", b="acme", c="acme", d="acme")
    facts.runs(
        facts.run("claims", ago(27), user="a"),
        facts.run("claims", ago(28), user="b"),
        facts.run("claims", ago(55), user="c"),
        facts.run("claims", ago(56), user="d"),
        facts.run("claims", TODAY, user="a"),
    )
    assert (adoption(ws).value, adoption(ws).previous) == (0.25, 0.5)


def test_the_day_that_today_is_compared_with_ends_at_the_same_time_of_day(
    facts: SmallFacts, ws: Workspace
) -> None:
    facts.users(a="acme", b="acme", c="acme", d="acme")
    facts.runs(
        facts.run("claims", ago(56), user="d"),
        facts.run("claims", ago(28), user="b", minute=10),
        facts.run("claims", ago(28), user="c", minute=50),
    )
    assert adoption(ws).previous == 0, "nothing is known of today, so neither of the day it is compared with"
    facts.runs(facts.run("claims", TODAY, user="a", minute=30))
    assert (adoption(ws).value, adoption(ws).previous) == (0.25, 0.25)


def test_a_run_of_tomorrow_does_not_count_today(facts: SmallFacts, ws: Workspace) -> None:
    facts.users(a="acme")
    facts.runs(facts.run("claims", ago(-1), user="a"))
    assert adoption(ws).value == 0


def test_with_55_days_known_it_is_compared(facts: SmallFacts, ws: Workspace) -> None:
    facts.users(a="acme")
    facts.runs(facts.run("claims", ago(54), user="a"))
    assert adoption(ws).previous is None
    facts.runs(facts.run("claims", ago(55), user="a"))
    assert adoption(ws).previous == 1
