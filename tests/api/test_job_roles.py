"""Job roles and first weeks over the API."""

from __future__ import annotations

from orchflow.people.permissions import SYSTEM
from orchflow.people.users import add_user, get_user
from tests.api.conftest import Client, Place


def test_a_role_is_changed_by_an_administrator_and_read_by_everybody(place: Place, manager: Client) -> None:
    admin = place.client("admin")
    made = admin.post("/job_roles", {"key": "cto", "training": "Law"})
    assert made.status_code == 201, made.text
    assert manager.post("/job_roles", {"name": "Steward"}).status_code == 403
    cto = place.client("viewer").get("/job_roles/all/cto").json()
    assert (cto["training"], cto["row_id"], cto["own"], cto["flows"]) == (
        ["Law"],
        made.json()["id"],
        False,
        [],
    )
    assert len(manager.get("/job_roles/all").json()["items"]) == 10
    assert admin.delete(f"/job_roles/{made.json()['id']}").status_code in (200, 204)
    assert manager.get("/job_roles/all/cto").json()["row_id"] is None
    assert manager.get("/job_roles/all/wizard").status_code == 404


def test_access_is_offered_and_taken(place: Place, manager: Client) -> None:
    bob, _ = add_user(place.ws.store, SYSTEM, username="bob", job_role="ai_engineer", role="viewer")
    path = "/job_roles/all/ai_engineer/access_offers"
    assert manager.get(path).status_code == 403
    admin = place.client("admin")
    [offer] = [each for each in admin.get(path).json()["items"] if each["person_id"] == bob.id]
    assert (offer["role"], offer["offered"]) == ("viewer", "member")
    assert admin.post(path, {"people": [bob.id]}).json() == {"changed": 1}
    assert get_user(place.ws.store, SYSTEM, bob.id).role == "member"


def test_a_first_week_is_read(place: Place, manager: Client) -> None:
    bob, _ = add_user(place.ws.store, SYSTEM, username="bob", job_role="ai_engineer")
    week = manager.get(f"/first_weeks/{bob.id}").json()
    assert (week["name"], week["job_role"], len(week["days"])) == ("bob", "ai_engineer", 5)
    assert week["days"][0]["guides"][0]["address"] == "roles/development/ai-engineer-guide"
    assert place.client("viewer").get(f"/first_weeks/{bob.id}").status_code == 403
