"""Tasks through the API: the shapes that other programs rely on."""

from __future__ import annotations

from tests.api.conftest import Client, Place, project_in

FIELDS = {
    "id", "version", "project_id", "goal_id", "parent_id", "sprint_id", "title", "description", "status",
    "blocked_reason", "assignee_id", "priority", "points", "estimated_hours", "logged_hours", "start", "due",
    "labels", "milestone", "position", "step", "role", "external_id", "external_source", "created_at", "updated_at",
}  # fmt: skip


def test_a_task_is_added_and_answered_with_all_its_fields(both: Place) -> None:
    manager = both.client()
    project_id = project_in(both.store)

    answer = manager.post(
        "/tasks", {"project_id": project_id, "title": "Write", "points": 0.1, "due": "2026-12-04"}
    )

    assert answer.status_code == 201
    task = answer.json()
    assert set(task) == FIELDS
    assert (task["version"], task["points"], task["due"], task["status"]) == (1, 0.1, "2026-12-04", "backlog")
    assert answer.headers["location"] == f"/api/v1/tasks/{task['id']}"
    assert manager.get(f"/tasks/{task['id']}").json() == task


def test_an_edit_of_an_old_version_merges_when_others_changed_other_fields(
    manager: Client, project_id: int
) -> None:
    task = manager.post("/tasks", {"project_id": project_id, "title": "Write"}).json()
    manager.patch(f"/tasks/{task['id']}", 1, points=3)

    answer = manager.patch(f"/tasks/{task['id']}", 1, title="Write more")

    assert answer.status_code == 200
    merged = answer.json()
    assert (merged["title"], merged["points"], merged["version"]) == ("Write more", 3, 3)


def test_an_edit_of_a_field_that_others_changed_is_a_conflict(both: Place) -> None:
    manager = both.client()
    task = manager.post(
        "/tasks", {"project_id": project_in(both.store), "title": "Write", "points": 2}
    ).json()
    manager.patch(f"/tasks/{task['id']}", 1, points=5.5)

    answer = manager.patch(f"/tasks/{task['id']}", 1, points=8, title="Never written")

    assert answer.status_code == 409
    assert answer.json()["conflicts"] == [
        {"field": "points", "base": 2, "theirs": 5.5, "mine": 8, "by": "manager"}
    ]
    assert manager.get(f"/tasks/{task['id']}").json()["title"] == "Write"


def test_a_task_that_others_changed_is_not_deleted_unseen(manager: Client, project_id: int) -> None:
    task = manager.post("/tasks", {"project_id": project_id, "title": "Write"}).json()
    manager.patch(f"/tasks/{task['id']}", 1, status="ready")

    stale = manager.delete(f"/tasks/{task['id']}", version=1)
    assert stale.status_code == 409
    assert [conflict["field"] for conflict in stale.json()["conflicts"]] == ["status"]

    assert manager.delete(f"/tasks/{task['id']}", verison=1).status_code == 422
    assert manager.delete(f"/tasks/{task['id']}", version=2).status_code == 204
    assert manager.get(f"/tasks/{task['id']}").status_code == 404
    assert manager.delete(f"/tasks/{task['id']}").status_code == 404


def test_refused_values_are_named(manager: Client, project_id: int) -> None:
    answer = manager.post(
        "/tasks", {"project_id": project_id, "title": "T", "start": "2026-05-02", "due": "2026-05-01"}
    )

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "due"
    assert "before the start" in error["message"]


def test_an_unknown_status_is_told_with_the_known_ones(manager: Client, project_id: int) -> None:
    task = manager.post("/tasks", {"project_id": project_id, "title": "T"}).json()

    answer = manager.patch(f"/tasks/{task['id']}", 1, status="finished")

    assert answer.status_code == 422
    assert "in_progress" in answer.json()["errors"][0]["message"]


def test_five_megabytes_of_description_are_refused_at_their_field(manager: Client, project_id: int) -> None:
    answer = manager.post("/tasks", {"project_id": project_id, "title": "T", "description": "x" * 5_000_000})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "description"
    assert len(answer.content) < 2_000


def test_lists_are_filtered(manager: Client, project_id: int) -> None:
    for title, status, label in (("A", "ready", "x"), ("B", "done", "x"), ("C", "ready", "y")):
        manager.post(
            "/tasks", {"project_id": project_id, "title": title, "status": status, "labels": [label]}
        )

    def titles(**filters: object) -> list[str]:
        answer = manager.get("/tasks", **filters)
        assert answer.status_code == 200, answer.text
        return [task["title"] for task in answer.json()["items"]]

    assert titles(status="ready") == ["A", "C"]
    assert titles(status=["ready", "done"], label="x") == ["A", "B"]
    assert titles(sprint_id="none", text="c") == ["C"]
    assert titles(project_id=project_id + 1) == []


def test_a_misspelt_filter_is_refused_rather_than_overlooked(manager: Client) -> None:
    answer = manager.get("/tasks", asignee_id=1)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "asignee_id"


def test_pages_neither_skip_nor_repeat_while_tasks_come_and_go(both: Place) -> None:
    manager = both.client()
    project_id = project_in(both.store)
    first = [
        manager.post("/tasks", {"project_id": project_id, "title": f"T{n}"}).json()["id"] for n in range(5)
    ]
    page = manager.get("/tasks", limit=2).json()
    seen = [task["id"] for task in page["items"]]

    manager.delete(f"/tasks/{first[1]}")
    late = manager.post("/tasks", {"project_id": project_id, "title": "Late", "position": 0}).json()["id"]
    while page["next"]:
        page = manager.get("/tasks", limit=2, cursor=page["next"]).json()
        seen += [task["id"] for task in page["items"]]

    assert seen == [*first, late]
    assert page["next"] is None


def test_a_cursor_that_was_made_up_is_refused(manager: Client) -> None:
    for cursor in ("x", "AAAA", "YWZ0ZXI6LTE", "é"):
        assert manager.get("/tasks", cursor=cursor).status_code == 422


def test_the_history_of_a_task_is_told_oldest_first_also_when_it_is_deleted(
    manager: Client, project_id: int
) -> None:
    task = manager.post("/tasks", {"project_id": project_id, "title": "Write"}).json()
    edited = manager.patch(f"/tasks/{task['id']}", 1, status="ready", points=3)
    manager.delete(f"/tasks/{task['id']}")

    changes = manager.get(f"/tasks/{task['id']}/changes").json()["items"]

    moved = next(change for change in changes if change["action"] == "update" and change["field"] == "status")
    assert (moved["old"], moved["new"], moved["by"], moved["version"]) == ("backlog", "ready", "manager", 2)
    assert moved["request"] == edited.headers["x-request-id"]
    assert changes[0]["action"] == "insert"
    assert changes[-1]["action"] == "delete"


def test_the_history_comes_in_pages(manager: Client, project_id: int) -> None:
    task = manager.post("/tasks", {"project_id": project_id, "title": "Write"}).json()
    path = f"/tasks/{task['id']}/changes"
    whole = manager.get(path).json()["items"]

    page = manager.get(path, limit=2).json()
    seen = page["items"]
    while page["next"]:
        page = manager.get(path, limit=2, cursor=page["next"]).json()
        seen += page["items"]

    assert seen == whole


def test_there_is_no_history_of_what_never_was(manager: Client) -> None:
    assert manager.get("/tasks/999/changes").status_code == 404
