"""Sprints through the API: their life, burndown and velocity."""

from __future__ import annotations

from datetime import timedelta

from orchflow.clock import now
from tests.api.conftest import Client, Place, project_in


def planned(client: Client) -> int:
    first = now().date()
    answer = client.post("/sprints", {"start": str(first), "end": str(first + timedelta(days=13))})
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["id"]
    return number


def test_a_sprint_is_planned_started_closed_and_reopened(both: Place) -> None:
    manager = both.client()
    project_id = project_in(both.store)
    sprint_id = planned(manager)
    done, open_ = (
        manager.post(
            "/tasks", {"project_id": project_id, "title": "T", "points": 2.5, "sprint_id": sprint_id}
        ).json()["id"]
        for _ in range(2)
    )

    started = manager.post(f"/sprints/{sprint_id}/start", {"version": 1})
    assert started.status_code == 200, started.text
    assert started.json()["sprint"]["state"] == "active"
    manager.patch(f"/tasks/{done}", 1, status="done")
    late = manager.post(
        "/tasks", {"project_id": project_id, "title": "Late", "points": 1, "sprint_id": sprint_id}
    ).json()["id"]

    burndown = manager.get(f"/sprints/{sprint_id}/burndown").json()
    assert set(burndown) == {"start", "planned_end", "closed", "unit", "committed", "days"}
    assert burndown["committed"] == 5
    assert burndown["start"] == started.json()["sprint"]["started_at"]
    assert (burndown["unit"], burndown["closed"], len(burndown["days"])) == ("points", None, 14)
    today = burndown["days"][0]
    assert set(today) == {
        "day", "scope", "remaining", "ideal_committed", "ideal_rebaselined", "scope_changes",
    }  # fmt: skip
    assert (today["scope"], today["remaining"]) == (6, 3.5)
    (change,) = today["scope_changes"]
    assert change == {
        "task": late, "change": "added", "points": 1, "by": "manager", "occurred_at": change["occurred_at"],
    }  # fmt: skip
    assert burndown["days"][1]["remaining"] is None

    assert manager.post(f"/sprints/{sprint_id}/close", {"version": 1}).status_code == 409
    early = manager.post(f"/sprints/{sprint_id}/close", {})
    assert (early.status_code, early.json()["errors"][0]["field"]) == (422, "early")
    closed = manager.post(f"/sprints/{sprint_id}/close", {"early": True}).json()
    assert (closed["sprint"]["state"], closed["tasks"]) == ("closed", [open_, late])
    velocity = manager.get("/sprints/velocity").json()
    assert (velocity["average"], velocity["sprints"][0]["committed"], velocity["sprints"][0]["done"]) == (
        2.5,
        5,
        2.5,
    )
    assert manager.get(f"/sprints/{sprint_id}/velocity").json() == velocity["sprints"][0]

    reopened = manager.post(f"/sprints/{sprint_id}/reopen", {}).json()
    assert (reopened["sprint"]["state"], reopened["tasks"]) == ("active", [open_, late])
    assert manager.get(f"/sprints/{sprint_id}/velocity").status_code == 404
    assert manager.delete(f"/sprints/{sprint_id}").status_code == 422


def test_a_sprint_starts_before_its_first_day_only_when_asked_to(manager: Client) -> None:
    first = now().date() + timedelta(days=3)
    sprint_id = manager.post("/sprints", {"start": str(first), "end": str(first)}).json()["id"]

    refused = manager.post(f"/sprints/{sprint_id}/start", {})
    started = manager.post(f"/sprints/{sprint_id}/start", {"early": True})

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "early"
    assert "in 3 days" in refused.json()["errors"][0]["message"]
    assert started.json()["sprint"]["state"] == "active"
    assert started.json()["sprint"]["start"] == str(first)


def test_a_sprint_that_has_not_started_has_an_empty_burndown(manager: Client) -> None:
    burndown = manager.get(f"/sprints/{planned(manager)}/burndown", unit="hours").json()

    assert (burndown["start"], burndown["unit"], burndown["days"]) == (None, "hours", [])


def test_sprints_are_edited_listed_and_deleted(place: Place) -> None:
    manager = place.client()
    person = place.person("member")
    sprint_id = planned(manager)

    edited = manager.patch(
        f"/sprints/{sprint_id}", 1, members=[person.id], days_off={str(person.id): 1.5}, focus=0.75
    )

    assert edited.status_code == 200, edited.text
    assert edited.json()["days_off"] == {str(person.id): 1.5}
    assert edited.json()["focus"] == 0.75
    assert manager.get("/sprints", state="planned", team_id="none").json()["items"] == [edited.json()]
    assert manager.get("/sprints", state="closed").json()["items"] == []
    assert manager.delete(f"/sprints/{sprint_id}", version=2).status_code == 204


def test_two_sprints_of_one_team_do_not_overlap(manager: Client) -> None:
    planned(manager)
    first = now().date()

    answer = manager.post("/sprints", {"start": str(first), "end": str(first)})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "start"
