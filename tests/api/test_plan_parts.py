"""Efforts, projects, goals, dependencies, comments, links and progress through the API."""

from __future__ import annotations

import pytest

from tests.api.conftest import Client, Place, project_in


def test_efforts_projects_and_goals_are_added_edited_listed_and_deleted(both: Place) -> None:
    manager = both.client()
    effort = manager.post("/efforts", {"number": 1, "name": "First agents", "flow": 2}).json()
    project = manager.post(
        "/projects", {"number": "1.2", "effort_id": effort["id"], "name": "Support"}
    ).json()
    goal = manager.post("/goals", {"project_id": project["id"], "name": "Fast", "target": 0.0001}).json()

    assert (effort["status"], project["effort_id"], goal["target"]) == ("not_started", effort["id"], 0.0001)
    for path, row, changes in (
        ("/efforts", effort, {"status": "in_progress"}),
        ("/projects", project, {"due": "2026-12-04"}),
        ("/goals", goal, {"current": 9_999_999_999.9999}),
    ):
        edited = manager.patch(f"{path}/{row['id']}", 1, **changes)
        assert edited.status_code == 200, edited.text
        assert edited.json() == {**row, **changes, "version": 2, "updated_at": edited.json()["updated_at"]}
        assert manager.get(path).json() == {"items": [edited.json()], "next": None}
        assert manager.get(f"{path}/{row['id']}").json() == edited.json()
        assert manager.delete(f"{path}/{row['id']}", version=1).status_code == 409
    assert manager.get("/goals", effort_id=effort["id"]).json()["items"][0]["id"] == goal["id"]
    assert manager.delete(f"/efforts/{effort['id']}", version=2).status_code == 204
    assert manager.get(f"/goals/{goal['id']}").status_code == 404


def test_null_empties_a_field_and_what_is_left_out_stays(manager: Client) -> None:
    effort = manager.post("/efforts", {"number": 1, "name": "First", "flow": 2, "description": "Kept"}).json()

    edited = manager.patch(f"/efforts/{effort['id']}", 1, flow=None).json()

    assert (edited["flow"], edited["description"]) == (None, "Kept")


@pytest.mark.parametrize("value", ["3", True, 1e400, [3], "NaN"])
def test_numbers_are_json_numbers(manager: Client, value: object) -> None:
    assert (
        manager.post(
            "/efforts", {"number": 1, "name": "x", "flow": value if value != 1e400 else "1e400"}
        ).status_code
        == 422
    )


def test_a_ring_of_dependencies_is_refused_with_its_path(both: Place) -> None:
    manager = both.client()
    project_id = project_in(both.store)
    first, second = (
        manager.post("/tasks", {"project_id": project_id, "title": title}).json()["id"]
        for title in ("A", "B")
    )
    tie = manager.post("/dependencies", {"task_id": second, "depends_on_id": first, "lag_days": 2}).json()
    assert (tie["kind"], tie["lag_days"]) == ("fs", 2)

    ring = manager.post("/dependencies", {"task_id": first, "depends_on_id": second})
    assert ring.status_code == 422
    assert "A → B → A" in ring.json()["errors"][0]["message"]

    assert manager.patch(f"/dependencies/{tie['id']}", 1, kind="ss").json()["kind"] == "ss"
    assert manager.patch(f"/dependencies/{tie['id']}", 2, task_id=first).status_code == 422
    assert [row["id"] for row in manager.get("/dependencies", task_id=first).json()["items"]] == [tie["id"]]
    assert manager.delete(f"/dependencies/{tie['id']}").status_code == 204
    assert manager.get("/dependencies").json() == {"items": [], "next": None}


def test_comments_are_their_authors(place: Place) -> None:
    manager, member = place.client("manager"), place.client("member")
    effort = manager.post("/efforts", {"number": 1, "name": "First"}).json()
    said = member.post("/comments", {"entity": "effort", "entity_id": effort["id"], "body": "Good"}).json()

    assert said["author_id"] is not None
    assert manager.patch(f"/comments/{said['id']}", 1, body="Bad").status_code == 403
    assert member.patch(f"/comments/{said['id']}", 1, body="Better").json()["body"] == "Better"
    assert (
        manager.get("/comments", entity="effort", entity_id=effort["id"]).json()["items"][0]["version"] == 2
    )
    assert manager.delete(f"/comments/{said['id']}").status_code == 204


def test_a_comment_on_nothing_is_refused(manager: Client) -> None:
    assert manager.post("/comments", {"entity": "task", "entity_id": 9, "body": "x"}).status_code == 404
    assert manager.post("/comments", {"entity": "user", "entity_id": 1, "body": "x"}).status_code == 422


def test_links_lead_to_agents_and_safe_addresses(both: Place) -> None:
    manager = both.client()
    project_id = project_in(both.store)
    on = {"entity": "project", "entity_id": project_id}
    link = manager.post("/links", {**on, "target": "support-assistant"}).json()

    assert link["kind"] == "agent"
    assert manager.get("/links", kind="agent", target="support-assistant").json()["items"] == [link]
    assert manager.patch(f"/links/{link['id']}", 1, title="Support").json()["title"] == "Support"
    assert manager.post("/links", {**on, "kind": "url", "target": "javascript:alert(1)"}).status_code == 422
    assert manager.delete(f"/links/{link['id']}", version=1).status_code == 409
    assert manager.delete(f"/links/{link['id']}", version=2).status_code == 204


def test_progress_counts_what_is_done(both: Place) -> None:
    manager = both.client()
    project_id = project_in(both.store)
    for status, points in (("done", 3), ("ready", 1), ("cancelled", 9)):
        manager.post(
            "/tasks", {"project_id": project_id, "title": status, "status": status, "points": points}
        )
    manager.post(
        "/goals", {"project_id": project_id, "name": "G", "baseline": 10, "target": 0, "current": 2.5}
    )

    progress = manager.get("/progress").json()

    assert progress["plan"]["share"] == 0.75
    assert progress["projects"][0] | {"project_id": project_id, "unit": "points"} == progress["projects"][0]
    assert progress["goals"][0]["share"] == 0.75
    assert progress["flows"] == []
