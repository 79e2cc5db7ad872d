"""The description of the API, and the page that shows it."""

from __future__ import annotations

import json

from orchflow.api.app import create_api
from orchflow.config.settings import SecuritySettings
from orchflow.web.security import SecurityHeaders
from tests.api.conftest import Client, Place


def test_the_description_is_open_and_complete(place: Place) -> None:
    answer = Client(place.app).get("/openapi.json")

    assert answer.status_code == 200
    document = answer.json()
    assert document["servers"] == [{"url": "/api/v1"}]
    seen: set[str] = set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["operationId"] not in seen, where
            seen.add(operation["operationId"])
            assert operation["summary"], where
            assert operation["description"], where
            assert operation["tags"], where
            assert operation["security"] == [{"token": []}], where
            assert {"401", "403", "404", "422", "429", "500"} <= operation["responses"].keys(), where
            if method in ("post", "patch"):
                assert {"409", "413", "415"} <= operation["responses"].keys(), where
                name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition(
                    "/"
                )[2]
                assert document["components"]["schemas"][name]["examples"], where
            if method == "post":
                assert "Idempotency-Key" in [parameter["name"] for parameter in operation["parameters"]], (
                    where
                )


def test_every_reference_of_the_description_leads_somewhere() -> None:
    document = create_api(SecuritySettings()).openapi()

    def references(part: object) -> list[str]:
        if isinstance(part, dict):
            own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            return own + [ref for value in part.values() for ref in references(value)]
        return [ref for item in part for ref in references(item)] if isinstance(part, list) else []

    for reference in set(references(document)):
        at = document
        for name in reference.removeprefix("#/").split("/"):
            at = at[name]


def test_points_are_numbers_and_references_are_ids() -> None:
    schemas = create_api(SecuritySettings()).openapi()["components"]["schemas"]

    task = schemas["Task"]
    assert {"number", "null"} == {option["type"] for option in task["properties"]["points"]["anyOf"]}
    assert {"id", "version", "project_id", "sprint_id", "points", "labels"} <= set(task["required"])
    assert "default" not in json.dumps(schemas["TaskChanges"]["properties"])


def test_the_reference_needs_nothing_from_elsewhere_and_no_inline_script(place: Place) -> None:
    client = Client(SecurityHeaders(place.app))
    page = client.get("/docs")

    assert page.status_code == 200
    assert "http" not in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for name, kind in (
        ("swagger-ui-bundle.js", "text/javascript"),
        ("start.js", "text/javascript"),
        ("swagger-ui.css", "text/css"),
        ("favicon.png", "image/png"),
    ):
        answer = client.get(f"/docs/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
        assert f"docs/{name}" in page.text
    assert client.get("/docs/..%2Fcore.py").status_code == 404
    assert client.get("/docs/redoc.standalone.js").status_code == 404
