"""What every request passes: limits, sizes, kinds of content, repeated keys; and errors as problem documents."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from orchflow.api.limits import Limiter
from orchflow.clock import now
from orchflow.people.permissions import SYSTEM
from orchflow.store.entity import Entity
from orchflow.store.tables import StoredAct
from tests.api.conftest import Client, Place

EFFORT = {"number": 1, "name": "First agents"}
JSON = {"Content-Type": "application/json"}


def assert_problem(answer, status: int) -> dict[str, object]:  # type: ignore[no-untyped-def]
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:orchflow:problem:")
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["detail"]
    assert problem["instance"].startswith("/api/v1/")
    return problem  # type: ignore[no-any-return]


def test_every_error_is_a_problem_document(manager: Client) -> None:
    assert_problem(manager.get("/tasks/999"), 404)
    assert_problem(manager.get("/nothing-here"), 404)
    assert_problem(manager.get("/tasks/"), 404)
    refused = manager.request("PUT", "/tasks")
    assert_problem(refused, 405)
    assert "GET" in refused.headers["allow"]
    assert_problem(manager.get("/tasks/abc"), 422)
    assert_problem(manager.get("/tasks", limit=0), 422)
    assert_problem(manager.post("/efforts", {"number": "one", "name": "x"}), 422)
    assert_problem(manager.request("POST", "/efforts", content="{", headers=JSON), 422)
    assert_problem(manager.request("POST", "/efforts", content=b"\xff", headers=JSON), 400)
    assert_problem(manager.request("POST", "/efforts", content="[" * 200_000, headers=JSON), 400)
    assert_problem(
        manager.request("POST", "/efforts", content="number=1", headers={"Content-Type": "text/plain"}), 415
    )
    assert_problem(manager.request("POST", "/efforts", content=json.dumps(EFFORT)), 415)


def test_a_failure_of_the_server_tells_a_number_and_nothing_else(
    manager: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(Entity, "list", broken)
    with caplog.at_level(logging.ERROR):
        answer = manager.get("/efforts")

    problem = assert_problem(answer, 500)
    assert "secret inside" not in answer.text
    assert str(problem["request_id"]) in caplog.text
    assert "secret inside" in caplog.text


@pytest.mark.parametrize("told", [True, False])
def test_a_request_that_is_too_large_is_refused(manager: Client, told: bool) -> None:
    body = b'"' + b"x" * (10 * 1024 * 1024) + b'"'

    async def parts():  # type: ignore[no-untyped-def]
        for start in range(0, len(body), 1_000_000):
            yield body[start : start + 1_000_000]

    content = body if told else parts()
    assert_problem(manager.request("POST", "/efforts", content=content, headers=JSON), 413)


def test_a_token_that_asks_too_often_is_told_when_to_go_on(place: Place) -> None:
    app = place.make_app(api_requests_per_minute=3)
    client, other = place.client("manager", app=app), place.client("viewer", "read", app)

    answers = [client.get("/efforts") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[0].headers["ratelimit-limit"] == "3"
    assert 0 < int(answers[3].headers["retry-after"]) <= 20
    assert_problem(answers[3], 429)
    assert other.get("/efforts").status_code == 200


def test_an_address_that_guesses_tokens_is_told_to_wait_and_a_valid_one_beside_it_works(place: Place) -> None:
    app = place.make_app(api_failures_per_minute=2)
    good = place.client("manager", app=app)
    for guess in ("oflow_guess", "oflow_" + "x" * 43, ""):
        guessing = Client(app, guess, address="203.0.113.9")
        guessing.get("/efforts")
    refused = Client(app, "oflow_" + "y" * 43, address="203.0.113.9").get("/efforts")

    assert_problem(refused, 429)
    assert int(refused.headers["retry-after"]) > 0
    good.address = "203.0.113.9"
    assert good.get("/efforts").status_code == 200
    assert Client(app, "oflow_guess", address="203.0.113.10").get("/efforts").status_code == 401


@pytest.mark.parametrize("own", ["127.0.0.1", "2001:db8:1:2::7"])
def test_guesses_are_counted_on_loopback_and_by_network(place: Place, own: str) -> None:
    app = place.make_app(api_failures_per_minute=2)
    others = ["2001:db8:1:2:ffff::1", "2001:db8:1:2:eeee::1"] if ":" in own else [own, own]

    answers = [Client(app, "oflow_guess", address=address).get("/efforts") for address in (own, *others)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]


def test_an_allowance_fills_up_evenly_and_callers_are_forgotten_in_the_end() -> None:
    at = [0.0]
    limiter = Limiter(60, lambda: at[0])
    for _ in range(60):
        assert limiter.take("a").wait == 0
    assert limiter.take("a").wait == 1

    at[0] = 2.0
    assert limiter.take("a").remaining == 1
    at[0] = 1000.0
    assert limiter.look("a").remaining == 60


def test_the_same_request_with_the_same_key_is_carried_out_once(both: Place) -> None:
    manager = both.client()
    key = {"Idempotency-Key": "row-17"}

    first = manager.post("/efforts", EFFORT, headers=key)
    again = manager.post("/efforts", EFFORT, headers=key)

    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert len(manager.get("/efforts").json()["items"]) == 1


def test_a_key_stands_for_one_request_of_one_token(place: Place) -> None:
    manager, admin = place.client("manager"), place.client("admin")
    key = {"Idempotency-Key": "row-17"}
    manager.post("/efforts", EFFORT, headers=key)

    assert_problem(manager.post("/efforts", {**EFFORT, "number": 2}, headers=key), 422)
    assert_problem(manager.post("/projects", EFFORT, headers=key), 422)
    assert admin.post("/efforts", {**EFFORT, "number": 2}, headers=key).status_code == 201


def test_refusals_are_repeated_too_but_failures_of_the_server_are_not(
    manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {"number": 1, "name": "x", "owner_id": 999}
    key = {"Idempotency-Key": "refused"}
    assert manager.post("/efforts", wrong, headers=key).status_code == 422
    assert manager.post("/efforts", wrong, headers=key).headers["idempotency-replayed"] == "true"

    key = {"Idempotency-Key": "failed"}
    with monkeypatch.context() as broken:
        broken.setattr(Entity, "create", None)
        assert manager.post("/efforts", EFFORT, headers=key).status_code == 500
    assert manager.post("/efforts", EFFORT, headers=key).status_code == 201


def test_a_key_is_forgotten_after_a_day(place: Place) -> None:
    manager = place.client()
    key = {"Idempotency-Key": "row-17"}
    manager.post("/efforts", EFFORT, headers=key)
    with place.store.unit(SYSTEM) as session:
        long_ago = now().replace(year=2020)
        session.execute(sa.update(StoredAct).values(created_at=long_ago))

    assert manager.post("/efforts", {**EFFORT, "number": 2}, headers=key).status_code == 201


def test_a_key_that_is_none_is_refused(manager: Client) -> None:
    for key in ("", "a b", "x" * 201):
        assert_problem(manager.post("/efforts", EFFORT, headers={"Idempotency-Key": key}), 422)


def test_two_requests_with_one_key_at_the_same_moment_are_carried_out_once(both: Place) -> None:
    manager = both.client()
    key = {"Idempotency-Key": "at-once"}

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: manager.post("/efforts", EFFORT, headers=key), range(4)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len(manager.get("/efforts").json()["items"]) == 1


def test_answers_are_not_kept_by_caches_and_open_to_no_other_site(manager: Client) -> None:
    answer = manager.request("GET", "/efforts", headers={"Origin": "https://evil.example"})

    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers


def test_a_parameter_given_twice_is_refused_rather_than_dropped(place: Place) -> None:
    answer = place.client("admin").request("GET", "/tasks?limit=1&limit=2")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "limit"
