from __future__ import annotations

from orchflow.config import Targets
from orchflow.insights.adoption import adoption_rate
from orchflow.insights.coverage import coverage
from orchflow.insights.figures import Figure
from orchflow.warehouse.database import Warehouse

from .facts import TODAY, Facts, ago


def adoption(warehouse: Warehouse) -> Figure:
    return adoption_rate(warehouse, TODAY, Targets(), coverage(warehouse))


def test_adoption_is_those_who_ran_an_agent_in_28_days_of_those_who_may(
    facts: Facts, warehouse: Warehouse
) -> None:
    facts.users(a="acme", b="acme", c="acme", d="acme", service="acme")
    facts.runs(
        facts.run("claims", TODAY, user="a"),
        facts.run("claims", ago(27), user="b"),
        facts.run("claims", ago(28), user="c"),
        facts.run("claims", ago(1), user="service"),
        facts.run("claims", ago(1), user="no-longer-here"),
    )
    assert (adoption(warehouse).value, adoption(warehouse).target) == (0.5, 0.8)


def test_it_is_compared_only_when_the_28_days_before_are_known(facts: Facts, warehouse: Warehouse) -> None:
    facts.users(a="acme", b="acme")
    facts.runs(facts.run("claims", TODAY, user="a"), facts.run("claims", ago(40), user="a"))
    assert adoption(warehouse).previous is None
    facts.runs(facts.run("claims", ago(56), user="b"))
    assert adoption(warehouse).previous == 0.5


def test_without_roles_there_are_no_seats_to_divide_by(facts: Facts, warehouse: Warehouse) -> None:
    facts.runs(facts.run("claims", TODAY))
    assert (adoption(warehouse).value, adoption(warehouse).missing) == (
        None, "Nobody's roles are known: run ingestion of users",
    )  # fmt: skip
