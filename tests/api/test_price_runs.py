"""Usage is priced over the API, first as a trial; what a run did is told by month and model, and taken back."""

from __future__ import annotations

from orchflow.subscribers import dispatcher
from orchflow.warehouse.load import load_batch
from tests.api.conftest import Client, Place
from tests.costs.test_pricing import ACME, call
from tests.warehouse.conftest import NOW, table


def test_usage_is_priced_and_as_it_was_again(place: Place, manager: Client) -> None:
    new = ACME | {"kind": "input", "price": 3, "currency": "USD", "valid_from": "2026-07-01"}
    assert manager.post("/prices", new).status_code == 201
    with place.ws.warehouse.write() as tx:
        load_batch(tx, "usage", "platform", table([call("a"), call("b", model="nobody")]), now=NOW)
    dispatcher(place.ws).deliver()
    assert manager.get("/unpriced_models").json()["items"][0]["calls"] == 1

    tried = manager.post("/price_runs", {}).json()
    assert (tried["run"], tried["after"], tried["lines"][0]["change"]) == (None, 3.0, 3.0)
    assert tried["unpriced"][0] | {"said": ""} == {
        "provider": "acme", "model": "nobody", "reason": "no_price", "said": "", "rows": 1, "calls": 1, "before": 0.0,
        "first_day": "2026-07-20", "last_day": "2026-07-20",
    }  # fmt: skip
    done = manager.post("/price_runs", {"first": "2026-07-01", "last": "2026-07-31", "dry_run": False}).json()
    assert (done["run"], done["calls"]) == (1, 1)
    assert manager.get("/price_runs/1").json()["items"] == tried["lines"]
    assert manager.get("/price_runs").json()["items"][0]["state"] == "done"
    assert manager.post("/price_runs/1/undo", {}).json() == {"rows": 1}
    assert manager.post("/price_runs/1/undo", {}).status_code == 400
    assert manager.post("/price_runs/9/undo", {}).status_code == 404


def test_who_only_reads_finds_shipped_prices_and_prices_nothing(place: Place) -> None:
    viewer = place.client("viewer")
    assert viewer.get("/shipped_prices", find="claude-haiku-4-5").json()["items"][0]["provider"]
    assert viewer.post("/price_runs", {}).status_code == 403
    assert viewer.get("/price_runs").status_code == 403
