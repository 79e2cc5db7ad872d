"""Running a source: once or often, killed or failing, the totals are right and the record says what happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
import pyarrow as pa
import pytest

from orchflow import clock
from orchflow.errors import Forbidden, SourceError
from orchflow.ingest import run
from orchflow.ingest.record import watermark
from orchflow.ingest.run import SourceResult, progress, run_all, run_source, source_status
from orchflow.ingest.source import Batch, LoadedFile
from orchflow.operations import sources
from orchflow.people.permissions import Actor
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace

Calls: TypeAlias = Callable[..., pa.Table]
Totals: TypeAlias = Callable[[Workspace], tuple[Any, ...]]


def ask(ws: Workspace, text: str) -> list[tuple[Any, ...]]:
    return ws.warehouse.rows(Query.of("question", text))


def test_a_run_counts_what_it_read_and_keeps_the_watermark(
    ws: Workspace, admin: Actor, given: Any, calls: Calls, totals: Totals
) -> None:
    source = given("a", {"usage": [Batch("usage", calls(5), watermark={"at": 5})]})
    result = run_source(ws, admin, source)
    (job,) = result.jobs
    assert (result.state, job.read, job.new, job.rejected, job.watermark_after) == (
        "done",
        5,
        5,
        0,
        {"at": 5},
    )
    assert str(totals(ws)[1]) == "0.050000000000000000"
    assert source.closed


def test_the_next_run_starts_from_the_watermark_and_a_full_one_does_not_change_totals(
    ws: Workspace, admin: Actor, given: Any, calls: Calls, totals: Totals
) -> None:
    jobs = {"usage": [Batch("usage", calls(5), watermark={"at": 5})]}
    run_source(ws, admin, given("a", jobs))
    before = totals(ws)
    again = given("a", jobs)
    full = given("a", jobs)
    assert run_source(ws, admin, again).jobs[0].new == 0
    assert run_source(ws, admin, full, full=True).jobs[0].changed == 0
    assert (again.asked, full.asked) == ([("usage", {"at": 5}, False)], [("usage", {"at": 5}, True)])
    assert totals(ws) == before


def test_a_source_that_breaks_off_keeps_what_it_gave_and_its_watermark(
    ws: Workspace, admin: Actor, given: Any, calls: Calls, totals: Totals
) -> None:
    batches = [Batch("usage", calls(5), watermark={"at": 5}), Batch("usage", calls(2, first=5))]
    broken = given("a", {"usage": batches, "runs": []}, SourceError("The line is dead", "Mend it."))
    result = run_source(ws, admin, broken)
    assert (result.state, result.error, result.hint) == ("failed", "The line is dead", "Mend it.")
    assert [job.job for job in result.jobs] == ["usage"]
    assert totals(ws)[0] == 7
    assert watermark(ws.warehouse, "a", "usage") == {"at": 5}


@pytest.mark.parametrize("error", [None, SourceError("The line is dead", "Mend it.")])
def test_a_run_wakes_those_who_follow_facts_once_at_its_end_or_break(
    ws: Workspace, admin: Actor, given: Any, calls: Calls, error: Exception | None
) -> None:
    told: list[int] = []
    ws.warehouse.listeners.append(lambda: told.append(ask(ws, "select count(*) from usage_events")[0][0]))
    batches = [Batch("usage", calls(5), watermark={"at": 5}), Batch("usage", calls(2, first=5))]
    run_source(ws, admin, given("a", {"usage": batches}, error))
    assert told == [7]
    with ws.warehouse.write() as tx:
        tx.execute(Query.of("watermark", "insert into watermarks values ('b', 'usage', '{}', now())"))
    assert len(told) == 2


def test_a_snapshot_that_breaks_off_takes_nothing_away(ws: Workspace, admin: Actor, given: Any) -> None:
    parts = [Batch("agents", pa.table({"slug": [slug]}), snapshot=True) for slug in ("writer", "reader")]
    run_source(ws, admin, given("a", {"agents": parts}))
    run_source(ws, admin, given("a", {"agents": parts[:1]}, SourceError("The line is dead")))
    assert ask(ws, "select slug from agents where present order by slug") == [("reader",), ("writer",)]


def test_an_unforeseen_error_fails_the_run_and_is_told_in_a_sentence(
    ws: Workspace, admin: Actor, given: Any
) -> None:
    result = run_source(ws, admin, given("a", {"usage": []}, ZeroDivisionError("oops")))
    assert result.state == "failed"
    assert "unforeseen (ZeroDivisionError: oops)" in str(result.error)


def test_a_bad_row_is_set_aside_and_the_others_go_on(
    ws: Workspace, admin: Actor, given: Any, calls: Calls, totals: Totals
) -> None:
    bad = calls(1, first=9, cost="three")
    result = run_source(ws, admin, given("a", {"usage": [Batch("usage", calls(5)), Batch("usage", bad)]}))
    assert (result.state, result.jobs[0].rejected, totals(ws)[0]) == ("done", 1, 5)


def test_what_a_source_leaves_out_is_said_in_the_record(ws: Workspace, admin: Actor, given: Any) -> None:
    left_out = Batch("teams", pa.table({}), warning="teams left out: no permission")
    result = run_source(ws, admin, given("a", {"users": [left_out]}))
    assert (result.state, result.jobs[0].hint) == ("partial", "teams left out: no permission")
    assert source_status(ws)[0].hint == "teams left out: no permission"


def test_a_source_stays_partial_until_the_job_that_left_something_out_reads_all(
    ws: Workspace, admin: Actor, given: Any, calls: Calls
) -> None:
    left_out = Batch("teams", pa.table({}), warning="teams left out: no permission")
    later = {"users": [left_out], "usage": [Batch("usage", calls(1))]}
    result = run_source(ws, admin, given("a", later))
    assert (result.state, [job.state for job in result.jobs]) == ("partial", ["partial", "done"])
    assert result.hint == "teams left out: no permission"
    assert [(status.state, status.hint) for status in source_status(ws)] == [("partial", result.hint)]
    run_source(ws, admin, given("a", {"users": []}))
    assert [(status.state, status.hint) for status in source_status(ws)] == [("ok", "")]


LEFT_OUT = Batch("usage", pa.table({}), warning="usage not compared: rows may be hidden")


def test_a_comparison_counts_until_what_is_asked_for_next_and_its_trouble_until_the_next_whole_one(
    ws: Workspace, admin: Actor, given: Any, calls: Calls
) -> None:
    whole = {"users": [], "usage": [Batch("usage", calls(1))]}

    def after(jobs: dict[str, list[Batch]], error: Exception | None = None) -> tuple[str, str]:
        run_source(ws, admin, given("a", jobs, error))
        (status,) = source_status(ws)
        return status.state, status.reconcile_trouble

    assert after(whole) == ("ok", "")
    assert after({"reconcile": [LEFT_OUT]}) == ("partial", LEFT_OUT.warning)
    assert after(whole) == ("ok", LEFT_OUT.warning)
    assert after({"reconcile": []}) == ("ok", "")
    assert after({"reconcile": []}, SourceError("It went away", "Try again.")) == (
        "failed",
        "It went away. Try again.",
    )
    assert after(whole) == ("ok", "It went away. Try again.")
    assert after({"users": []}, SourceError("It went away")) == ("failed", "It went away. Try again.")
    assert after({"reconcile": []}) == ("failed", "")
    assert after(whole) == ("ok", "")


def test_a_job_that_a_source_no_longer_has_does_not_keep_it_partial(
    ws: Workspace, admin: Actor, given: Any
) -> None:
    left_out = Batch("sprints", pa.table({}), warning="sprints left out: no permission")
    run_source(ws, admin, given("a", {"usage": [], "journey": [left_out]}))
    assert source_status(ws)[0].state == "partial"
    for _ in range(2):
        run_source(ws, admin, given("a", {"usage": []}))
    assert (source_status(ws)[0].state, source_status(ws)[0].hint) == ("ok", "")


def test_what_an_installation_does_not_have_makes_no_run_partial(
    ws: Workspace, admin: Actor, given: Any
) -> None:
    absent = Batch("sprints", pa.table({}), note="sprints left out: orch_flow.sprints does not exist")
    result = run_source(ws, admin, given("a", {"journey": [absent]}))
    assert (result.state, result.jobs[0].hint) == ("done", absent.note)


@pytest.mark.parametrize(("strict", "code"), [(False, 0), (True, 1)])
def test_a_source_read_in_part_fails_the_command_only_when_strict(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, strict: bool, code: int
) -> None:
    partial = SourceResult("a", "partial", (), hint="teams left out: no permission")
    monkeypatch.setattr(run, "run_all", lambda *args, **kwargs: [partial])
    monkeypatch.setattr(sources, "_named", lambda ws, names: ["a"])
    outcome = sources.ingest_run(ws, strict=strict)
    assert (outcome.document["sources"][0]["state"], outcome.exit_code) == ("partial", code)


def test_snapshots_that_come_in_parts_are_loaded_as_one(ws: Workspace, admin: Actor, given: Any) -> None:
    parts = [Batch("agents", pa.table({"slug": [slug]}), snapshot=True) for slug in ("writer", "reader")]
    run_source(ws, admin, given("a", {"agents": parts}))
    run_source(ws, admin, given("a", {"agents": parts[:1]}))
    assert ask(ws, "select slug, present from agents order by slug") == [("reader", False), ("writer", True)]


def test_a_file_counts_as_loaded_with_its_last_rows(
    ws: Workspace, admin: Actor, given: Any, calls: Calls
) -> None:
    file = LoadedFile("abc", "/somewhere/usage.csv", 5)
    run_source(ws, admin, given("a", {"usage": [Batch("usage", calls(5), file=file)]}))
    mark = watermark(ws.warehouse, "a", "usage")
    assert mark is not None
    assert [(known["content"], known["path"]) for known in mark["files"]] == [("abc", "/somewhere/usage.csv")]


def test_one_source_is_read_once_at_a_time(ws: Workspace, admin: Actor, given: Any, calls: Calls) -> None:
    inside, leave = threading.Event(), threading.Event()

    class Slow(given):  # type: ignore[misc]
        def read(self, job: str, watermark: Any, full: bool) -> Any:
            inside.set()
            leave.wait(10)
            yield from super().read(job, watermark, full)

    slow = Slow("a", {"usage": [Batch("usage", calls(5))]})
    thread = threading.Thread(target=run_source, args=(ws, admin, slow))
    thread.start()
    assert inside.wait(10)
    seen = progress(ws, "a")
    assert seen is not None
    assert (seen.job, seen.jobs) == ("usage", 1)
    assert source_status(ws)[0].state == "running"
    with pytest.raises(SourceError, match="a is being read already"):
        run_source(ws, admin, given("a", {"usage": []}))
    leave.set()
    thread.join(10)
    assert progress(ws, "a") is None
    assert source_status(ws)[0].state == "ok"


def test_progress_tells_of_rows_before_they_are_loaded(
    ws: Workspace, admin: Actor, given: Any, calls: Calls
) -> None:
    seen: list[tuple[int, int]] = []
    batches = [Batch("usage", calls(5)), Batch("usage", calls(5, first=5))]
    run_source(
        ws, admin, given("a", {"usage": batches}), on_progress=lambda now: seen.append((now.read, now.new))
    )
    assert seen == [(0, 0), (5, 0), (10, 0), (10, 10)]


def test_a_viewer_may_not_run_a_source(ws: Workspace, viewer: Actor, given: Any) -> None:
    with pytest.raises(Forbidden):
        run_source(ws, viewer, given("a", {}))


def test_a_bad_source_does_not_stop_the_others(
    open_with: Callable[..., Workspace], admin: Actor, folder: Path, totals: Totals
) -> None:
    (folder / "good.csv").write_text("event_id,occurred_at,cost\n1,2026-05-01T10:00:00Z,0.5\n")
    ws = open_with(
        {"name": "bad", "kind": "orchestrator_db", "url": "postgresql://u:p@127.0.0.1:1/x"},
        {"name": "good", "kind": "usage_file", "path": str(folder / "good.csv")},
    )
    bad, good = run_all(ws, admin)
    assert (bad.state, good.state) == ("failed", "done")
    assert bad.error is not None
    assert "bad cannot be reached" in bad.error
    assert "p@" not in bad.error
    assert totals(ws)[0] == 1


def test_a_run_that_the_process_did_not_survive_is_shown_as_cut_off(
    ws: Workspace, admin: Actor, given: Any, calls: Calls
) -> None:
    run_source(ws, admin, given("a", {"usage": []}))
    with ws.warehouse.write() as tx:
        tx.execute(Query.of("left", "update ingest_runs set state = 'running'"))
    assert (source_status(ws)[0].state, source_status(ws)[0].error) == (
        "failed",
        "The run was cut off before its end",
    )
    run_source(ws, admin, given("a", {"usage": []}))
    assert sorted(ask(ws, "select state from ingest_runs")) == [("done",), ("interrupted",)]


KILLED = """
import sys
from pathlib import Path
from orchflow.config.settings import load_settings
from orchflow.ingest import run
from orchflow.ingest.sources import database_connection
from orchflow.people.permissions import SYSTEM
from orchflow.workspace import open_workspace

run.CHUNK_ROWS = 2_000
database_connection.BATCH_BYTES = 100_000
ws = open_workspace(load_settings(home=Path(sys.argv[1]), config=Path(sys.argv[2])))
run.run_source(ws, SYSTEM, "a", on_progress=lambda now: print(now.new, flush=True))
"""


def test_a_run_killed_halfway_goes_on_without_loss_or_doubling(
    open_with: Callable[..., Workspace],
    admin: Actor,
    enterprise: str,
    sql: Any,
    totals: Totals,
    tmp_path: Path,
) -> None:
    many = """
        insert into public.llm_usage (id, agent_name, provider_name, total_cost, status, started_at, created_at)
        select gen_random_uuid(), 'writer', 'openai', n * 0.00000001, 'completed',
            timestamptz '2026-05-02 00:00:00+00' + n * interval '10 seconds',
            timestamptz '2026-05-02 00:00:00+00' + n * interval '10 seconds'
        from generate_series(1, 30000) as n
    """
    sql(enterprise, many)
    settings = {"name": "a", "kind": "orchestrator_db", "url": enterprise}
    open_with(settings).close()
    command = [sys.executable, "-c", KILLED, str(tmp_path / "home"), str(tmp_path / "orchflow.yaml")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ORCHFLOW_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= 4_000:
                process.send_signal(signal.SIGKILL)
                break
        process.wait(30)
    ws = open_with(settings)
    committed = totals(ws)[0]
    assert 4_000 <= committed < 30_000
    result = run_source(ws, admin, "a")
    usage = next(job for job in result.jobs if job.job == "usage")
    assert result.state == "done"
    assert usage.watermark_before is not None
    assert usage.read < 30_000
    with psycopg.connect(enterprise) as connection:
        truth = connection.execute(
            "select count(*), sum(cost) from (select total_cost as cost from public.llm_usage union all "
            "select (payload ->> 'costUsd')::numeric from public.observability_events) as calls"
        ).fetchone()
    assert totals(ws) == truth
    assert run_source(ws, admin, "a", full=True).state == "done"
    assert totals(ws) == truth
    assert ask(ws, "select count(*) from ingest_runs where state = 'running'") == [(0,)]
    newest = ask(ws, "select max(updated_at) from watermarks")[0][0]
    assert newest <= clock.now()


@pytest.mark.parametrize(("setting", "kept"), [("scrubbed", "Cannot read … at …"), ("none", None)])
def test_reasons_of_failures_are_kept_without_data_or_not_at_all(
    open_with: Callable[..., Workspace],
    admin: Actor,
    enterprise: str,
    sql: Callable[[str, str], Any],
    setting: str,
    kept: str | None,
) -> None:
    sql(
        enterprise,
        "insert into public.observability_events (source_app, hook_event_type, conversation_id, agent_slug, payload, created_at)"
        " values ('agents', 'invocation.failed', gen_random_uuid(), 'writer',"
        " jsonb_build_object('error', 'Cannot read ''Anna Schmidt'' at 4711'), '2026-05-01')",
    )
    for texts in ("scrubbed", setting):
        ws = open_with({"name": "db", "kind": "orchestrator_db", "url": enterprise, "error_texts": texts})
        assert run_source(ws, admin, "db").state == "done"
        told = ask(ws, "select error from run_events where type = 'failed'")
        assert told == ask(ws, "select error from agent_runs where status = 'failed'")
        ws.close()
    assert told == [(kept,)]
