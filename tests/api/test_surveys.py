"""Surveys over the API: asked, answered once, never kept, told when they are closed."""

from __future__ import annotations

import sqlalchemy as sa

from orchflow.store.tables import StoredAct
from tests.api.conftest import Client, Place

ALL = {"awareness": 4, "desire": 5, "knowledge": 3, "ability": 3, "reinforcement": 2}
WAVE = {
    "title": "Ready?",
    "kind": "readiness",
    "opens": "2020-01-01",
    "closes": "2099-01-01",
    "told_by": "nothing",
}


def test_a_wave_is_planned_opened_answered_and_closed(place: Place, manager: Client) -> None:
    clients = [
        Client(place.app, place.secret(place.person("member", f"person{number}").id)) for number in range(5)
    ]
    wave = manager.post("/survey_waves", WAVE).json()
    assert clients[0].post(f"/surveys/{wave['id']}/open", {"version": 1}).status_code == 403
    listed = manager.post(f"/surveys/{wave['id']}/open", {"version": 1}).json()["items"]
    assert [(each["state"], each["answers"]) for each in listed] == [("open", 0)]

    asked = clients[0].get(f"/surveys/{wave['id']}").json()
    assert (asked["standing"], [each["key"] for each in asked["questions"]]) == ("waits", list(ALL))
    wrong = clients[0].post(f"/surveys/{wave['id']}/answers", {"answers": {"awareness": 9}})
    assert wrong.status_code == 422
    path, key = f"/surveys/{wave['id']}/answers", {"Idempotency-Key": "mine"}
    assert clients[0].post(path, {"answers": ALL}, headers=key).json() == {"counted": True}
    assert clients[0].post(path, {"answers": ALL}, headers=key).json() == {"counted": False}
    for client in clients[1:]:
        assert client.post(path, {"answers": ALL}).json() == {"counted": True}
    with place.ws.store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(StoredAct)) == 0

    assert manager.get("/survey_results").json()["items"] == []
    assert manager.post(f"/surveys/{wave['id']}/close", {"version": 2}).json()["items"][0]["answers"] == 5
    (result,) = manager.get("/survey_results", kind="readiness").json()["items"]
    assert (result["groups"][0]["barrier"], result["groups"][0]["answers"]) == ("Reinforcement", 5)
    assert place.client("viewer").get("/survey_results").json()["items"] == [result]
    assert manager.get("/survey_results", kind="satisfaction").json()["items"] == []
    assert clients[0].post(path, {"answers": ALL}).status_code == 422
