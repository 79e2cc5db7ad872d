"""Agent runs: starts and ends matched like parentheses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from orchflow.warehouse.load import LoadCount

from .conftest import Ask, Load, run_event, usage

RUNS = """
    select strftime(started_at, '%H:%M'), strftime(ended_at, '%H:%M'), status
    from agent_runs order by coalesce(started_at, ended_at), ended_at
"""


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 20, hour, minute, tzinfo=UTC)


def test_a_start_and_its_end_are_one_run(load: Load, ask: Ask) -> None:
    load("run_events", [run_event("1", "started", "10:00"), run_event("2", "completed", "10:05")])
    assert ask("select started_at, ended_at, day, status, duration_ms from agent_runs") == [
        (at(10, 0), at(10, 5), date(2026, 11, 20), "completed", 300_000)
    ]


def test_the_duration_the_platform_gives_comes_before_the_difference_of_times(load: Load, ask: Ask) -> None:
    load(
        "run_events",
        [
            run_event("1", "started", "10:00"),
            run_event("2", "failed", "10:05", duration_ms=24, error="too slow"),
        ],
    )
    assert ask("select status, duration_ms, error from agent_runs") == [("failed", 24, "too slow")]


def test_runs_one_after_another_are_told_apart(load: Load, ask: Ask) -> None:
    load("run_events", [
        run_event("1", "started", "10:00"), run_event("2", "failed", "10:01"),
        run_event("3", "started", "10:02"), run_event("4", "completed", "10:03"),
    ])  # fmt: skip
    assert ask(RUNS) == [("10:00", "10:01", "failed"), ("10:02", "10:03", "completed")]


def test_a_run_inside_another_ends_first(load: Load, ask: Ask) -> None:
    load("run_events", [
        run_event("1", "started", "10:00"), run_event("2", "started", "10:01"),
        run_event("3", "failed", "10:02"), run_event("4", "completed", "10:03"),
    ])  # fmt: skip
    assert ask(RUNS) == [("10:00", "10:03", "completed"), ("10:01", "10:02", "failed")]


def test_agents_and_conversations_do_not_end_each_others_runs(load: Load, ask: Ask) -> None:
    load("run_events", [
        run_event("1", "started", "10:00"), run_event("2", "started", "10:01", agent="editor"),
        run_event("3", "started", "10:02", conversation_id="c2"), run_event("4", "completed", "10:03"),
    ])  # fmt: skip
    assert ask(RUNS) == [
        ("10:00", "10:03", "completed"),
        ("10:01", None, "running"),
        ("10:02", None, "running"),
    ]


def test_an_end_without_a_start_is_a_run_of_unknown_start(load: Load, ask: Ask) -> None:
    load(
        "run_events",
        [run_event("1", "completed", "10:05"), run_event("2", "failed", "10:10", duration_ms=120_000)],
    )
    assert ask(RUNS) == [(None, "10:05", "completed"), ("10:08", "10:10", "failed")]


def test_after_ends_without_starts_the_next_pair_matches_again(load: Load, ask: Ask) -> None:
    load("run_events", [
        run_event("1", "completed", "10:00"), run_event("2", "completed", "10:01"),
        run_event("3", "started", "10:02"), run_event("4", "completed", "10:03"), run_event("5", "failed", "10:04"),
    ])  # fmt: skip
    assert ask(RUNS) == [
        (None, "10:00", "completed"), (None, "10:01", "completed"), ("10:02", "10:03", "completed"),
        (None, "10:04", "failed"),
    ]  # fmt: skip


def test_an_open_run_is_running_and_knows_its_latest_event(load: Load, ask: Ask) -> None:
    load("run_events", [run_event("1", "started", "10:00"), run_event("2", "progress", "10:07")])
    assert ask("select status, started_at, last_event_at, ended_at from agent_runs") == [
        ("running", at(10, 0), at(10, 7), None)
    ]


def test_progress_alone_makes_no_run(load: Load, ask: Ask) -> None:
    load("run_events", [run_event("1", "progress", "10:00")])
    assert ask("select count(*) from agent_runs") == [(0,)]


def test_an_event_delivered_under_several_ids_counts_once(load: Load, ask: Ask) -> None:
    load("run_events", [
        run_event("1", "started", "10:00"), run_event("1b", "started", "10:00"), run_event("1c", "started", "10:00"),
        run_event("2", "completed", "10:05"), run_event("2b", "completed", "10:05", user_id="u1"),
    ])  # fmt: skip
    assert ask("select status, user_id from agent_runs") == [("completed", "u1")]


def test_an_end_that_comes_later_closes_the_run_and_its_day_is_counted_anew(load: Load, ask: Ask) -> None:
    load("run_events", [run_event("1", "started", "10:00")])
    assert ask("select runs, completed, failed from runs_daily") == [(1, 0, 0)]
    load("run_events", [run_event("2", "failed", "10:01")])
    assert ask("select runs, completed, failed from runs_daily") == [(1, 0, 1)]


def test_a_run_without_organisation_or_user_has_those_of_its_conversation(load: Load, ask: Ask) -> None:
    load("run_events", [run_event("1", "started", "10:00"), run_event("2", "completed", "10:01")])
    load("conversations", [{"conversation_id": "c1", "organization": "legal", "user_id": "u1"}])
    assert ask("select organization, user_id from agent_runs") == [("legal", "u1")]
    assert ask("select organization, user_id, runs from runs_daily") == [("legal", "u1", 1)]


def test_a_user_that_comes_later_gives_its_organisation_to_the_runs(load: Load, ask: Ask) -> None:
    load("run_events", [run_event("1", "completed", "10:01", user_id="u1")])
    load("users", [{"user_id": "u1", "organization": "finance"}])
    assert ask("select organization from agent_runs") == [("finance",)]


def test_a_forgotten_conversation_keeps_its_runs(load: Load, ask: Ask) -> None:
    load("run_events", [run_event("1", "started", "10:00"), run_event("2", "completed", "10:01")])
    load("run_events", [run_event("1", "started", "10:00", conversation_id=None)])
    assert ask("select conversation_id, status from agent_runs") == [("c1", "completed")]


def test_a_conversation_learnt_later_moves_the_run_into_it(load: Load, ask: Ask) -> None:
    load("run_events", [run_event("1", "started", "10:00", conversation_id=None)])
    load("run_events", [run_event("2", "completed", "10:01")])
    assert load("run_events", [run_event("1", "started", "10:00")]).changed == 1
    assert ask("select conversation_id, status from agent_runs") == [("c1", "completed")]


def test_an_event_known_from_another_source_makes_no_second_run(load: Load, ask: Ask) -> None:
    events = [run_event("1", "started", "10:00"), run_event("2", "completed", "10:01")]
    load("run_events", events, source="api")
    assert load("run_events", events, source="database").duplicate == 2
    assert ask("select source from agent_runs") == [("api",)]


def test_an_own_event_that_is_corrected_to_what_another_source_has_is_no_duplicate(load: Load) -> None:
    load("run_events", [run_event("1", "started", "10:00")], source="api")
    elsewhere = [run_event("1", "started", "10:05")]
    assert load("run_events", elsewhere, source="database").new == 1
    assert load("run_events", elsewhere, source="api") == LoadCount(read=1, changed=1)


def test_bad_run_events_are_set_aside(load: Load, ask: Ask) -> None:
    load("run_events", [
        run_event("1", "paused", "10:00"), run_event("2", "started", "10:00", agent=None),
        run_event("3", "completed", "10:00", duration_ms="long"), run_event("4", "started", "25:00"),
    ])  # fmt: skip
    assert {reason for (reason,) in ask("select reason from rejects where job = 'runs'")} == {
        "type is not a run event", "agent is missing", "duration_ms is not a whole number", "occurred_at is not a time",
    }  # fmt: skip


def test_an_error_is_kept_to_its_first_two_hundred_characters(load: Load, ask: Ask) -> None:
    load("run_events", [run_event("1", "failed", "10:00", error="x" * 500)])
    load("run_events", [run_event("2", "paused", "10:00", error="x" * 500)])
    assert ask("select length(error) from agent_runs") == [(200,)]
    assert ask("select length(raw ->> 'error') from rejects") == [(200,)]


def waiting_task(waiting: bool | None, **values: Any) -> dict[str, Any]:
    return {"task_id": "t1", "conversation_id": "c1", "status": "running", "waiting": waiting, **values}


def test_a_task_that_waits_for_a_person_marks_the_newest_open_run(load: Load, ask: Ask) -> None:
    load("run_events", [run_event("1", "started", "10:00"), run_event("2", "started", "10:10")])
    load("tasks", [waiting_task(True, waiting_since="2026-11-20T10:12:00Z")])
    assert ask("select started_at, waiting_since from agent_runs order by 1") == [
        (at(10, 0), None), (at(10, 10), at(10, 12)),
    ]  # fmt: skip


def test_a_run_whose_task_was_answered_waits_no_more(load: Load, ask: Ask) -> None:
    load("tasks", [waiting_task(True, updated_at="2026-11-20T10:12:00Z")])
    load("run_events", [run_event("1", "started", "10:00")])
    assert ask("select waiting_since from agent_runs") == [(at(10, 12),)]
    load("tasks", [waiting_task(False)])
    assert ask("select waiting_since from agent_runs") == [(None,)]
    assert ask("select waiting_since, updated_at from agent_tasks") == [(None, at(10, 12))]


def test_a_finished_run_never_waits(load: Load, ask: Ask) -> None:
    load("tasks", [waiting_task(True, waiting_since="2026-11-20T10:12:00Z")])
    load("run_events", [run_event("1", "started", "10:00"), run_event("2", "completed", "10:13")])
    assert ask("select waiting_since from agent_runs") == [(None,)]


def test_a_null_never_unlinks_a_task_or_conversation(load: Load, ask: Ask) -> None:
    load("tasks", [waiting_task(True, user_id="u1")])
    load("tasks", [{"task_id": "t1", "status": "completed", "waiting": False}])
    assert ask("select conversation_id, user_id, status from agent_tasks") == [("c1", "u1", "completed")]
    load(
        "conversations", [{"conversation_id": "c1", "agent": "writer", "user_id": "u1", "organization": "hr"}]
    )
    assert load("conversations", [{"conversation_id": "c1"}]).changed == 0
    assert ask("select agent, user_id, organization from conversations") == [("writer", "u1", "hr")]


def test_runs_and_usage_may_be_loaded_in_one_transaction(warehouse: Any, ask: Ask) -> None:
    from orchflow.warehouse.load import load_batch

    from .conftest import NOW, table

    with warehouse.write() as tx:
        load_batch(tx, "usage", "s", table([usage("a", caller="writer")]), now=NOW)
        load_batch(tx, "run_events", "s", table([run_event("1", "completed", "10:00")]), now=NOW)
        load_batch(
            tx, "usage", "s", table([usage("b", caller="writer"), usage("a", caller="editor")]), now=NOW
        )
        load_batch(tx, "agents", "s", table([{"slug": "writer"}]), now=NOW)
    assert ask("select caller, events from usage_daily order by 1") == [("editor", 1), ("writer", 1)]
    assert ask("select caller, agent from callers order by 1") == [("editor", None), ("writer", "writer")]
    assert ask("select runs from runs_daily") == [(1,)]
