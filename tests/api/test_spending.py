"""/spending: why the cost moved, what the month comes to, what is out of the ordinary, what would be otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchflow import clock
from orchflow.costs.price_engine import prices_in_force
from orchflow.costs.prices import PRICES
from orchflow.people.permissions import SYSTEM
from orchflow.people.small_groups import WITHHELD
from tests.api.conftest import Client, Place
from tests.metrics.facts import SmallFacts


@pytest.fixture
def place(place: Place) -> Place:
    """Ten a day for seventy days, ninety a week ago; a million tokens read and half a million written on each."""
    facts, today = SmallFacts(place.ws.warehouse), clock.today(place.ws.zone)
    facts.agents(claims="active")
    tokens = {"input_tokens": 1_000_000, "output_tokens": 500_000, "provider": "own", "model": "house"}
    facts.calls(
        *(facts.call(today - timedelta(days=day), "10", **tokens) for day in range(70, 0, -1)),
        facts.call(today - timedelta(days=7), "80", provider="own", model="other"),
    )
    for model, kind, price in (
        ("house", "input", "2"),
        ("house", "output", "10"),
        ("spare", "input", "1"),
        ("spare", "output", "5"),
    ):
        PRICES.create(
            place.ws.store, SYSTEM, provider="own", model=model, kind=kind, price=price, per=1_000_000, currency="USD", valid_from="2020-01-01"
        )  # fmt: skip
    prices_in_force(place.ws)
    return place


@pytest.fixture
def manager(place: Place) -> Client:
    return place.client("manager")


def test_why_the_cost_moved(manager: Client) -> None:
    today = clock.now().date()
    days = {"from": str(today - timedelta(days=10)), "to": str(today - timedelta(days=1))}
    told = manager.get("/spending/effects", by="model", **days).json()
    assert (told["before"], told["now"], told["delta"], told["missing"]) == (100, 180, 80, None)
    assert sum(told["effects"].values()) == 80
    assert [(part["group"], part["state"]) for part in told["parts"]] == [("other", "new"), ("house", None)]
    assert manager.get("/spending/effects", by="part").status_code == 422


def test_what_the_month_comes_to(manager: Client) -> None:
    told = manager.get("/spending/forecast").json()
    assert told["low"] <= told["likely"] <= told["high"]
    assert (told["missing"], told["record"]["judged"], told["past"]) == (None, 0, [])
    none = manager.get("/spending/forecast", provider="nobody").json()
    assert (none["likely"], none["missing"]) == (None, "None of the calls has a price")


def test_an_anomaly_is_listed_and_answered_once(manager: Client) -> None:
    day = str(clock.now().date() - timedelta(days=7))
    told = manager.get("/spending/anomalies").json()
    agent = next(each for each in told["items"] if each["scope"] == "agent")
    assert (agent["value"], agent["first"], agent["excess"], agent["open"]) == ("claims", day, 80, True)
    assert manager.get("/spending/anomalies", team="7").json()["items"] == [], "of that team alone"
    said = {"scope": "agent", "value": "claims", "day": day, "verdict": "planned", "note": "A trial"}
    assert manager.post("/spending/anomalies/verdict", said).json()["scopes"] == 1
    one = manager.get("/spending/anomalies", open="true").json()
    assert one["open"] == told["open"], "its other scopes still ring"
    whole = manager.post("/spending/anomalies/verdict", said | {"whole": True}).json()
    assert (whole["verdict"], whole["scopes"]) == ("planned", len(agent["scopes"]))
    after = manager.get("/spending/anomalies", open="true").json()
    assert (after["open"], "claims" in {each["value"] for each in after["items"]}) == (
        told["open"] - 1,
        False,
    )
    refused = manager.post("/spending/anomalies/verdict", said | {"value": "nobody"})
    assert (refused.status_code, "nothing was out of the ordinary for nobody" in refused.text) == (422, True)


def test_what_is_said_of_a_day_is_said_of_all_days_on_end(place: Place, manager: Client) -> None:
    today = clock.now().date()
    facts = SmallFacts(place.ws.warehouse)
    facts.calls(
        facts.call(today - timedelta(days=5), "80", provider="own", model="other") | {"event_id": "again"}
    )
    said = {"scope": "agent", "value": "claims", "day": str(today - timedelta(days=7)), "verdict": "planned"}
    kept = manager.post("/spending/anomalies/verdict", said).json()
    assert (kept["first"], kept["end"]) == (str(today - timedelta(days=7)), str(today - timedelta(days=4)))
    (item,) = manager.get("/spending/anomalies", open="true").json()["items"]
    assert [each["scope"] for each in item["scopes"] if not each["open"]] == ["agent"]


def test_what_would_be_otherwise(manager: Client) -> None:
    """Of a whole month of days each read a million for 2 and wrote half a million for 5; the spare one costs half."""
    changes = {"shifts": [{"of": "own/house", "to": "own/spare", "share": 0.5}]}
    told = manager.post("/spending/what-if", changes).json()
    assert told["before"] % 7 == 0
    assert told["delta"] == -told["before"] / 4
    assert sum(model["delta"] for model in told["models"]) == told["delta"]
    refused = manager.post(
        "/spending/what-if", {"shifts": [{"of": "own/house", "to": "own/other", "share": 0.5}]}
    )
    assert refused.status_code == 422
    assert "own/house, own/spare" in refused.text or "other of own has no price" in refused.text


def test_who_may_see_less_is_told_less(place: Place) -> None:
    viewer = place.client("viewer")
    assert viewer.get("/spending/forecast").json()["missing"] == WITHHELD
    assert viewer.get("/spending/anomalies").json()["missing"] == WITHHELD
    assert viewer.get("/spending/effects", by="user").status_code == 403
    said = {"scope": "workspace", "day": "2026-01-01", "verdict": "expected"}
    assert viewer.post("/spending/anomalies/verdict", said).status_code in (403, 422)
