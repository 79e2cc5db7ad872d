"""Days and instants in which no plan is made are refused by the name of their field, at every endpoint."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from orchflow.store.columns import UtcDateTime
from orchflow.store.field import fields_of
from orchflow.store.tables import Base, Tracked
from tests.api.conftest import Client, Place, project_in

FAR = ("0001-01-01", "1989-12-31", "2201-01-01", "9999-12-31")
NOT_WRITTEN = {"created_at", "updated_at"}
"""What the plan store writes itself."""
SAID = "must be between 1990-01-01 and 2200-12-31"
NEW: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "efforts": ({"number": 7, "name": "First"}, ("target_start", "target_end")),
    "projects": ({"number": "1.7", "effort_id": 1, "name": "Support"}, ("start", "due")),
    "goals": ({"project_id": 1, "name": "Fast"}, ("due",)),
    "tasks": ({"project_id": 1, "title": "Water"}, ("start", "due")),
    "sprints": ({"name": "One", "start": "2026-05-04", "end": "2026-05-15"}, ("start", "end")),
    "exchange_rates": (
        {"currency": "EUR", "into_currency": "USD", "valid_from": "2026-05-04", "rate": 1.1},
        ("valid_from",),
    ),
    "cost_entries": (
        {"name": "Seats", "amount": 12, "currency": "EUR", "starts": "2026-05-04", "ends": "2026-06-04"},
        ("starts", "ends"),
    ),
    "business_measures": ({"name": "Claims", "month": "2026-05-01", "value": 12}, ("month",)),
}


@pytest.fixture
def writer(both: Place) -> Client:
    project_in(both.store)
    return both.client("admin")


def assert_refused(answer: Any, field: str) -> None:
    """For its far day in `field`, and for nothing else."""
    ((refused, said),) = [(each["field"], each["message"]) for each in answer["errors"]]
    assert refused == field
    assert SAID in said


@pytest.mark.parametrize("path", NEW)
def test_a_row_with_a_far_day_is_neither_added_nor_changed(writer: Client, path: str) -> None:
    row, days = NEW[path]
    stored = writer.post(f"/{path}", row).json()
    for day, far in product(days, FAR):
        for answer in (
            writer.post(f"/{path}", {**row, day: far}),
            writer.patch(f"/{path}/{stored['id']}", 1, **{day: far}),
        ):
            assert answer.status_code == 422, f"{far}: {answer.text}"
            assert_refused(answer.json(), day)
    assert writer.get(f"/{path}/{stored['id']}").json() == stored


def test_of_many_rows_those_with_a_far_day_are_refused(writer: Client) -> None:
    for path, row, field in (
        ("efforts", {"number": 8, "name": "First"}, "target_end"),
        ("projects", {"number": "1.8", "effort_id": 1, "name": "Support"}, "due"),
        ("goals", {"project_id": 1, "name": "Fast"}, "due"),
        ("tasks", {"project_id": 1, "title": "Water"}, "due"),
    ):
        items = [{"external_id": f"A-{far}", **row, field: far} for far in FAR]
        for item in writer.post(f"/{path}/bulk", {"external_source": "jira", "items": items}).json()["items"]:
            assert item["outcome"] == "refused"
            assert_refused(item, field)


def test_of_a_new_task_a_far_past_is_refused_and_the_task_is_created(writer: Client) -> None:
    past = {"field": "points", "old": 1, "new": 2, "by": "ada"}
    items = [
        {"external_id": far, "project_id": 1, "title": far, "history": [{**past, "occurred_at": f"{far}T12:00:00Z"}]}
        for far in FAR
    ]  # fmt: skip
    for item in writer.post("/tasks/bulk", {"external_source": "jira", "items": items}).json()["items"]:
        assert item["outcome"] == "created"
        assert_refused(item, "history")


def test_a_period_of_far_days_is_refused(writer: Client) -> None:
    for side, far in product(("from", "to"), FAR):
        answer = writer.get("/metrics/cost", **{side: far})
        assert answer.status_code == 422
        assert_refused(answer.json(), side)


def test_every_day_and_instant_of_what_is_tracked_is_a_declared_field() -> None:
    """So that the one reader of days reads it, whichever door it comes through."""
    days = {
        (mapper.class_, name)
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Tracked)
        for name, column in mapper.columns.items()
        if isinstance(column.type, sa.Date | UtcDateTime)
    }
    declared = {
        (table, name)
        for table in {table for table, _ in days}
        for name, field in fields_of(table).items()
        if field.kind in ("day", "instant")
    }
    assert {name for _, name in days - declared} == NOT_WRITTEN
