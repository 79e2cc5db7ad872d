"""Opening, reading, writing and keeping the warehouse."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from orchflow.errors import NewerDatabase, Unavailable, WarehouseError
from orchflow.warehouse.backup import check, copy_closed
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.failures import explain
from orchflow.warehouse.load import load_batch
from orchflow.warehouse.rollups import rebuild_all
from orchflow.warehouse.sql import Query, load_query, queries

from .conftest import NOW, Ask, Load, run_event, table, usage

ONE = Query.of("one", "select 1 as one")


def reopened(path: Path, timezone: str = "UTC") -> Warehouse:
    return Warehouse.open(path, timezone=timezone)


def in_another_process(code: str, path: Path) -> subprocess.Popen[str]:
    script = "import sys, pathlib\npath = pathlib.Path(sys.argv[1])\n" + code
    return subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True)


# reading


def test_amounts_stay_decimal_and_times_aware_in_every_form(load: Load, warehouse: Warehouse) -> None:
    load("usage", [usage("a", cost="0.1")])
    question = Query.of("q", "select cost, occurred_at from usage_events")
    when = datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert warehouse.rows(question) == [(Decimal("0.1"), when)]
    assert warehouse.query(question).to_pylist() == [{"cost": Decimal("0.1"), "occurred_at": when}]
    frame = warehouse.frame(question)
    assert (frame["cost"][0], frame["occurred_at"][0].to_pydatetime()) == (Decimal("0.1"), when)
    assert warehouse.value(question) == Decimal("0.1")


def test_a_value_of_no_row_is_none(warehouse: Warehouse) -> None:
    assert warehouse.value("meta_get", {"key": "unknown"}) is None


def test_parameters_a_query_does_not_use_are_left_out_and_missing_ones_named(warehouse: Warehouse) -> None:
    doubled = Query.of("doubled", "-- one row: twice $n, '$text'\nselect $n * 2")
    assert warehouse.value(doubled, {"n": 21, "unused": 1}) == 42
    with pytest.raises(KeyError, match="doubled needs n"):
        warehouse.value(doubled)


def test_a_query_is_read_from_its_file_with_its_description() -> None:
    query = load_query("orchflow.warehouse", "versions")
    assert query.description == "one row per topic: how often it was committed"
    assert load_query("orchflow.warehouse", "versions") is query


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder `sql` of a package `shop` with two queries about orders."""
    folder = tmp_path / "shop" / "sql"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    (folder / "orders.sql").write_text(
        "-- name: orders\n-- one row per order\nfrom orders\n\n-- name: total\n-- one row: all orders\nselect 2\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    sys.modules.pop("shop", None)
    queries.cache_clear()


def test_a_file_holds_the_queries_of_one_subject(package: Path) -> None:
    assert queries("shop") == {
        "orders": Query.of("orders", "-- one row per order\nfrom orders"),
        "total": Query.of("total", "-- one row: all orders\nselect 2"),
    }


def test_a_query_that_no_file_has_is_missed_by_name_and_folder(package: Path) -> None:
    with pytest.raises(KeyError, match=f"no query refunds in {package}"):
        load_query("shop", "refunds")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("-- name: total\nselect 3\n", "gives the name total, which another query of shop has"),
        ("-- one row: all refunds\nselect 3\n", "does not begin with a line '-- name: ...'"),
    ],
)
def test_a_query_whose_name_is_taken_or_missing_is_refused_by_its_file(
    package: Path, text: str, fault: str
) -> None:
    package.joinpath("refunds.sql").write_text(text)
    with pytest.raises(ValueError, match=f"(orders|refunds).sql {fault}"):
        queries("shop")


def test_only_plain_names_can_stand_for_tables() -> None:
    template = Query.of("t", "select {keys} from {table}")
    assert template.on(table="agents", keys="source, slug").text == "select source, slug from agents"
    with pytest.raises(ValueError, match="not an identifier"):
        template.on(table="agents; drop table agents")


def test_large_results_come_in_batches_and_may_be_left_early(warehouse: Warehouse) -> None:
    numbers = Query.of("numbers", "select range as n from range(250000)")
    assert sum(batch.num_rows for batch in warehouse.batches(numbers, rows=10_000)) == 250_000
    reader = warehouse.batches(numbers, rows=1_000)
    next(reader)
    reader.close()
    warehouse.checkpoint()


def test_statements_cannot_reach_files_outside_the_data_directory(warehouse: Warehouse) -> None:
    for statement in ("select * from read_csv('/etc/passwd')", "set memory_limit = '1TB'", "install httpfs"):
        with pytest.raises(duckdb.Error):
            warehouse.rows(Query.of("intruder", statement))


def test_threads_read_right_rows_while_one_writes(warehouse: Warehouse) -> None:
    done = threading.Event()
    totals = Query.of("t", "select count(*), coalesce(sum(input_tokens), 0), min(source) from usage_events")
    rolled = Query.of(
        "r", "select (select count(*) from usage_events), (select sum(events) from usage_daily)"
    )

    def write() -> None:
        for batch in range(15):
            rows = [usage(f"{batch}-{n}", input_tokens=7, caller=f"caller {n % 3}") for n in range(200)]
            with warehouse.write() as tx:
                load_batch(tx, "usage", "s", table(rows), now=NOW)
        done.set()

    def read() -> int:
        seen = 0
        while True:
            last = done.is_set()
            count, tokens, _ = warehouse.rows(totals)[0]
            assert count % 200 == 0
            assert tokens == 7 * count
            assert count >= seen
            seen = count
            events, in_rollup = warehouse.rows(rolled)[0]
            assert events == (in_rollup or 0)
            if last:
                return seen

    with ThreadPoolExecutor(5) as pool:
        writer = pool.submit(write)
        readers = [pool.submit(read) for _ in range(4)]
        writer.result()
        assert [reader.result() for reader in readers] == [3000] * 4


# writing


def test_an_error_in_a_transaction_undoes_all_of_it(warehouse: Warehouse, ask: Ask) -> None:
    def stopped() -> None:
        with warehouse.write() as tx:
            load_batch(tx, "usage", "s", table([usage("a", cost="x"), usage("b")]), now=NOW)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        stopped()
    assert ask("select count(*) from usage_events") == [(0,)]
    assert ask("select count(*) from rejects") == [(0,)]
    assert warehouse.version("usage", "ingest") == 0


def test_a_write_inside_a_write_joins_it(warehouse: Warehouse, ask: Ask) -> None:
    with warehouse.write() as outer:
        load_batch(outer, "agents", "s", table([{"slug": "writer"}]), now=NOW)
        with warehouse.write() as inner:
            assert inner is outer
            load_batch(inner, "usage", "s", table([usage("a")]), now=NOW)
        assert warehouse.version("usage", "agents") == 0
    assert ask("select events from usage_daily") == [(1,)]
    assert (warehouse.version("agents"), warehouse.version("usage"), warehouse.version("runs")) == (1, 1, 0)


def test_versions_rise_with_commits_and_outlive_the_process(warehouse: Warehouse, load: Load) -> None:
    load("usage", [usage("a")])
    load("usage", [usage("b")])
    load("usage", [usage("b")])  # nothing new
    load("run_events", [run_event("1", "started", "10:00")])
    assert (warehouse.version("usage"), warehouse.version("usage", "runs"), warehouse.version("people")) == (
        2,
        3,
        0,
    )
    warehouse.close()
    again = reopened(warehouse.path)
    assert again.version("usage", "runs") == 3
    again.close()


TOPICS = ("usage", "runs", "agents", "platform", "people", "ingest")


@pytest.mark.parametrize(
    ("dataset", "row", "risen"),
    [
        ("conversations", {"conversation_id": "c1", "organization": "legal"}, {"runs", "usage"}),
        ("users", {"user_id": "u1", "organization": "legal"}, {"platform", "usage", "runs"}),
        ("roles", {"user_id": "u1", "organization": "legal", "role": "member"}, {"platform", "usage", "runs"}),
        ("organizations", {"slug": "legal", "name": "Legal"}, {"platform"}),
        ("agents", {"slug": "writer"}, {"agents", "usage"}),
        ("tasks", {"task_id": "t1", "conversation_id": "c1", "waiting": "true"}, {"runs"}),
        ("usage", usage("2"), {"usage"}),
        ("usage", usage("3", occurred_at="never"), {"ingest"}),
        ("run_events", run_event("2", "completed", "10:01"), {"runs"}),
    ],
)  # fmt: skip
def test_whatever_changes_a_figure_raises_the_version_of_its_topic(
    warehouse: Warehouse, load: Load, dataset: str, row: dict[str, Any], risen: set[str]
) -> None:
    """The organisation of what is stored may become known with a conversation, a user or a role."""
    load("usage", [usage("1", caller="writer", user_id="u1", conversation_id="c1")])
    load("run_events", [run_event("1", "started", "10:00", user_id="u1")])
    load("users", [{"user_id": "u1"}])
    before = {topic: warehouse.version(topic) for topic in TOPICS}
    load(dataset, [row], snapshot=False)
    assert {topic for topic in TOPICS if warehouse.version(topic) > before[topic]} == risen
    before = {topic: warehouse.version(topic) for topic in TOPICS}
    if "ingest" not in risen:
        load(dataset, [row], snapshot=False)
        assert before == {topic: warehouse.version(topic) for topic in TOPICS}


def test_many_batches_in_one_transaction_refresh_the_rollup_once_and_right(
    warehouse: Warehouse, ask: Ask
) -> None:
    with warehouse.write() as tx:
        for cost in ("1", "2", "3"):
            load_batch(tx, "usage", "s", table([usage("a", cost=cost), usage(cost, cost="10")]), now=NOW)
        assert tx.count(Query.of("q", "select count(*) from usage_daily")) == 0
    assert ask("select sum(cost), sum(events) from usage_daily") == [(Decimal(33), 4)]


# opening


def test_two_openers_in_one_process_share_the_file(warehouse: Warehouse, load: Load) -> None:
    other = reopened(warehouse.path)
    load("usage", [usage("a")])
    assert other.version("usage") == 1
    assert warehouse.version("usage") == 1
    other.close()
    other.close()
    assert warehouse.value(ONE) == 1


def test_a_closed_warehouse_says_so(warehouse: Warehouse) -> None:
    warehouse.close()
    with pytest.raises(WarehouseError, match="is closed"):
        warehouse.value(ONE)


def test_a_warehouse_held_by_another_process_names_it(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    holder = in_another_process(
        "from orchflow.warehouse.database import Warehouse\n"
        "w = Warehouse.open(path, timezone='UTC')\nprint('open', flush=True)\nsys.stdin.read()\nimport time; time.sleep(60)",
        path,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(WarehouseError, match=f"in use by process {holder.pid}") as refused:
            reopened(path)
        assert "Stop that server" in refused.value.hint
        with pytest.raises(Unavailable, match="in use"):
            copy_closed(path, tmp_path / "copy")
    finally:
        holder.kill()
        holder.communicate()


def test_what_was_committed_survives_a_kill_and_the_rest_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    victim = in_another_process(
        "from datetime import datetime, UTC\nimport pyarrow as pa, time\n"
        "from orchflow.warehouse.database import Warehouse\nfrom orchflow.warehouse.load import load_batch\n"
        "w = Warehouse.open(path, timezone='UTC')\nnow = datetime(2026, 11, 22, 12, tzinfo=UTC)\n"
        "rows = lambda p: pa.table({'event_id': [f'{p}{n}' for n in range(1000)], 'occurred_at': [now] * 1000,"
        " 'cost': ['0.01'] * 1000})\n"
        "with w.write() as tx: load_batch(tx, 'usage', 's', rows('a'), now=now)\n"
        "with w.write() as tx:\n    load_batch(tx, 'usage', 's', rows('b'), now=now)\n    tx.finish()\n"
        "    print('loaded', flush=True)\n    time.sleep(60)",
        path,
    )
    assert victim.stdout is not None
    assert victim.stdout.readline() == "loaded\n"
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    again = reopened(path)
    assert again.rows(Query.of("q", "select count(*), sum(cost) from usage_events")) == [(1000, Decimal(10))]
    assert again.rows(Query.of("q", "select sum(events), sum(cost) from usage_daily")) == [
        (1000, Decimal(10))
    ]
    assert again.version("usage") == 1
    again.close()


@pytest.mark.parametrize(
    "content", [b"not a database" * 1000, b"PAR1", b"SQLite format 3\x00" + b"\x00" * 8192]
)
def test_another_kind_of_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.duckdb"
    path.write_bytes(content)
    with pytest.raises(WarehouseError, match=r"w\.duckdb") as refused:
        reopened(path)
    assert refused.value.hint
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as other:
        other.execute("create table invoices (id integer)")
    with pytest.raises(WarehouseError, match="not a warehouse of Orchestrator Flow"):
        reopened(path)
    with duckdb.connect(str(path)) as other:
        assert other.execute("select table_name from duckdb_tables()").fetchall() == [("invoices",)]


def test_a_newer_schema_is_refused_and_left_alone(warehouse: Warehouse) -> None:
    with warehouse.write() as tx:
        tx.execute("meta_put", {"key": "schema_version", "value": "999"})
    warehouse.close()
    with pytest.raises(NewerDatabase, match="schema 999"):
        reopened(warehouse.path)
    with duckdb.connect(str(warehouse.path)) as other:
        assert other.execute("select value from meta where key = 'schema_version'").fetchall() == [("999",)]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WarehouseError, match="could not be"):
        reopened(tmp_path / "file" / "w.duckdb")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (duckdb.IOException("IO Error: Could not write file: No space left on device"), "disk .* is full"),
        (duckdb.IOException("IO Error: Could not write all bytes to file"), "disk .* is full"),
        (duckdb.TransactionException("Failed to commit: ENOSPC"), "disk .* is full"),
        (duckdb.OutOfMemoryException("failed to allocate data of size 16 MiB"), "memory"),
        (duckdb.FatalException("FATAL Error: database has been invalidated"), "stopped after a failure"),
        (
            duckdb.IOException("IO Error: Cannot read file: Input/output error"),
            "could not be read or written",
        ),
    ],
)
def test_failures_of_the_machine_are_explained(error: duckdb.Error, message: str) -> None:
    explained = explain(error)
    assert explained is not None
    assert explained.hint
    with pytest.raises(WarehouseError, match=message):
        raise explained


def test_a_mistake_in_a_query_is_not_dressed_up(warehouse: Warehouse) -> None:
    with pytest.raises(duckdb.CatalogException, match="nowhere"):
        warehouse.rows(Query.of("wrong", "select * from nowhere"))


# the workspace's zone


def test_another_zone_moves_days_rollups_and_runs(warehouse: Warehouse, load: Load) -> None:
    load("usage", [usage("a", cost="1", occurred_at="2026-11-20T23:30:00Z"), usage("b", cost="2")])
    load("run_events", [run_event("1", "completed", "23:30")])
    version = warehouse.version("usage", "runs")
    warehouse.close()
    moved = reopened(warehouse.path, "Europe/Berlin")
    days = Query.of("days", "select day, sum(cost)::integer from usage_daily group by all order by 1")
    assert moved.rows(days) == [(date(2026, 11, 20), 2), (date(2026, 11, 21), 1)]
    assert moved.rows(Query.of("q", "select r.day, d.day from agent_runs r, runs_daily d")) == [
        (date(2026, 11, 21), date(2026, 11, 21))
    ]
    raised = moved.version("usage", "runs")
    assert raised > version
    moved.close()
    same = reopened(warehouse.path, "Europe/Berlin")
    assert same.version("usage", "runs") == raised
    same.close()


def test_rebuilding_everything_gives_what_loading_gave(warehouse: Warehouse, load: Load, ask: Ask) -> None:
    load("agents", [{"slug": "writer"}])
    load("usage", [usage("a", cost="1", caller="writer-rag"), usage("b", caller="direct_call")])
    load("run_events", [run_event("1", "started", "10:00"), run_event("2", "failed", "10:01")])
    questions = [
        f"select * from {name} order by all"
        for name in ("usage_daily", "agent_runs", "runs_daily", "callers")
    ]
    before = [ask(question) for question in questions]
    rebuild_all(warehouse)
    assert [ask(question) for question in questions] == before
    assert all(before)


# copies


def test_a_live_backup_is_restored_whole(warehouse: Warehouse, load: Load, tmp_path: Path) -> None:
    load("agents", [{"slug": "writer", "organizations": ["a"]}])
    load("usage", [usage("a", cost="1", caller="writer"), usage("bad", cost="x")])
    with warehouse.write() as tx:
        load_batch(tx, "usage", "s", table([usage("uncommitted")]), now=NOW)
        copy = warehouse.backup(tmp_path / "it's a copy")
    assert copy == tmp_path / "it's a copy" / "warehouse.duckdb"
    load("usage", [usage("after")])
    warehouse.backup(tmp_path / "later")
    warehouse.close()
    put_back(warehouse.path, tmp_path / "it's a copy")
    restored = reopened(warehouse.path)
    assert restored.rows(Query.of("q", "select event_id from usage_events")) == [("a",)]
    assert restored.value(Query.of("q", "select count(*) from rejects")) == 1
    assert restored.version("usage") > 0
    with restored.write() as tx:
        assert (
            load_batch(tx, "usage", "platform", table([usage("a", cost="1"), usage("new")]), now=NOW).new == 1
        )
    restored.close()


def put_back(path: Path, folder: Path) -> None:
    """As a restore does once it has checked the copy."""
    check(folder)
    shutil.copyfile(folder / "warehouse.duckdb", path)


def test_a_copy_says_what_it_holds_and_a_damaged_one_is_known(
    warehouse: Warehouse, load: Load, tmp_path: Path
) -> None:
    load("usage", [usage("a"), usage("b")])
    warehouse.backup(tmp_path / "copy")
    copy = tmp_path / "copy" / "warehouse.duckdb"

    said = check(tmp_path / "copy")

    assert said.rows is not None
    assert said.rows["usage_events"] == 2
    sound = copy.read_bytes()
    for damaged in (sound[: len(sound) // 2], sound[:-1] + bytes([sound[-1] ^ 1]), b"half a file", b""):
        copy.write_bytes(damaged)
        with pytest.raises(WarehouseError):
            check(tmp_path / "copy")
    copy.unlink()
    with pytest.raises(WarehouseError, match="is missing"):
        check(tmp_path / "copy")


def test_a_checkpoint_waits_for_no_result(warehouse: Warehouse, load: Load) -> None:
    load("usage", [usage("a")])
    warehouse.query(Query.of("q", "from usage_events"))
    warehouse.checkpoint()
    assert not warehouse.path.with_name(warehouse.path.name + ".wal").exists()


def test_arrow_tables_are_only_readable_within_their_transaction(warehouse: Warehouse) -> None:
    with warehouse.write() as tx:
        tx.register("mine", pa.table({"n": [1, 2]}))
        assert tx.count(Query.of("q", "select sum(n) from mine")) == 3
        with pytest.raises(duckdb.CatalogException):
            warehouse.rows(Query.of("q", "from mine"))
