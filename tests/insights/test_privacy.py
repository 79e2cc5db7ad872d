from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from orchflow.insights.cost import cost_report
from orchflow.insights.filters import month_to_date
from orchflow.insights.names import filter_options
from orchflow.insights.privacy import pooled_organizations, privacy_of
from orchflow.people.permissions import Actor
from orchflow.warehouse.database import Warehouse

from .facts import TODAY, Facts, ago

MONTH = month_to_date(TODAY)


def three_organizations(facts: Facts) -> None:
    """Large has seven people, middle five, small two."""
    sizes = {"large": 7, "middle": 5, "small": 2}
    facts.users(**{f"{name}{number}": name for name, size in sizes.items() for number in range(size)})
    facts.calls(
        facts.call(ago(1), "4", organization="large", user_id="large0"),
        facts.call(ago(1), "2", organization="middle", user_id="middle0"),
        facts.call(ago(1), "1", organization="small", user_id="small0"),
    )


def test_who_may_see_people_sees_every_organisation(facts: Facts, warehouse: Warehouse, admin: Actor) -> None:
    three_organizations(facts)
    assert privacy_of(warehouse, admin).pooled == ()


def test_a_pool_of_too_few_takes_the_next_larger_in(facts: Facts, warehouse: Warehouse) -> None:
    three_organizations(facts)
    assert pooled_organizations(warehouse) == ("small", "middle")


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
    facts: Facts, warehouse: Warehouse, sizes: dict[str, int], pooled: tuple[str, ...]
) -> None:
    facts.users(**{f"{name}{number}": name for name, size in sizes.items() for number in range(size)})
    assert pooled_organizations(warehouse) == pooled


def test_small_organisations_are_one_line_for_others(
    facts: Facts, warehouse: Warehouse, viewer: Actor
) -> None:
    three_organizations(facts)
    lines = cost_report(warehouse, MONTH, "organization", privacy_of(warehouse, viewer)).by_value
    assert dict(zip(lines["label"], lines["cost"], strict=True)) == {
        "large": Decimal(4),
        "Small groups": Decimal(3),
    }


def test_asking_for_a_small_organisation_by_name_finds_nothing(
    facts: Facts, warehouse: Warehouse, viewer: Actor
) -> None:
    three_organizations(facts)
    privacy = privacy_of(warehouse, viewer)
    found = cost_report(warehouse, replace(MONTH, organizations=("small",)), "provider", privacy)
    assert found.by_value.empty


def test_filters_offer_neither_users_nor_small_organisations(
    facts: Facts, warehouse: Warehouse, viewer: Actor
) -> None:
    three_organizations(facts)
    options = filter_options(warehouse, privacy_of(warehouse, viewer))
    assert list(options["organization"].values()) == ["large", "Small groups"]
    assert "user" not in options


def test_the_service_user_is_not_one_of_the_people(facts: Facts, warehouse: Warehouse) -> None:
    facts.users(a="team", b="team", c="team", d="team", service="team")
    assert pooled_organizations(warehouse) == ("team",)
