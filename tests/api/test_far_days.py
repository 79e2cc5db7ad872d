"""Days and instants in which no plan is made are refused by the name of their field, at every endpoint."""

from __future__ import annotations

from typing import Any

import pytest

from orchflow.store.field import fields_of
from orchflow.store.tables import Base, Tracked
from tests.api.conftest import Client, Place, project_in

FAR = ("0001-01-01", "1989-12-31", "2201-01-01", "9999-12-31")
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
}


@pytest.fixture
def writer(both: Place) -> Client:
    project_in(both.store)
    return both.client("admin")


@pytest.mark.parametrize("far", FAR)
@pytest.mark.parametrize("path", NEW)
def test_a_row_with_a_far_day_is_neither_added_nor_changed(writer: Client, path: str, far: str) -> None:
    row, days = NEW[path]
    stored = writer.post(f"/{path}", row).json()
    for day in days:
        for answer in (
            writer.post(f"/{path}", {**row, day: far}),
            writer.patch(f"/{path}/{stored['id']}", 1, **{day: far}),
        ):
            assert answer.status_code == 422, answer.text
            ((field, said),) = [(each["field"], each["message"]) for each in answer.json()["errors"]]
            assert field == day
            assert SAID in said
    assert writer.get(f"/{path}/{stored['id']}").json() == stored


@pytest.mark.parametrize("far", FAR)
def test_of_many_rows_those_with_a_far_day_are_refused(writer: Client, far: str) -> None:
    past = [{"occurred_at": f"{far}T12:00:00Z", "field": "points", "old": 1, "new": 2, "by": "ada"}]
    for path, row, field in (
        ("efforts", {"number": 8, "name": "First", "target_end": far}, "target_end"),
        ("projects", {"number": "1.8", "effort_id": 1, "name": "Support", "due": far}, "due"),
        ("goals", {"project_id": 1, "name": "Fast", "due": far}, "due"),
        ("tasks", {"project_id": 1, "title": "Water", "due": far}, "due"),
        ("tasks", {"project_id": 1, "title": "Water", "history": past}, "history"),
    ):
        sent = {"external_source": "jira", "items": [{"external_id": "A-1", **row}]}
        (item,) = writer.post(f"/{path}/bulk", sent).json()["items"]
        assert item["outcome"] == ("created" if field == "history" else "refused")
        assert [error["field"] for error in item["errors"]] == [field]
        assert SAID in item["errors"][0]["message"]


@pytest.mark.parametrize("far", FAR)
@pytest.mark.parametrize("side", ["from", "to"])
def test_a_period_of_far_days_is_refused(writer: Client, far: str, side: str) -> None:
    answer = writer.get("/metrics/cost", **{side: far})
    assert answer.status_code == 422
    ((field, said),) = [(each["field"], each["message"]) for each in answer.json()["errors"]]
    assert field == side
    assert SAID in said


def test_every_day_and_instant_of_what_is_tracked_is_a_declared_field() -> None:
    """So that the one reader of days reads it, whichever door it comes through."""
    for mapper in Base.registry.mappers:
        if not issubclass(mapper.class_, Tracked):
            continue
        fields = fields_of(mapper.class_)
        for name, column in mapper.columns.items():
            if column.type.python_type.__name__ in ("date", "datetime") and name in fields:
                assert fields[name].kind in ("day", "instant"), f"{mapper.class_.__name__}.{name}"
