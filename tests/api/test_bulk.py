"""Many rows at once by their keys in another program."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Client, Place


def plan(client: Client) -> None:
    sent = {"external_source": "jira", "items": [{"external_id": "E", "number": 1, "name": "First"}]}
    assert client.post("/efforts/bulk", sent).json()["created"] == 1
    project = {"external_id": "P", "effort_external_id": "E", "number": "1.1", "name": "Support"}
    assert (
        client.post("/projects/bulk", {"external_source": "jira", "items": [project]}).json()["created"] == 1
    )


def send(client: Client, path: str, *items: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(path, {"external_source": "jira", "items": list(items)})
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


def outcomes(report: dict[str, Any]) -> list[str]:
    return [item["outcome"] for item in report["items"]]


def test_rows_are_added_then_left_alone_then_changed(both: Place) -> None:
    manager = both.client()
    plan(manager)
    goal = {"external_id": "G", "project_external_id": "P", "name": "Fast", "target": 1.5}

    assert outcomes(send(manager, "/goals/bulk", goal)) == ["created"]
    assert outcomes(send(manager, "/goals/bulk", goal)) == ["unchanged"]
    report = send(manager, "/goals/bulk", {**goal, "target": 2}, {"external_id": "H", "name": "Lost"})
    assert outcomes(report) == ["updated", "refused"]
    assert report["items"][1]["errors"][0]["field"] == "project_id"
    (stored,) = manager.get("/goals").json()["items"]
    assert (stored["target"], stored["version"], stored["external_source"]) == (2, 2, "jira")


def test_tasks_come_with_parents_in_any_order(both: Place) -> None:
    manager = both.client()
    plan(manager)
    child = {"external_id": "C", "project_external_id": "P", "title": "Child", "parent_external_id": "T"}
    parent = {"external_id": "T", "project_external_id": "P", "title": "Parent"}

    first = send(manager, "/tasks/bulk", child, parent)
    assert outcomes(first) == ["created", "created"]
    assert first["items"][0]["external_id"] == "C"
    stored = {task["external_id"]: task for task in manager.get("/tasks").json()["items"]}
    assert stored["C"]["parent_id"] == stored["T"]["id"]

    assert outcomes(send(manager, "/tasks/bulk", child, parent)) == ["unchanged", "unchanged"]
    assert outcomes(send(manager, "/tasks/bulk", {**child, "points": 3}, parent)) == ["updated", "unchanged"]


def test_each_bad_row_is_told_and_the_good_ones_are_stored(manager: Client) -> None:
    plan(manager)
    task = {"project_external_id": "P", "title": "T"}
    report = send(
        manager, "/tasks/bulk",
        {**task, "external_id": "1"},
        {**task, "external_id": "2", "due": "2026-05-01", "start": "2026-05-02"},
        {**task, "external_id": "3", "parent_external_id": "nobody"},
        {**task, "external_id": "4", "project_external_id": "nowhere"},
        {**task, "external_id": "1", "title": "Again"},
        {**task, "external_id": "6", "status": "finished"},
    )  # fmt: skip

    assert (report["created"], report["refused"]) == (1, 5)
    assert [item["errors"][0]["field"] for item in report["items"][1:]] == [
        "due", "parent_external_id", "project_external_id", "external_id", "status",
    ]  # fmt: skip
    assert len(manager.get("/tasks").json()["items"]) == 1


def test_a_task_brings_its_past_which_is_kept_once(both: Place) -> None:
    manager = both.client()
    plan(manager)
    past = [
        {
            "occurred_at": "2026-05-04T09:30:00Z",
            "field": "status",
            "old": "ready",
            "new": "in_progress",
            "by": "Ada",
        },
        {
            "occurred_at": "2026-05-06T11:30:00+02:00",
            "field": "status",
            "old": "in_progress",
            "new": "done",
            "by": "Ben",
        },
    ]
    task = {"external_id": "T", "project_external_id": "P", "title": "T", "status": "done", "history": past}

    report = send(manager, "/tasks/bulk", task)
    assert (outcomes(report), report["items"][0]["errors"]) == (["created"], [])
    path = f"/tasks/{report['items'][0]['id']}/changes"
    changes = manager.get(path).json()["items"]
    imported = [
        (change["occurred_at"], change["new"], change["by"])
        for change in changes
        if change["action"] == "import" and change["field"] == "status"
    ]
    assert imported[-2:] == [
        ("2026-05-04T09:30:00+00:00", "in_progress", "Ada"),
        ("2026-05-06T09:30:00+00:00", "done", "Ben"),
    ]

    assert outcomes(send(manager, "/tasks/bulk", task)) == ["unchanged"]
    assert manager.get(path).json()["items"] == changes


def test_a_past_that_cannot_be_is_told_at_its_task(manager: Client) -> None:
    plan(manager)
    task = {"project_external_id": "P", "title": "T"}
    sound = {"occurred_at": "2026-05-04T09:30:00Z", "field": "points", "old": 1, "new": 2, "by": "Ada"}
    report = send(
        manager, "/tasks/bulk",
        {**task, "external_id": "1", "history": [{**sound, "field": "mood"}]},
        {**task, "external_id": "2", "points": 2, "history": [sound]},
    )  # fmt: skip

    assert [item["errors"][0]["field"] if item["errors"] else None for item in report["items"]] == [
        "history",
        None,
    ]
    assert outcomes(report) == ["created", "created"]
    second = report["items"][1]["id"]
    actions = {change["action"] for change in manager.get(f"/tasks/{second}/changes").json()["items"]}
    assert "import" in actions


def test_a_viewer_sends_nothing(place: Place) -> None:
    plan(place.client("manager"))
    viewer = place.client("viewer")

    task = {"external_id": "1", "project_external_id": "P", "title": "T"}
    answer = viewer.post("/tasks/bulk", {"external_source": "jira", "items": [task]})

    assert answer.status_code == 403


def test_a_thousand_tasks_fit_in_a_request_and_no_more(manager: Client) -> None:
    plan(manager)
    items = [{"external_id": str(n), "project_external_id": "P", "title": f"T{n}"} for n in range(1001)]

    assert manager.post("/tasks/bulk", {"external_source": "jira", "items": items}).status_code == 422
    assert send(manager, "/tasks/bulk", *items[:1000])["created"] == 1000
