"""Datasets that are a source's whole truth at one moment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from orchflow.warehouse.load import LoadCount

from .conftest import Ask, Load

AGENT = {
    "slug": "writer",
    "name": "Writer",
    "status": "Active",
    "organizations": '{legal,"hr"}',
    "created_at": "2026-03-15 17:21:18.03+00",
}


def test_an_agent_is_kept_with_its_organisations(load: Load, ask: Ask) -> None:
    load("agents", [AGENT, {"slug": "editor", "organizations": "hr"}])
    load("agents", [{"slug": "drawer", "organizations": ["a", "b"]}], source="other")
    assert ask("select slug, status, organizations, present from agents order by slug") == [
        ("drawer", None, ["a", "b"], True), ("editor", None, ["hr"], True), ("writer", "active", ["legal", "hr"], True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("dataset", "key"), [("agents", "slug"), ("users", "user_id"), ("organizations", "slug")]
)
def test_what_is_gone_upstream_is_kept_as_absent(load: Load, ask: Ask, dataset: str, key: str) -> None:
    names = {"agents": "agents", "users": "platform_users", "organizations": "organizations"}
    load(dataset, [{key: "a"}, {key: "b"}])
    load(dataset, [{key: "b"}], source="other")
    assert load(dataset, [{key: "a"}]) == LoadCount(read=1, changed=1)
    question = f"select {key}, present from {names[dataset]} where source = 'platform' order by 1"
    assert ask(question) == [("a", True), ("b", False)]
    assert load(dataset, [{key: "a"}]) == LoadCount(read=1)
    assert load(dataset, [{key: "a"}, {key: "b"}]).changed == 1
    assert ask(question) == [("a", True), ("b", True)]


JOURNEY: dict[str, tuple[str, dict[str, Any]]] = {
    "roles": ("platform_roles", {"user_id": "u1", "organization": "*", "role": "admin"}),
    "teams": ("platform_teams", {"team_id": "t1", "organization": "hr", "name": "Growth"}),
    "team_members": ("platform_team_members", {"team_id": "t1", "user_id": "u1", "role": "member"}),
    "efforts": ("platform_efforts", {"effort_id": "e1", "status": "in_progress", "order_index": 1, "estimated_days": "11"}),
    "projects": ("platform_projects", {"project_id": "p1", "effort_id": "e1", "order_index": "-1"}),
    "journey_tasks": ("platform_journey_tasks", {"task_id": "k1", "due_date": "2026-11-30", "is_milestone": "t"}),
    "sprints": ("platform_sprints", {"sprint_id": "s1", "start_date": "2026-11-16", "is_active": True}),
    "board_tasks": ("platform_board_tasks", {"task_id": "b1", "is_completed": "f", "due_date": "2026-11-30T10:00:00Z"}),
}  # fmt: skip


@pytest.mark.parametrize("dataset", JOURNEY)
def test_a_snapshot_replaces_what_its_source_had(load: Load, ask: Ask, dataset: str) -> None:
    kept, row = JOURNEY[dataset]
    key = next(iter(row))
    other = {**row, key: "another"}
    assert load(dataset, [row, other]) == LoadCount(read=2, new=2)
    load(dataset, [row], source="other")
    assert load(dataset, [row, other]) == LoadCount(read=2)
    assert load(dataset, [row]) == LoadCount(read=1, changed=1)
    assert ask(f"select source, {key} from {kept} order by 1") == [
        ("other", row[key]),
        ("platform", row[key]),
    ]
    assert load(dataset, []) == LoadCount(changed=1)
    assert ask(f"select source from {kept}") == [("other",)]


def test_dates_and_flags_of_a_plan_are_read(load: Load, ask: Ask) -> None:
    for dataset in ("journey_tasks", "sprints", "board_tasks"):
        load(dataset, [JOURNEY[dataset][1]])
    assert ask("select due_date, is_milestone from platform_journey_tasks") == [(date(2026, 11, 30), True)]
    assert ask("select start_date, end_date, is_active from platform_sprints") == [
        (date(2026, 11, 16), None, True)
    ]
    assert ask("select due_date, is_completed from platform_board_tasks") == [
        (datetime(2026, 11, 30, 10, tzinfo=UTC), False)
    ]


def test_without_snapshot_nothing_is_removed(load: Load, ask: Ask) -> None:
    load("teams", [{"team_id": "t1"}, {"team_id": "t2"}])
    assert load("teams", [{"team_id": "t3"}], snapshot=False) == LoadCount(read=1, new=1)
    assert ask("select count(*) from platform_teams") == [(3,)]


def test_a_refused_row_is_not_taken_for_one_that_is_gone(load: Load, ask: Ask) -> None:
    load("agents", [AGENT])
    assert load("agents", [{**AGENT, "updated_at": "never"}]) == LoadCount(read=1, rejected=1)
    assert ask("select present from agents") == [(True,)]


def test_a_changed_row_is_counted_and_a_repeated_one_too(load: Load, ask: Ask) -> None:
    load("agents", [AGENT])
    count = load("agents", [AGENT, {**AGENT, "name": "Novelist"}])
    assert count == LoadCount(read=2, changed=1, duplicate=1)
    assert ask("select name from agents") == [("Novelist",)]


def test_the_organisation_that_stands_for_all_is_dropped(load: Load, ask: Ask) -> None:
    load("organizations", [{"slug": "*", "name": "All"}, {"slug": "hr", "name": "HR"}])
    load("users", [{"user_id": "u1", "organization": "*", "service": "true"}])
    assert ask("select slug from organizations") == [("hr",)]
    assert ask("select organization, service from platform_users") == [(None, True)]


def test_rows_without_their_key_are_set_aside(load: Load, ask: Ask) -> None:
    load("team_members", [{"team_id": "t1", "user_id": None}, {"team_id": "t1", "user_id": "u1"}])
    assert ask("select job, dataset, reason from rejects") == [
        ("users", "team_members", "user_id is missing")
    ]
    assert ask("select count(*) from platform_team_members") == [(1,)]


def test_a_conversation_grows_and_never_goes_back(load: Load, ask: Ask) -> None:
    first = {"conversation_id": "c1", "last_active_at": "2026-11-20T12:00:00Z"}
    load("conversations", [first])
    load("conversations", [{"conversation_id": "c1", "last_active_at": "2026-11-20T11:00:00Z"}])
    assert ask("select last_active_at from conversations") == [(datetime(2026, 11, 20, 12, tzinfo=UTC),)]


@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00:00Z", "1989-12-31T23:59:59Z", "2201-01-01", "9999-12-31T23:59:59Z", "infinity"],
)
@pytest.mark.parametrize(
    ("dataset", "column"),
    [("agents", "created_at"), ("users", "created_at"), ("journey_tasks", "due_date"), ("sprints", "end_date"), ("board_tasks", "due_date")],
)  # fmt: skip
def test_a_moment_in_which_nothing_is_planned_is_refused_by_name(
    load: Load, ask: Ask, dataset: str, column: str, moment: str
) -> None:
    key = {"agents": "slug", "users": "user_id"}.get(dataset) or next(iter(JOURNEY[dataset][1]))
    assert load(dataset, [{key: "a"}, {key: "b", column: moment}]) == LoadCount(read=2, new=1, rejected=1)
    assert ask("select reason from rejects") == [(f"{column} is not between 1990 and 2200",)]
