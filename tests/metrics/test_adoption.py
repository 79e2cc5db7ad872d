from __future__ import annotations

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
