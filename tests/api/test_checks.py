"""Self-checks over the API: read, evaluated, exempted, and in campaigns."""

from __future__ import annotations

from datetime import timedelta

from orchflow import clock
from orchflow.guidance.checks.evaluate import evaluate_checks
from tests.api.conftest import Client, Place


def test_checks_are_listed_with_levels_and_read_with_their_history(place: Place, manager: Client) -> None:
    evaluate_checks(place.ws)
    listed = manager.get("/checks", flow=1).json()
    assert {item["flow"] for item in listed["items"]} == {1}
    assert listed["levels"][0]["flow"] == 1
    failed = manager.get("/checks", state="failed").json()["items"]
    assert {item["state"] for item in failed} == {"failed"}
    check = manager.get("/checks/single-sign-on").json()
    assert (check["state"], check["words"]) == ("failed", "People sign in by password only")
    assert [(entry["before"], entry["now"]) for entry in check["history"]] == [(None, "failed")]
    assert manager.get("/checks/budget-set").status_code == 404
    assert manager.get("/checks", state="broken").status_code == 422


def test_managers_have_checks_evaluated_and_others_read_them(place: Place, manager: Client) -> None:
    ran = manager.post("/checks/run", {"keys": ["administrators"]})
    assert ran.status_code == 200, ran.text
    assert [item["key"] for item in ran.json()["items"]] == ["administrators"]
    viewer = place.client("viewer")
    assert place.client("member").post("/checks/run", {}).status_code == 403
    seen = viewer.get("/checks/administrators").json()
    assert (seen["words"], seen["withheld"]) == (
        None,
        "The evidence is for those who may see people and teams",
    )


def test_an_exemption_is_asked_for_by_one_and_approved_by_another(place: Place, manager: Client) -> None:
    member, day = place.client("member"), str(clock.today(place.ws.zone) + timedelta(days=30))
    asked = member.post(
        "/check_exemptions", {"key": "single-sign-on", "reason": "In January", "expires": day}
    )
    assert asked.status_code == 201, asked.text
    path = f"/check_exemptions/{asked.json()['id']}"
    assert member.post(f"{path}/approve", {"version": 1}).status_code == 403
    assert member.patch(path, 1, reason="In February").status_code == 200
    assert manager.post(f"{path}/approve", {"version": 1}).status_code == 409
    approved = manager.post(f"{path}/approve", {"version": 2})
    assert approved.status_code == 200, approved.text
    assert manager.get("/checks/single-sign-on").json()["exempt_until"] == day
    assert manager.post(f"{path}/end", {"version": 3}).json()["ended_at"] is not None
    assert manager.get("/checks/single-sign-on").json()["exempt_until"] is None
    assert [row["id"] for row in manager.get("/check_exemptions", key="single-sign-on").json()["items"]] == [
        asked.json()["id"]
    ]


def test_a_campaign_is_made_and_told_how_it_stands(place: Place, manager: Client) -> None:
    made = manager.post(
        "/check_campaigns", {"name": "Audit", "deadline": "2099-12-18", "owners": {"single-sign-on": None}}
    )
    assert made.status_code == 201, made.text
    (stands,) = manager.get("/check_campaign_standings").json()["items"]
    assert (stands["state"], stands["settled"], stands["total"]) == ("running", 0, 1)
    assert (
        place.client("member")
        .post("/check_campaigns", {"name": "B", "deadline": "2099-12-18", "owners": {}})
        .status_code
        == 403
    )


def test_how_exemptions_stand_is_told_with_names_and_what_the_reader_may(
    place: Place, manager: Client
) -> None:
    member, day = place.client("member"), str(clock.today(place.ws.zone) + timedelta(days=7))
    for key in ("single-sign-on", "administrators"):
        member.post("/check_exemptions", {"key": key, "reason": "In January", "expires": day})
    first = manager.get("/check_exemption_standings", key="single-sign-on").json()["items"]
    assert [(each["state"], each["may_approve"], each["may_end"]) for each in first] == [
        ("asked", True, True)
    ]
    manager.post(f"/check_exemptions/{first[0]['id']}/end", {"version": 1})
    (refused,) = manager.get("/check_exemption_standings", state="refused").json()["items"]
    assert refused["ended_by"] is not None
    assert manager.get("/check_exemption_standings", state="lost").status_code == 422
    assert {each["may_approve"] for each in member.get("/check_exemption_standings").json()["items"]} == {
        False
    }


def test_a_campaign_is_ended_by_who_read_it_last(place: Place, manager: Client) -> None:
    made = manager.post(
        "/check_campaigns", {"name": "Audit", "deadline": "2099-12-18", "owners": {"single-sign-on": None}}
    ).json()
    path = f"/check_campaigns/{made['id']}/end"
    assert place.client("member").post(path, {"version": 1}).status_code == 403
    assert manager.post(path, {"version": 1}).json()["ended_at"] is not None
    assert manager.post(path, {"version": 1}).status_code == 409
    (stands,) = manager.get("/check_campaign_standings").json()["items"]
    assert (stands["state"], stands["version"]) == ("ended", 2)
