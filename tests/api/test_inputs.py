"""What people keep and no source delivers, over the API."""

from __future__ import annotations

import csv
from typing import Any

from orchflow.api.app import document
from orchflow.metrics.inputs import INPUTS
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity
from orchflow.store.rows import entity_of
from tests.api.conftest import Client, Place


def example_of(entity: Entity[Any], path: str) -> dict[str, Any]:
    """The example of the description of an endpoint."""
    described = document()
    body = described["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    (example,) = described["components"]["schemas"][body["schema"]["$ref"].rpartition("/")[2]]["examples"]
    return dict(example)


def pointed_to(manager: Client, entity: Entity[Any]) -> dict[str, int]:
    """Rows that a new one has to point to, made from their own examples: their ids by its fields."""
    must = {
        name: field
        for name, field in entity.fields.items()
        if field.required and field.target and not field.optional
    }
    targets = {name: INPUTS[entity_of(field.target)] for name, field in must.items() if field.target}
    return {
        name: manager.post(f"/{target.many}", example_of(target, f"/{target.many}")).json()["id"]
        for name, target in targets.items()
    }


def test_the_examples_of_the_description_are_taken_from_those_who_keep_costs(
    place: Place, manager: Client
) -> None:
    viewer = place.client("viewer")
    for key, entity in INPUTS.items():
        path = f"/{entity.many}"
        targets = pointed_to(manager, entity)
        example = example_of(entity, path) | targets

        made = manager.post(path, example)

        assert made.status_code == 201, made.text
        row = made.json()
        assert {name: row[name] for name in example} == example
        assert manager.get(path).json()["items"] == [row]
        assert viewer.post(path, example).status_code == 403
        seen = viewer.get(path)
        if entity.view is Permission.INSIGHTS_VIEW:
            assert seen.json()["items"] == [row]
        elif entity.view_own is not None:
            assert seen.json()["items"] == [], "what is another person's"
            assert viewer.get(f"{path}/{row['id']}").status_code == 404
        else:
            assert seen.status_code == 403, key
        assert manager.delete(f"{path}/{row['id']}").status_code == 204
        for name, number in targets.items():
            target = INPUTS[entity_of(entity.fields[name].target)]  # type: ignore[arg-type]
            assert manager.delete(f"/{target.many}/{number}").status_code == 204


def test_a_file_is_read_as_by_the_screens_and_the_command_line(place: Place, manager: Client) -> None:
    for entity in INPUTS.values():
        path = f"/{entity.many}/import"
        targets, example = pointed_to(manager, entity), example_of(entity, f"/{entity.many}/import")
        row = dict(zip(*csv.reader(example["text"].splitlines()), strict=True)) | targets
        example["text"] = "\n".join(",".join(map(str, cells)) for cells in (row.keys(), row.values()))
        looked = manager.post(path, example)
        assert (looked.status_code, looked.json()["problems"], looked.json()["created"]) == (200, [], 1), (
            looked.text
        )
        assert manager.get(f"/{entity.many}").json()["items"] == []
    rows = "model,provider,from,input,output\nwise-1,acme,2026-01-01,3,15\nwise-1,acme,2026-01-01,4,\n,acme,2026-01-01,1,\n"
    prices = {"filename": "prices.csv", "text": rows}
    read = manager.post("/prices/import", prices).json()
    assert (read["created"], read["dry_run"]) == (2, False)
    wrong = [(problem["row"], problem["field"]) for problem in read["problems"]]
    assert wrong == [(3, "valid_from"), (4, "model")]
    assert {row["currency"] for row in manager.get("/prices").json()["items"]} == {"USD"}
    assert manager.post("/prices/import", {"filename": "prices.csv"}).status_code == 422
    for told in (r'"base64": "no"', r'"base64": "\u00e9"', r'"text": "\ud800"'):
        body = f'{{"filename": "b.csv", {told}}}'.encode()
        headers = {"Content-Type": "application/json"}
        refused = manager.request("POST", "/budgets/import", content=body, headers=headers)
        assert refused.status_code == 422, told
    assert place.client("viewer").post("/prices/import", prices).status_code == 403


def test_what_is_wrong_is_told_by_its_field(manager: Client) -> None:
    budget = {
        "name": "All",
        "amount": 0,
        "currency": "EUR",
        "valid_from": "2026-11-01",
        "thresholds": [50, 120],
    }
    refused = manager.post("/budgets", budget)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "amount")
    assert manager.post("/budgets", budget | {"amount": 1, "thresholds": [0]}).status_code == 422
    made = manager.post("/budgets", budget | {"amount": 1}).json()
    assert (made["thresholds"], made["amount"]) == ([50, 120], 1)
    again = manager.post("/budgets", budget | {"amount": 1, "valid_from": "2026-12-01"}).json()
    assert "let it end on 2026-12-01" in again["errors"][0]["message"]
