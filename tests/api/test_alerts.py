"""Rules of alerts and alerts over the API, and the same by command."""

from __future__ import annotations

from orchflow.operations.alerts import alert_ack, alert_list, alert_log_of, alert_run
from tests.api.conftest import Client, Place

RULE = {"name": "Nobody may run agents", "figure": "seats", "side": "below", "limit": 1, "at_equal": True}


def test_a_rule_is_made_evaluated_and_its_alert_answered(place: Place, manager: Client) -> None:
    assert manager.post("/alert_rules", {**RULE, "dimension": "provider"}).status_code == 422
    made = manager.post("/alert_rules", {**RULE, "figure": "open_rejects"})
    assert made.status_code == 201, made.text
    rule = made.json()
    assert rule["kind"] == "threshold"
    assert rule["owner_id"] is not None
    unknown = manager.post("/alerts/run", {"rule_ids": [rule["id"], 404, 405]})
    assert (unknown.status_code, "There is no alert rule 404, 405" in unknown.text) == (404, True)
    ran = manager.post("/alerts/run", {"rule_ids": [rule["id"]]})
    assert ran.status_code == 200, ran.text
    assert [(each["before"], each["after"]) for each in ran.json()["moved"]] == [("armed", "fired")]
    [alert] = manager.get("/alerts", state="fired").json()["items"]
    assert alert["words"] == "Rows set aside, now: 0, below the limit of 1"
    member = place.client("member")
    [cause] = manager.get("/alerts/causes").json()["items"]
    assert (cause["head"]["id"], cause["others"], cause["waits"]) == (alert["id"], [], True)
    [watching] = manager.get("/metrics/open_rejects", behind="true").json()["behind"]["alerts"]
    assert (watching["rule_id"], watching["state"], watching["scopes"]) == (rule["id"], "fired", 1)
    path = f"/alerts/{alert['id']}"
    assert member.post(f"{path}/acknowledge", {"reason": "Mine"}).status_code == 403
    assert manager.post(f"{path}/acknowledge", {"reason": ""}).status_code == 422
    answered = manager.post(f"{path}/acknowledge", {"reason": "Nothing was loaded"})
    assert (answered.status_code, answered.json()["state"]) == (200, "acknowledged")
    assert manager.post(f"{path}/feedback", {"feedback": "lovely"}).status_code == 422
    assert manager.post(f"{path}/feedback", {"feedback": "expected"}).json()["feedback"] == "expected"
    first = manager.get(f"/alert_rules/{rule['id']}/log", limit=1).json()
    assert [entry["cause"] for entry in first["items"]] == ["answered"]
    rest = manager.get(f"/alert_rules/{rule['id']}/log", before=first["next_before"]).json()
    assert [entry["after"] for entry in rest["items"]] == ["acknowledged", "fired"]
    assert place.client("viewer").get(path).json()["state"] == "withheld"


def test_rules_of_another_program_are_sent_together_and_again(place: Place, manager: Client) -> None:
    items = [
        {"external_id": "seats", **RULE},
        {"external_id": "rejects", **RULE, "name": "Rejects", "figure": "open_rejects"},
        {"external_id": "bad", "name": "No limit", "figure": "cost"},
    ]
    sent = {"external_source": "terraform", "items": items}
    first = manager.post("/alert_rules/bulk", sent)
    assert first.status_code == 200, first.text
    assert [item["outcome"] for item in first.json()["items"]] == ["created", "created", "refused"]
    assert [error["field"] for error in first.json()["items"][2]["errors"]] == ["limit"]
    items[1]["limit"] = 3
    again = manager.post("/alert_rules/bulk", sent).json()
    assert [item["outcome"] for item in again["items"]] == ["unchanged", "updated", "refused"]
    [rule] = manager.get("/alert_rules", external_source="terraform").json()["items"][1:]
    assert (rule["external_id"], rule["limit"]) == ("rejects", 3)
    member = place.client("member")
    own = {
        "external_source": "mine",
        "items": [{"external_id": "1", **RULE, "name": "Mine", "figure": "runs", "at_equal": None}],
    }
    assert member.post("/alert_rules/bulk", own).json()["created"] == 1
    assert member.post("/alert_rules/bulk", sent).json()["updated"] == 0
    assert place.client("viewer").post("/alert_rules/bulk", own).status_code == 403


def test_a_preview_stores_nothing(place: Place, manager: Client) -> None:
    told = manager.post("/alert_rules/preview", RULE)
    assert told.status_code == 200, told.text
    assert told.json()["said"] == "Seats has no history of its own: it is known from now on."
    assert manager.get("/alert_rules").json()["items"] == []


def test_commands_do_the_same(place: Place, manager: Client) -> None:
    rule = manager.post("/alert_rules", {**RULE, "figure": "open_rejects"}).json()
    ran = alert_run(place.ws)
    assert (ran.exit_code, [each["state"] for each in ran.document["alerts"]]) == (1, ["fired"])
    number = ran.document["alerts"][0]["id"]
    assert (
        alert_ack(place.ws, [number], "Seen", feedback="useful").document["alerts"][0]["state"]
        == "acknowledged"
    )
    assert alert_list(place.ws, state="fired").document == {"alerts": []}
    assert [entry["cause"] for entry in alert_log_of(place.ws, rule["id"]).document["log"]] == [
        "answered",
        "answered",
        "asked",
    ]
    assert alert_run(place.ws).exit_code == 0
