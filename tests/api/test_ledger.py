"""/ledger and the dataset of it: the same lines by every door, and what of them those are told who may not see single people's figures."""

from __future__ import annotations

from orchflow.metrics.document import facts_for
from orchflow.metrics.read import figure
from orchflow.people.permissions import SYSTEM
from orchflow.people.small_groups import WITHHELD
from orchflow.planning.work.efforts import create_effort
from tests.api.conftest import Place
from tests.insights.test_ledger import DAYS, FIRST, expense, link, share, usage, world
from tests.insights.test_ledger_told import filled

PERIOD = {"from": FIRST.isoformat(), "to": FIRST.replace(day=DAYS).isoformat()}


def test_every_door_tells_the_same_lines(place: Place) -> None:
    world(
        place.ws, usage_daily=[usage("9.99", "a"), usage("1", "x")], links=[link("a", "task", 1), link("a", "goal", 2)],
        expenses_daily=[expense("50", part="development", task_id=3), expense("5", provider="azure")],
        cost_shares=[share(("provider", "azure"), ("team", 1), "60")],
    )  # fmt: skip
    analyst = place.client("analyst")
    read = analyst.get("/ledger", **PERIOD).json()
    of = {(line["kind"], line["name"]): line for line in read["items"]}
    assert of["total", None]["cost"] == 65.99
    assert (
        sum(line["cost"] for line in read["items"] if line["kind"] in ("effort", "team", "nobody")) == 65.99
    )
    assert (of["team", "Enablers"]["operations"], of["team", "Enablers"]["infrastructure"]) == (0, 3)
    total = figure(
        facts_for(place.ws, SYSTEM, "total_cost", start=FIRST, end=FIRST.replace(day=DAYS)), "total_cost"
    )
    assert float(total.value or 0) == 65.99
    rows = analyst.get("/datasets/ledger", **PERIOD).json()["items"]
    assert {(row["kind"], float(row["cost"])) for row in rows} == {
        (line["kind"], line["cost"]) for line in read["items"]
    }
    some = analyst.get("/ledger", **PERIOD, kind="project", effort=2).json()["items"]
    assert [(line["name"], line["cost"]) for line in some] == [("Project 3", 54.995)]
    effort = create_effort(place.store, SYSTEM, number=9, name="Planned")
    assert analyst.get(f"/ledger/forecast/{effort.id}").json()["missing"]
    assert analyst.get("/ledger", effort=99).status_code == 404
    assert analyst.get("/ledger/forecast/99").status_code == 404
    assert analyst.get("/ledger", **{"from": "2026-11-09", "to": "2026-11-01"}).status_code == 422


def test_leaders_are_told_efforts_and_what_is_of_few_people_together(place: Place) -> None:
    filled(place.ws)
    viewer, day = place.client("viewer"), FIRST.isoformat()
    read = viewer.get("/ledger", **{"from": day, "to": day}).json()
    told = {line["name"] or line["kind"]: line["cost"] for line in read["items"]}
    assert told == {"Effort 1": 60, "nobody": 11, "small_groups": 33, "total": 104}
    assert viewer.get("/metrics/total_cost", **{"from": day, "to": day}).json()["value"] == told["total"]
    assert WITHHELD in read["withheld"]
    effort = create_effort(place.store, SYSTEM, number=9, name="Planned")
    assert viewer.get("/ledger", effort=effort.id).status_code == 403
    assert viewer.get(f"/ledger/forecast/{effort.id}").status_code == 403
    assert viewer.get("/datasets/ledger").status_code == 403, "needs the permission to export"
