"""/sources by program: connected, read, changed, disconnected; by administrators, and never with a password in an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from orchflow.config.secrets_file import read_secrets
from tests.api.conftest import Client, Place
from tests.contract.fake_dataset import Dataset
from tests.contract.fake_orchestrator import PASSWORD, SERVICE, FakeOrchestrator


@pytest.fixture
def platform() -> Iterator[FakeOrchestrator]:
    with FakeOrchestrator("enterprise", Dataset(calls=5)) as server:
        yield server


@pytest.fixture
def admin(place: Place) -> Client:
    place.ws.settings.home.mkdir(exist_ok=True)
    return place.client("admin", scope="admin")


def described(url: str, /, **more: Any) -> dict[str, Any]:
    source = {
        "name": "platform",
        "kind": "orchestrator_api",
        "url": url,
        "email": SERVICE,
        "password": PASSWORD,
    }
    return source | more


def test_a_source_is_connected_changed_and_disconnected(
    place: Place, admin: Client, platform: FakeOrchestrator
) -> None:
    made = admin.post("/sources", described(platform.url))
    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/sources/platform")
    read = admin.get("/sources/platform")
    assert read.json() == made.json()
    assert (read.json()["url"], read.json()["schedule"], read.json()["locked"]) == (platform.url, None, "")
    assert admin.get("/sources").json()["items"][0]["configured"]

    def edit(version: str, **changes: Any) -> Any:
        return admin.request("PATCH", "/sources/platform", json={"version": version, "changes": changes})

    changed = edit(read.json()["version"], schedule="0 4 * * *")
    assert (changed.status_code, changed.json()["schedule"]) == (200, "0 4 * * *")
    assert edit(read.json()["version"], schedule=None).status_code == 409
    wrong = edit(changed.json()["version"], password="let-me-in")
    assert (wrong.status_code, wrong.json()["type"]) == (422, "urn:orchflow:problem:does-not-work")
    assert [check["name"] for check in wrong.json()["checks"] if check["ok"] is False] == ["sign-in"]
    assert admin.delete("/sources/platform", version="old").status_code == 409
    assert admin.delete("/sources/platform/data").status_code == 409
    assert admin.delete("/sources/platform", version=changed.json()["version"]).status_code == 204
    assert admin.delete("/sources/platform/data").status_code == 404
    assert admin.get("/sources/platform").status_code == 404
    assert read_secrets(place.ws.settings.home) == {}
    for answer in (made, read, changed, wrong):
        assert PASSWORD not in answer.text
        assert "let-me-in" not in answer.text


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"kind": "usage_file"}, 422, "kind"),
        ({"url": "orchestrator.example"}, 422, "is not a URL"),
        ({"name": "Über uns"}, 422, "is not a source name"),
        ({"password": ""}, 422, "Password: is missing"),
        ({"password": "${ORCHFLOW_DATABASE_URL}"}, 422, "is a setting of this server"),
        ({"url": "http://127.0.0.1:9"}, 422, "does not work yet"),
        ({"surprise": 1}, 422, "surprise"),
    ],
)
def test_what_cannot_be_right_is_refused(
    place: Place, admin: Client, more: dict[str, Any], status: int, said: str
) -> None:
    answer = admin.post("/sources", described("https://orchestrator.example", **more))
    assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert place.ws.settings.sources == ()
    assert PASSWORD not in answer.text


def test_a_name_is_used_once_and_a_file_that_is_not_ours_is_left_alone(place: Place, admin: Client) -> None:
    first = described("https://orchestrator.example", untried=True)
    assert admin.post("/sources", first).status_code == 201
    assert "is the name of another source" in admin.post("/sources", first).json()["detail"]
    file = place.ws.settings.config_file
    assert file is not None
    file.chmod(0o444)
    answer = admin.delete("/sources/platform")
    assert (answer.status_code, "may not be written" in answer.json()["detail"]) == (409, True)
    assert "may not be written" in admin.get("/sources/platform").json()["fixed"]


@pytest.mark.parametrize(("role", "scope"), [("admin", "write"), ("admin", "read"), ("manager", "write")])
def test_it_takes_a_token_to_administer_with(place: Place, role: str, scope: str) -> None:
    client = place.client(role, scope)
    answers = [
        client.post("/sources", described("https://orchestrator.example")),
        client.get("/sources/platform"),
        client.request("PATCH", "/sources/platform", json={"version": "x", "changes": {}}),
        client.delete("/sources/platform"),
        client.delete("/sources/platform/data"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5
