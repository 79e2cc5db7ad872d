"""Flows, steps and items by the API."""

from __future__ import annotations

import pytest

from orchflow.people.users import user_named
from tests.api.conftest import Client, Place


@pytest.fixture
def manager(place: Place) -> Client:
    return place.client("manager")


def test_a_flow_is_begun_ticked_and_counted(place: Place, manager: Client) -> None:
    assert {offer["flow_id"] for offer in manager.get("/flows/offered").json()["items"]} == {None}
    begun = manager.post("/flows/begin", {"key": "flow-1-initial-setup", "start_day": "2026-11-02"})
    assert begun.status_code == 200, begun.text
    flow = begun.json()["flow"]
    assert (flow["number"], flow["own"], "content" in flow) == (1, False, False)
    again = manager.post("/flows/begin", {"key": "flow-1-initial-setup", "start_day": "2026-11-02"})
    assert again.status_code == 422

    items = manager.get("/checklist_items", flow_id=flow["id"], limit=100).json()["items"]
    item = next(item for item in items if item["evidence"] == "text")
    lacking = manager.patch(f"/checklist_items/{item['id']}", item["version"], state="ticked")
    assert lacking.status_code == 422
    assert lacking.json()["errors"][0]["field"] == "evidence_text"
    ticked = manager.patch(
        f"/checklist_items/{item['id']}", item["version"], state="ticked", evidence_text="Seen"
    )
    assert (ticked.json()["state"], ticked.json()["ticked_through"]) == ("ticked", "hand")

    standing = manager.get("/flows/standing").json()
    assert standing["workspace"]["ticked"] == standing["items"][0]["counts"]["ticked"] == 1
    roles = manager.get("/flows/standing/role", flow_id=flow["id"]).json()["items"]
    assert sum(role["counts"]["ticked"] for role in roles) == 1
    assert manager.get(f"/flows/{flow['id']}/difference").json()["changes"] == []
    assert manager.post(f"/flows/{flow['id']}/take_over", {}).status_code == 422
    assert manager.get("/flows/left_behind").json() == {"items": []}


def test_items_become_tasks_and_steps_are_added(place: Place, manager: Client) -> None:
    flow = manager.post("/flows/begin", {"key": "flow-2-team-onboarding", "start_day": "2026-11-02"}).json()[
        "flow"
    ]
    step = manager.post(
        "/steps", {"flow_id": flow["id"], "name": "Works council", "after": ["team-creation"]}
    )
    assert (step.status_code, step.json()["own"]) == (201, True)
    item = manager.post("/checklist_items", {"step_id": step.json()["id"], "text": "Ask the council"}).json()
    refused = manager.post("/checklist_items/tasks", {"items": [item["id"]]})
    assert "say in which project" in refused.text

    opinion = manager.post("/page_opinions", {"page": "topics/security/rbac", "useful": True})
    assert (opinion.status_code, opinion.json()["useful"]) == (201, True)
    assert (
        manager.post("/page_opinions", {"page": "topics/security/rbac", "useful": False}).status_code == 422
    )


def test_what_is_next_is_told_with_its_reason(place: Place, manager: Client) -> None:
    manager.post("/flows/begin", {"key": "flow-1-initial-setup", "start_day": "2026-11-02"})
    item = manager.get("/checklist_items", limit=1).json()["items"][0]
    member = place.client("member")
    person = user_named(place.store, "member").id
    manager.patch(f"/checklist_items/{item['id']}", item["version"], assignee_id=person)

    (entry,) = member.get("/guidance/next").json()["items"]
    assert (entry["kind"], entry["urgency"], entry["title"]) == ("overdue", "attention", item["text"])
    assert (entry["item_id"], entry["link"]) == (item["id"], f"my_checklist?item={item['id']}")
    assert "late" in entry["reason"]
    assert manager.get("/guidance/next", person_id=person, limit=1).json()["items"] == [entry]
    assert manager.get("/guidance/next", person_id=9999).status_code == 404
    assert member.get("/guidance/next", person_id=user_named(place.store, "manager").id).status_code == 403
