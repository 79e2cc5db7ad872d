from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from orchflow.insights.cost import cost_report
from orchflow.metrics.filters import month_to_date
from orchflow.metrics.names import filter_options
from orchflow.metrics.privacy import pooled_organizations, privacy_of
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace
from tests.metrics.facts import TODAY, SmallFacts, ago, asked

MONTH = month_to_date(TODAY)


def three_organizations(facts: SmallFacts) -> None:
    """Large has seven people, middle five, small two."""
    sizes = {"large": 7, "middle": 5, "small": 2}
    facts.users(**{f"{name}{number}": name for name, size in sizes.items() for number in range(size)})
    facts.calls(
        facts.call(ago(1), "4", organization="large", user_id="large0"),
        facts.call(ago(1), "2", organization="middle", user_id="middle0"),
        facts.call(ago(1), "1", organization="small", user_id="small0"),
    )


def test_who_may_see_people_sees_every_organisation(facts: SmallFacts, ws: Workspace, admin: Actor) -> None:
    three_organizations(facts)
    assert privacy_of(ws.warehouse, admin).pooled == ()


def test_a_pool_of_too_few_takes_the_next_larger_in(facts: SmallFacts, ws: Workspace) -> None:
    three_organizations(facts)
    assert pooled_organizations(ws.warehouse) == ("small", "middle")


def test_small_organisations_are_one_line_for_others(facts: SmallFacts, ws: Workspace, viewer: Actor) -> None:
    three_organizations(facts)
    lines = cost_report(asked(ws, MONTH, viewer), "organization").by_value
    assert dict(zip(lines["label"], lines["cost"], strict=True)) == {
        "large": Decimal(4),
        "Small groups": Decimal(3),
    }


def test_asking_for_a_small_organisation_by_name_finds_nothing(
    facts: SmallFacts, ws: Workspace, viewer: Actor
) -> None:
    three_organizations(facts)
    found = cost_report(asked(ws, replace(MONTH, organizations=("small",)), viewer), "provider")
    assert found.by_value.empty


def test_filters_offer_neither_users_nor_small_organisations(
    facts: SmallFacts, ws: Workspace, viewer: Actor
) -> None:
    three_organizations(facts)
    options = filter_options(ws.warehouse, privacy_of(ws.warehouse, viewer))
    assert list(options["organization"].values()) == ["large", "Small groups"]
    assert "user" not in options


def test_filters_offer_what_only_ran(facts: SmallFacts, ws: Workspace, viewer: Actor, admin: Actor) -> None:
    three_organizations(facts)
    facts.runs(facts.run("claims", ago(1), organization="quiet", user="quiet0"))
    offered = filter_options(ws.warehouse, privacy_of(ws.warehouse, admin))
    assert "quiet" in offered["organization"]
    assert "quiet0" in offered["user"]
    assert "quiet" not in filter_options(ws.warehouse, privacy_of(ws.warehouse, viewer))["organization"]


def test_the_service_user_is_not_one_of_the_people(facts: SmallFacts, ws: Workspace) -> None:
    facts.users(a="team", b="team", c="team", d="team", service="team")
    assert pooled_organizations(ws.warehouse) == ("team",)


@pytest.mark.parametrize(
    ("sizes", "pooled"),
    [
        ({"four": 4, "five": 5, "six": 6}, ("four", "five")),
        ({"five": 5, "six": 6}, ()),
        ({"two": 2, "three": 3, "six": 6}, ("two", "three")),  # five together
        ({"two": 2, "one": 1, "six": 6, "seven": 7}, ("one", "two", "six")),
        ({"four": 4}, ("four",)),
    ],
)
def test_five_people_are_a_group_that_may_be_shown(
    facts: SmallFacts, ws: Workspace, sizes: dict[str, int], pooled: tuple[str, ...]
) -> None:
    facts.users(**{f"{name}{number}": name for name, size in sizes.items() for number in range(size)})
    assert pooled_organizations(ws.warehouse) == pooled
