"""What people keep and no source delivers, over the API."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from orchflow.api.app import document
from orchflow.api.inputs import ALSO
from orchflow.metrics.inputs import INPUTS
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity
from orchflow.store.rows import entity_of
from orchflow.warehouse.sql import Query
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


BAD_CELLS = [
    ("budget", "amount", "$10,100.00 ", "write it without the sign of a currency"),
    ("budget", "valid_from", "2026-02-30", "is not a date"),
    ("budget", "currency", "EUROS", "write its code of ISO 4217"),
    ("cost_share", "share", 101, "must be from 0.01 to 100, not 101"),
    ("cost_entry", "every", "fortnight", "is not one of"),
    ("price", "time_from", "30:00", "must be a time of the day like 08:30, not '30:00'"),
    ("price", "over_tokens", 1.5, "is not a whole number"),
]


@pytest.mark.parametrize(("key", "field", "cell", "words"), BAD_CELLS)
def test_a_bad_cell_is_told_in_the_words_that_files_have_for_it(
    manager: Client, key: str, field: str, cell: object, words: str
) -> None:
    entity = INPUTS[key]
    known = {
        name: one.example for name, one in entity.fields.items() if one.required and not one.optional
    } | ALSO.get(key, {})
    row = known | {field: cell}
    lines = [",".join(f'"{each}"' for each in line) for line in (row, row.values())]
    read = manager.post(
        f"/{entity.many}/import", {"filename": "a.csv", "text": "\n".join(lines), "dry_run": True}
    )
    (in_file,) = read.json()["problems"]
    (told,) = [
        each for each in manager.post(f"/{entity.many}", row).json()["errors"] if each["field"] == field
    ]
    assert words in told["message"]
    if field != "every":  # a file knows choices by their names, JSON by their keys
        assert told["message"] == in_file["message"]


def test_what_json_must_have_is_said(manager: Client) -> None:
    told = manager.post("/budgets", {"name": None, "amount": "12", "currency": "EUR", "colour": "red"}).json()
    assert {each["field"]: each["message"] for each in told["errors"]} == {
        "name": "must not be empty",
        "amount": "must be a number in JSON, not '12' (write 12 without quotes)",
        "valid_from": "is missing",
        "colour": "is not known here",
    }


def test_a_name_that_no_fact_has_is_told_with_the_row(place: Place, manager: Client) -> None:
    budget = {
        "name": "A",
        "scope": "agent",
        "agent": "writer",
        "amount": 5,
        "currency": "USD",
        "valid_from": "2026-11-01",
    }
    assert "notices" not in manager.post("/budgets", budget).json()
    with place.ws.warehouse.write() as tx:
        tx.execute(Query.of("callers", "insert into callers values ('platform', 'x', 'reader')"))
    told = manager.post("/budgets", budget | {"name": "B"})
    assert (told.status_code, told.json()["notices"][0]["field"]) == (201, "agent")
