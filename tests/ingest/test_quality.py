"""Quality: gaps, duplicates, impossible values, lag, shares without agent or price, rejects and their retry."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeAlias

import pyarrow as pa
import pytest

from orchflow import clock
from orchflow.errors import Forbidden
from orchflow.ingest.quality import list_rejects, retry, source_quality, unmatched_users
from orchflow.ingest.run import run_source
from orchflow.ingest.source import Batch
from orchflow.ingest.status import newest_event
from orchflow.metrics.coverage import coverage
from orchflow.people.permissions import Actor
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace

Calls: TypeAlias = Callable[..., pa.Table]


def load(ws: Workspace, admin: Actor, given: Any, name: str, *tables: tuple[str, pa.Table]) -> None:
    batches = [Batch(dataset, rows, snapshot=dataset != "usage") for dataset, rows in tables]
    jobs = {
        job: [b for b in batches if (b.dataset == "usage") == (job == "usage")] for job in ("users", "usage")
    }
    assert run_source(ws, admin, given(name, jobs)).state == "done"


def on_days(days: list[date]) -> pa.Table:
    return pa.table(
        {
            "event_id": [f"day-{day}" for day in days],
            "occurred_at": [f"{day}T12:00:00Z" for day in days],
            "cost": ["0.01"] * len(days),
        }
    )


def test_a_gap_is_a_day_without_usage_on_a_weekday_that_usually_has_some(
    ws: Workspace, admin: Actor, given: Any
) -> None:
    monday = clock.today(ws.zone) - timedelta(days=clock.today(ws.zone).weekday() + 28)
    weekdays = [monday + timedelta(days=n) for n in range(28) if (monday + timedelta(days=n)).weekday() < 5]
    missing = monday + timedelta(days=8)
    load(ws, admin, given, "a", ("usage", on_days([day for day in weekdays if day != missing])))
    quality = source_quality(ws, "a")
    assert quality.gaps == (missing,)
    assert len(quality.days) == 26  # the first Monday to the last Friday, weekends too


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(hours=20)])
def test_a_row_dated_ahead_of_the_clock_is_not_what_the_data_is_as_of(
    ws: Workspace, admin: Actor, given: Any, ahead: timedelta
) -> None:
    now = clock.now()
    rows = pa.table(
        {
            "event_id": ["past", "ahead"],
            "occurred_at": [(now - timedelta(days=9)).isoformat(), (now + ahead).isoformat()],
            "cost": ["1", "2"],
        }
    )
    events = pa.table(
        {"event_id": ["run"], "occurred_at": [(now + ahead).isoformat()], "type": ["started"], "agent": ["a"]}
    )
    assert run_source(
        ws, admin, given("a", {"usage": [Batch("usage", rows)], "runs": [Batch("run_events", events)]})
    )
    quality = source_quality(ws, "a")
    reach = coverage(ws.warehouse, now)
    assert quality.newest_at == newest_event(ws) == reach.usage_as_of == now - timedelta(days=9)
    assert reach.runs_as_of is None
    assert quality.lag is not None
    assert quality.lag >= timedelta(days=9)


@pytest.mark.parametrize(("used_weeks", "gaps"), [(1, 0), (2, 2), (3, 1)])
def test_a_weekday_is_usual_when_every_other_week_uses_it(
    ws: Workspace, admin: Actor, given: Any, used_weeks: int, gaps: int
) -> None:
    """Four weeks, in which every Monday and Sunday and `used_weeks` of the Wednesdays have usage."""
    monday = clock.today(ws.zone) - timedelta(days=clock.today(ws.zone).weekday() + 28)
    always = [monday + timedelta(days=7 * week + day) for week in range(4) for day in (0, 6)]
    wednesdays = [monday + timedelta(days=7 * week + 2) for week in range(used_weeks)]
    load(ws, admin, given, "a", ("usage", on_days([*always, *wednesdays])))
    assert len(source_quality(ws, "a").gaps) == gaps


def test_one_week_tells_of_no_habit(ws: Workspace, admin: Actor, given: Any) -> None:
    today = clock.today(ws.zone)
    load(ws, admin, given, "a", ("usage", on_days([today - timedelta(days=6), today])))
    assert source_quality(ws, "a").gaps == ()


def test_values_at_the_edge_of_what_can_be_are_not_named(
    ws: Workspace, admin: Actor, given: Any, calls: Calls
) -> None:
    at = {"occurred_at": "2026-05-01T11:00:00Z", "recorded_at": "2026-05-01T10:00:00Z"}
    edge = calls(1, input_tokens="20000000", output_tokens="20000000", duration_ms="86400000", **at)
    beyond = calls(
        1, first=1, input_tokens="20000001", output_tokens="1", duration_ms="86400001",
        **at | {"recorded_at": "2026-05-01T09:59:59Z"},
    )  # fmt: skip
    load(ws, admin, given, "a", ("usage", edge))
    assert source_quality(ws, "a").impossible == ()
    load(ws, admin, given, "a", ("usage", beyond))
    assert {counted.what for counted in source_quality(ws, "a").impossible} == {
        "more than 20 million tokens", "longer than a day", "recorded before it happened",
    }  # fmt: skip


def test_what_is_delivered_twice_is_counted_as_dropped(
    ws: Workspace, admin: Actor, given: Any, calls: Calls
) -> None:
    load(ws, admin, given, "a", ("usage", pa.concat_tables([calls(3), calls(2)])))
    assert source_quality(ws, "a").duplicates == 2


def test_values_that_cannot_be_right_are_named(ws: Workspace, admin: Actor, given: Any, calls: Calls) -> None:
    long = calls(2, duration_ms="90000000", input_tokens="5")
    free = calls(1, first=2, cost="3", input_tokens="0", output_tokens="0")
    fine = calls(4, first=3, input_tokens="5")
    load(ws, admin, given, "a", *(("usage", rows) for rows in (long, free, fine)))
    found = {counted.what: counted.times for counted in source_quality(ws, "a").impossible}
    assert found == {"longer than a day": 2, "cost without tokens": 1}


def test_lag_is_the_age_of_the_newest_event(ws: Workspace, admin: Actor, given: Any, calls: Calls) -> None:
    hour_ago = clock.now() - timedelta(hours=1)
    load(ws, admin, given, "a", ("usage", calls(1, occurred_at=hour_ago.isoformat())))
    quality = source_quality(ws, "a")
    assert quality.newest_at == hour_ago
    assert quality.lag is not None
    assert quality.lag == quality.computed_at - hour_ago
    assert quality.since_success is not None
    assert quality.since_success < timedelta(minutes=1)


def test_a_source_without_rows_has_no_days(ws: Workspace) -> None:
    quality = source_quality(ws, "never")
    assert (quality.lag, len(quality.days)) == (None, 0)


def test_two_sources_on_one_installation_are_told_and_counted_once(
    ws: Workspace, admin: Actor, given: Any, calls: Calls
) -> None:
    users = ("users", pa.table({"user_id": ["u1"], "email": ["a@example.org"]}))
    load(ws, admin, given, "api", users, ("usage", calls(3)))
    load(ws, admin, given, "db", users, ("usage", calls(3)))
    assert source_quality(ws, "db").twins == ("api",)
    assert source_quality(ws, "db").duplicates == 3
    assert ws.warehouse.rows(Query.of("q", "select count(*) from usage_events")) == [(3,)]


def test_users_of_the_platform_whom_nobody_here_is_stay_visible(
    ws: Workspace, admin: Actor, given: Any
) -> None:
    users = pa.table({"user_id": ["u1"], "email": ["stranger@example.org"]})
    load(ws, admin, given, "a", ("users", users))
    assert unmatched_users(ws, admin) == ["stranger@example.org (a)"]


def test_rejects_are_listed_with_reason_and_raw_form_and_stay_when_tried_in_vain(
    ws: Workspace, admin: Actor, given: Any, calls: Calls
) -> None:
    load(ws, admin, given, "a", ("usage", calls(1, cost="a lot")), ("usage", calls(1, first=1)))
    listed = list_rejects(ws, admin, "a")
    assert list(listed["reason"]) == ["cost is not an amount"]
    assert json.loads(listed["raw"][0])["cost"] == "a lot"
    assert [(counted.what, counted.times) for counted in source_quality(ws, "a").rejects] == [
        ("cost is not an amount", 1)
    ]
    assert retry(ws, admin, "a").rejected == 1
    assert list(list_rejects(ws, admin, "a")["attempts"]) == [2]


def test_a_reject_that_can_be_kept_by_now_is_loaded_by_a_retry(
    ws: Workspace, admin: Actor, given: Any, calls: Calls
) -> None:
    load(ws, admin, given, "a", ("usage", calls(1, cost="oops")), ("usage", calls(1, first=1)))
    with ws.warehouse.write() as tx:
        tx.execute(
            Query.of("mend", """update rejects set raw = replace(raw::varchar, 'oops', '0.5')::json""")
        )
    assert retry(ws, admin, "a").new == 1
    assert list_rejects(ws, admin, "a").empty


def test_who_may_not_see_sources_sees_no_rejects(ws: Workspace, viewer: Actor) -> None:
    with pytest.raises(Forbidden):
        list_rejects(ws, viewer)
    with pytest.raises(Forbidden):
        retry(ws, viewer)
