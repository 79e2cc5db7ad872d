"""/metrics: the catalogue, and every figure in it."""

from __future__ import annotations

from typing import Any

import pytest

from orchflow import clock
from orchflow.metrics.catalogue import METRICS
from orchflow.people.permissions import SYSTEM
from orchflow.people.small_groups import TOGETHER, WITHHELD
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task
from tests.api.conftest import Client, Place
from tests.metrics.facts import SmallFacts


@pytest.fixture
def place(place: Place) -> Place:
    facts = SmallFacts(place.ws.warehouse)
    today = clock.today(place.ws.zone)
    facts.agents(claims="active", writer="active")
    facts.users(**{f"large{n}": "large" for n in range(7)}, small0="small")
    facts.calls(
        facts.call(today, "3.25", organization="large", user_id="large0"),
        facts.call(today, "1", caller="writer", organization="small", user_id="small0"),
    )
    facts.runs(
        facts.run("claims", today, organization="large", user="large0"), facts.run("writer", today, "failed")
    )
    return place


@pytest.fixture
def analyst(place: Place) -> Client:
    return place.client("analyst")


@pytest.fixture
def viewer(place: Place) -> Client:
    return place.client("viewer")


def metric(client: Client, key: str, **parameters: Any) -> Any:
    answer = client.get(f"/metrics/{key}", **parameters)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def test_a_figure_opens_to_what_is_behind_it_and_to_its_rows(analyst: Client, viewer: Client) -> None:
    assert metric(analyst, "cost")["behind"] is None
    behind = metric(analyst, "cost_per_run", behind="true")["behind"]
    assert (behind["formula"], [part["key"] for part in behind["composed_of"]]) == (
        "{cost} / nullif({runs}, 0)", ["cost", "runs"],
    )  # fmt: skip
    assert [rows["dataset"] for rows in behind["rows"]] == ["usage_events", "agent_runs"]
    assert [(one["source"], one["covered"]) for one in behind["sources"]] == [("platform", True)]
    first = analyst.get("/metrics/cost/rows", limit=1).json()
    rest = analyst.get("/metrics/cost/rows", cursor=first["next"]).json()
    assert (
        sum(float(row["cost"]) for row in [*first["items"], *rest["items"]])
        == metric(analyst, "cost")["value"]
        == 4.25
    )
    assert len(analyst.get("/metrics/cost_per_run/rows", of="runs").json()["items"]) == 2
    file = analyst.get("/metrics/cost/rows", agent="writer", format="csv")
    assert (file.headers["content-type"].partition(";")[0], len(file.text.strip().splitlines())) == (
        "text/csv",
        2,
    )
    assert viewer.get("/metrics/cost/rows").status_code == 403
    assert analyst.get("/metrics/open_rejects/rows").status_code == 404


def test_the_catalogue_lists_what_the_user_may_see(analyst: Client, viewer: Client) -> None:
    items = analyst.get("/metrics").json()["items"]
    assert [item["key"] for item in items] == list(METRICS)
    rate = next(item for item in items if item["key"] == "error_rate")
    assert (rate["question"], rate["target"], rate["direction"]) == (
        "How often do agents fail?",
        0.02,
        "down",
    )
    assert rate["dimensions"] == ["agent", "organization", "user", "source"]
    keys = {item["key"] for item in viewer.get("/metrics").json()["items"]}
    assert METRICS.keys() - keys == {"lag", "gaps", "duplicates", "open_rejects"}


def test_every_figure_is_reachable(place: Place, analyst: Client) -> None:
    for key, own in METRICS.items():
        answer = analyst.get(f"/metrics/{key}")
        assert answer.status_code == 200, key
        body = answer.json()
        assert (body["unit"], body["definition"][:20]) == (
            own.unit,
            own.meaning(place.ws.settings.targets)[:20],
        )
        assert (body["value"] is None) == bool(body["missing"]), key


def test_a_figure_by_a_dimension_and_by_day(analyst: Client) -> None:
    by_agent = metric(analyst, "cost", by="agent")
    assert (by_agent["value"], by_agent["currency"]) == (4.25, "USD")
    assert {part["label"]: part["value"] for part in by_agent["parts"]} == {"Claims": 3.25, "Writer": 1.0}
    by_day = metric(analyst, "error_rate", grain="day", agent="writer")
    assert (by_day["value"], [part["value"] for part in by_day["parts"]]) == (1.0, [1.0])
    assert "select" in by_day["sql"]


def test_filters_may_be_repeated(analyst: Client) -> None:
    assert metric(analyst, "cost", agent=["claims", "writer"])["value"] == 4.25
    assert metric(analyst, "cost", agent=["claims"])["value"] == 3.25


def test_small_groups_are_told_together_to_a_viewer(place: Place, viewer: Client, analyst: Client) -> None:
    few = metric(viewer, "cost", by="organization")
    assert (few["value"], few["missing"], few["parts"]) == (None, WITHHELD, [])
    facts, today = SmallFacts(place.ws.warehouse, "files"), clock.today(place.ws.zone)
    for name, size in (("large", 7), ("wide", 8)):
        facts.calls(*(facts.call(today, organization=name, user_id=f"{name}{n}") for n in range(size)))
    told = metric(viewer, "cost", by="organization")
    assert {part["group"] for part in told["parts"]} == {"wide", "SMALL_GROUPS"}
    assert told["withheld"].startswith(TOGETHER)
    assert metric(analyst, "cost", by="organization")["withheld"] == ""
    assert viewer.get("/metrics/cost", by="user").status_code == 403
    assert metric(viewer, "cost", organization="small")["missing"] == WITHHELD


def test_a_figure_of_the_plan_by_its_parts(place: Place, viewer: Client) -> None:
    effort = create_effort(place.ws.store, SYSTEM, number=1, name="First agents")
    project = create_project(place.ws.store, SYSTEM, effort_id=effort.id, number="1.1", name="Setup")
    for status in ("done", "ready"):
        create_task(place.ws.store, SYSTEM, project_id=project.id, title=status, status=status)
    by_effort = metric(viewer, "progress", by="effort")
    assert (by_effort["by"], by_effort["parts"]) == (
        "effort",
        [{"group": str(effort.id), "label": "1 First agents", "start": None, "value": 0.5, "previous": None}],
    )
    by_day = metric(viewer, "throughput", grain="day", project=project.id)
    assert [part["value"] for part in by_day["parts"]] == [7.0]
    listed = {item["key"]: item for item in viewer.get("/metrics").json()["items"]}
    assert listed["velocity"]["dimensions"] == ["team", "sprint"]
    assert "take it by sprint" in listed["velocity"]["undivided"]["grain"]
    refused = viewer.get("/metrics/velocity", grain="day").json()
    assert "take it by sprint" in refused["errors"][0]["message"]


@pytest.mark.parametrize(
    ("key", "parameters", "status"),
    [
        ("wip", {"by": "user"}, 422),
        ("velocity", {"grain": "day"}, 422),
        ("happiness", {}, 404),
        ("cost", {"from": "2026-11-31"}, 422),
        ("cost", {"from": "2026-11-20", "to": "2026-11-01"}, 422),
        ("cost", {"by": "colour"}, 422),
        ("runs", {"by": "model"}, 422),
        ("adoption_rate", {"grain": "day"}, 422),
        ("cost", {"colour": "red"}, 422),
        ("sprint_done", {"sprint": 99}, 404),
    ],
)
def test_what_cannot_be_answered_is_refused(
    analyst: Client, key: str, parameters: dict[str, Any], status: int
) -> None:
    answer = analyst.get(f"/metrics/{key}", **parameters)
    assert answer.status_code == status, answer.json()
    assert answer.json()["hint"]


def test_a_key_with_a_line_feed_is_answered_like_any_other(viewer: Client) -> None:
    answer = viewer.get("/metrics/no%0Afigure")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_the_description_names_every_key(viewer: Client) -> None:
    document = viewer.get("/openapi.json").json()
    [key] = [one for one in document["paths"]["/metrics/{key}"]["get"]["parameters"] if one["in"] == "path"]
    assert key["schema"]["enum"] == list(METRICS)
