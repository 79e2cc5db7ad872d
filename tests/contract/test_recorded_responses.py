"""Every response recorded from real installations is understood, or known not to be asked for."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest

from orchflow import clock
from orchflow.ingest.sources import api_directory, api_enterprise, api_history, api_v2
from orchflow.ingest.sources.api_failures import Refused, refusal
from orchflow.ingest.sources.api_rows import Columns, rows_of, table
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.load import load_batch

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "orchestrator-ai"
pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason=f"no recorded responses of Orchestrator AI in {RECORDED}"
)

FILES = sorted(
    f"{version}/{file.stem}"
    for version in ("enterprise", "v2")
    for file in (RECORDED / version).glob("*.json")
)

NOT_ASKED_FOR = {
    "enterprise/admin_agent_detail", "enterprise/admin_llm_costs", "enterprise/admin_llm_models",
    "enterprise/admin_obs_metrics", "enterprise/auth_validate", "enterprise/invoke_agents__viewer_star",
    "enterprise/invoke_conversations__super_global", "enterprise/llm_usage_analytics__1day",
    "enterprise/llm_usage_stats", "enterprise/rbac_roles", "enterprise/workflows",
    "v2/llm_usage_stats", "v2/tasks", "v2/tasks__status", "v2/users_me_context",
}  # fmt: skip
"""Other ways to the same facts, and figures that the platform computed itself."""

SIGN_IN = {"auth_login__demo-user", "auth_login", "auth_refresh", "auth_me", "health"}

LISTS: dict[str, tuple[str | None, str, Columns]] = {
    "enterprise/admin_llm_usage_list": (None, "usage", api_enterprise.LEDGER_COLUMNS),
    "enterprise/admin_llm_usage_list__offset_filters": (None, "usage", api_enterprise.LEDGER_COLUMNS),
    "enterprise/admin_obs_events": (None, "usage", api_enterprise.CALL_COLUMNS),
    "enterprise/admin_obs_events__filters": (None, "usage", api_enterprise.CALL_COLUMNS),
    "enterprise/admin_obs_events__after_invoke": (None, "run_events", api_enterprise.RUN_COLUMNS),
    "enterprise/admin_agents": ("agents", "agents", api_enterprise.AGENT_COLUMNS),
    "enterprise/admin_organizations": (None, "organizations", api_directory.ORGANIZATIONS),
    "enterprise/auth_admin_users": (None, "users", api_directory.USERS),
    "enterprise/llm_usage_records__dates": ("data", "usage", api_v2.RECORD_COLUMNS),
    "enterprise/llm_usage_records__limit3": ("data", "usage", api_v2.RECORD_COLUMNS),
    "enterprise/llm_usage_records__route_local": ("data", "usage", api_v2.RECORD_COLUMNS),
    "v2/llm_usage_records__limit2": ("data", "usage", api_v2.RECORD_COLUMNS),
    "v2/llm_usage_records__nolimit": ("data", "usage", api_v2.RECORD_COLUMNS),
    "v2/observability_history": ("events", "run_events", api_history.RUN_COLUMNS),
    "v2/agents__unauth": ("agents", "agents", api_v2.AGENT_COLUMNS),
    "v2/agent_conversations": ("conversations", "conversations", api_v2.OWN_COLUMNS),
    "v2/admin_organizations": (None, "organizations", api_directory.ORGANIZATIONS),
    "v2/teams": (None, "teams", api_directory.TEAMS),
    "v2/org_teams": (None, "teams", api_directory.TEAMS),
}
OTHERWISE_READ = {"enterprise/rbac_org_users", "v2/rbac_org_users", "v2/hierarchy_agents__unauth"}


def recorded(name: str) -> dict[str, Any]:
    text = (RECORDED / f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text, parse_float=str)
    return found


def rows_in(name: str) -> pa.Table:
    key, dataset, columns = LISTS[name]
    rows = rows_of(recorded(name)["response"], key, name)
    if dataset == "organizations":
        rows = [row for row in rows if row["slug"] != api_directory.EVERYWHERE]
    if dataset == "run_events" and name.startswith("enterprise"):
        rows = [row for row in rows if str(row["eventType"]).startswith("invocation.")]
    return table(rows, columns)


class Replay:
    """A client that gives what was recorded."""

    def __init__(self, answers: dict[str, str]) -> None:
        self._answers = answers

    def get(self, path: str, params: object = None) -> Any:
        if path not in self._answers:
            raise Refused(f"nothing recorded for {path}", "", 404)
        found = recorded(self._answers[path])
        if found["status"] >= 400:
            raise Refused(str(found["response"]["message"]), "", found["status"])
        return found["response"]


@pytest.mark.parametrize("name", FILES)
def test_every_recorded_response_is_understood(name: str, request: pytest.FixtureRequest) -> None:
    answer = recorded(name)
    if answer["status"] >= 400:
        error = said(name)
        assert str(error)
        assert error.hint
    elif name in LISTS:
        rows = rows_in(name)
        warehouse: Warehouse = request.getfixturevalue("warehouse")
        with warehouse.write() as tx:
            count = load_batch(tx, LISTS[name][1], "recorded", rows, now=clock.now(), snapshot=True)
        assert count.rejected == 0
        assert count.new == rows.num_rows
    else:
        short = name.split("/")[1]
        assert name in NOT_ASKED_FOR or name in OTHERWISE_READ or short in SIGN_IN, f"nothing reads {name}"


def said(name: str) -> Exception | Any:
    answer = recorded(name)
    response = httpx.Response(answer["status"], json=answer["response"])
    path = str(answer["request"]["path"]).split("?")[0]
    return refusal("http://host:6700", "flow@example.org", path, response, str(answer["response"]["message"]))


def test_a_missing_permission_and_a_missing_organisation_are_told_apart() -> None:
    viewer, nowhere = (
        said("enterprise/admin_llm_usage_list__403_viewer"),
        said("enterprise/admin_llm_usage_list__noorg_admin"),
    )
    assert viewer.permission == "llm:admin"
    assert nowhere.permission is None
    assert "organization" in nowhere.hint


def in_the_database(file: str) -> dict[str, dict[str, str]]:
    with (RECORDED / "database" / f"{file}.csv").open(newline="", encoding="utf-8") as rows:
        return {row["id"]: row for row in csv.DictReader(rows)}


@pytest.mark.parametrize(
    "name", [name for name in LISTS if name.startswith("enterprise/") and "usage" in name]
)
def test_calls_read_through_the_api_are_those_of_the_database(name: str) -> None:
    rows, ledger = rows_in(name).to_pylist(), in_the_database("llm_usage")
    assert rows
    for row in rows:
        known = ledger[row["event_id"]]
        assert Decimal(row["cost"]) == Decimal(known["total_cost"])
        assert row["input_tokens"] == known["input_tokens"]
        assert (row["caller"], row["provider"]) == (known["agent_name"], known["provider_name"])
        assert row["occurred_at"].rstrip("Z").replace("T", " ") == known["started_at"][:23]


@pytest.mark.parametrize("name", ["enterprise/admin_obs_events", "enterprise/admin_obs_events__filters"])
def test_calls_in_events_are_those_of_the_database(name: str) -> None:
    events = in_the_database("observability_events")
    for row in rows_in(name).to_pylist():
        known = events[row["event_id"]]
        payload = json.loads(known["payload"], parse_float=Decimal)
        cost = payload.get("costUsd")
        assert (None if row["cost"] is None else Decimal(row["cost"])) == cost
        assert row["status"] == ("completed" if payload["success"] else "failed")
        assert row["organization"] == known["organization_slug"]


@pytest.mark.parametrize("version", ["enterprise", "v2"])
def test_roles_and_users_are_put_together(version: str) -> None:
    answers = {
        "/auth/me": f"{version}/auth_me",
        "/admin/organizations": f"{version}/admin_organizations",
        "/auth/admin/users": f"{version}/auth_admin_users",
    }
    slugs = [
        row["slug"] for row in recorded(answers["/admin/organizations"])["response"] if row["slug"] != "*"
    ]
    answers |= {f"/api/rbac/organizations/{slug}/users": f"{version}/rbac_org_users" for slug in slugs}
    read = {
        batch.dataset: batch.rows.to_pylist()
        for batch in api_directory.read_people(Replay(answers), from_members=version == "v2")  # type: ignore[arg-type]
        if not (batch.warning or batch.note)
    }
    me = recorded(answers["/auth/me"])["response"]["id"]
    assert [user["user_id"] for user in read["users"] if user["service"] == "true"] == [me]
    assert ("33333333-3333-4333-8333-333333333333", "marketing", "member") in {
        (role["user_id"], role["organization"], role["role"]) for role in read["roles"]
    }
    everywhere = [role for role in read["roles"] if role["organization"] == "*"]
    assert everywhere
    assert len({(role["user_id"], role["role"]) for role in everywhere}) == len(everywhere)


def test_v2_agents_come_from_either_list() -> None:
    def slugs(answers: dict[str, str]) -> Iterator[str]:
        for batch in api_v2.V2Api(Replay(answers)).read("agents", None):  # type: ignore[arg-type]
            assert all(batch.rows.column("organizations").to_pylist())
            yield from batch.rows.column("slug").to_pylist()

    listed = set(slugs({"/agents": "v2/agents__unauth"}))
    grouped = set(slugs({"/hierarchy/agents": "v2/hierarchy_agents__unauth"}))
    assert "cad-agent" in listed & grouped


def test_the_status_in_an_agents_config_is_not_taken_for_its_status() -> None:
    listed = {row["slug"]: row for row in recorded("enterprise/admin_agents")["response"]["agents"]}
    with (RECORDED / "database" / "agents.csv").open(newline="", encoding="utf-8") as rows:
        stored = {row["slug"]: row["status"] for row in csv.DictReader(rows)}
    shown = {slug: row["config"].get("status") for slug, row in listed.items() if slug in stored}
    assert any(status and status != stored[slug] for slug, status in shown.items())
    assert "status" not in rows_in("enterprise/admin_agents").column_names
    assert set(rows_in("v2/agents__unauth").column("status").to_pylist()) == {"active"}, (
        "it runs all that it has"
    )


SENSITIVE_FIELDS = ("thinking_content", "pseudonym_mappings", "prompt", "response", "message", "context")


def test_no_sensitive_field_is_a_column() -> None:
    columns = {name for _, _, columns in LISTS.values() for name in columns}
    assert columns.isdisjoint(SENSITIVE_FIELDS)
