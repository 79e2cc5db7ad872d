"""Rates of exchange over the API, and what the answer of a figure tells of amounts that lack one."""

from __future__ import annotations

from orchflow import clock
from orchflow.subscribers import dispatcher
from tests.api.conftest import Client, Place
from tests.metrics.facts import SmallFacts

RATE = {"currency": "gbp", "into_currency": "USD", "valid_from": "2020-01-01", "rate": 1.25}


def test_a_rate_is_added_listed_changed_and_deleted(manager: Client) -> None:
    made = manager.post("/exchange_rates", RATE)
    assert made.status_code == 201, made.text
    row = made.json()
    assert (row["currency"], row["rate"], row["valid_from"]) == ("GBP", 1.25, "2020-01-01")
    assert manager.patch(f"/exchange_rates/{row['id']}", 1, rate=1.3).json()["rate"] == 1.3
    listed = manager.get("/exchange_rates", currency="GBP").json()["items"]
    assert [(each["id"], each["version"]) for each in listed] == [(row["id"], 2)]
    assert manager.get("/exchange_rates", currency="EUR").json()["items"] == []
    assert manager.delete(f"/exchange_rates/{row['id']}").status_code == 204


def test_what_is_wrong_with_a_rate_is_told_and_who_may_not_is_refused(place: Place, manager: Client) -> None:
    refused = manager.post("/exchange_rates", RATE | {"currency": "XYZ"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "currency")
    assert place.client("analyst").post("/exchange_rates", RATE).status_code == 403
    assert place.client("viewer").get("/exchange_rates").status_code == 200


def test_a_figure_that_is_money_tells_its_currency_and_what_has_no_rate(
    place: Place, manager: Client
) -> None:
    facts, today = SmallFacts(place.ws.warehouse), clock.today(place.ws.zone)
    facts.calls(facts.call(today, "2"), facts.call(today, "1200", currency="GBP", calls=31))
    told = manager.get("/metrics/cost").json()
    assert (told["value"], told["currency"]) == (2, "USD")
    assert told["unconverted"] == [
        {
            "currency": "GBP",
            "amount": 1200,
            "rows": 1,
            "said": "Not converted: 1,200.00 GBP, 1 row; add a rate",
        }
    ]
    assert manager.get("/metrics/calls").json()["value"] == 32
    manager.post("/exchange_rates", RATE)
    dispatcher(place.ws).deliver()
    told = manager.get("/metrics/cost").json()
    assert (told["value"], told["unconverted"]) == (1502, [])
