"""The command line: exact words, exit codes, and one JSON document where it is asked for."""

from __future__ import annotations

import json
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from orchflow import clock
from orchflow.config.settings import load_settings
from orchflow.disk.private_files import open_to_others
from orchflow.people.permissions import SYSTEM
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task
from orchflow.warehouse.load import load_batch
from orchflow.workspace import open_workspace
from tests.cli.conftest import Run

USAGE = """id,at,agent,model,provider,tokens_in,tokens_out,usd
1,2026-11-01T10:00:00Z,writer,gpt-5,openai,100,20,0.25
2,2026-11-02T10:00:00Z,writer,gpt-5,openai,100,20,0.5
3,not a time,writer,gpt-5,openai,100,20,0.5
"""
MAPPING = "{event_id: id, occurred_at: at, caller: agent, input_tokens: tokens_in, output_tokens: tokens_out, cost: usd}"


@pytest.fixture
def with_file(tmp_path: Path, home: Path) -> Path:
    """A settings file with one source of usage files, and such a file."""
    (tmp_path / "usage.csv").write_text(USAGE)
    settings = tmp_path / "orchflow.yaml"
    settings.write_text(
        f"workspace: {{name: Test}}\n"
        f"sources: [{{name: files, kind: usage_file, path: '{tmp_path}/usage*.csv', mapping: {MAPPING}}}]\n"
    )
    return settings


def test_a_run_reads_what_is_new_and_running_again_changes_nothing(run: Run, with_file: Path) -> None:
    first = run("ingest", "run", "--json")
    assert first.code == 0
    (source,) = first.document["sources"]
    usage = next(job for job in source["jobs"] if job["job"] == "usage")
    assert (usage["read"], usage["new"], usage["rejected"]) == (3, 2, 1)

    again = run("ingest", "run", "files", "--json")
    assert again.code == 0
    assert all(job["new"] == 0 for job in again.document["sources"][0]["jobs"])

    exported = run("export", "usage_events", "--out", "events.json", "--json")
    assert exported.document["rows"] == 2
    rows = json.loads(Path("events.json").read_text())
    assert sorted(Decimal(str(row["cost"])) for row in rows) == [Decimal("0.25"), Decimal("0.5")]


def test_the_usage_export_has_its_columns_in_order(run: Run, with_file: Path) -> None:
    run("ingest", "run")

    assert run("export", "usage_events", "--out", "events.csv").code == 0

    head = Path("events.csv").read_text("utf-8-sig").splitlines()[0].replace('"', "")
    assert head == (
        "event_id,source,occurred_at,organization,agent,caller,user_id,provider,model,route,status,"
        "input_tokens,output_tokens,cost,provenance,duration_ms,"
        "calls,cached_input_tokens,cache_write_input_tokens,amount,currency,cost_currency,unconverted,"
        "cache_write_1h_input_tokens,reasoning_tokens,images,seconds,service_tier,delivered_amount,delivered_currency,price_run"
    )


def test_exported_users_of_the_platform_carry_the_names_of_people_here(run: Run, home: Path) -> None:
    run("user", "add", "ada", "--email", "ada@example.com")
    with closing(open_workspace(load_settings())) as ws, ws.warehouse.write() as tx:
        users = pa.table({"user_id": ["u1", "u2"], "email": ["Ada@example.com", "who@example.com"]})
        load_batch(tx, "users", "platform", users, now=clock.now())

    run("export", "users", "--out", "users.json")

    rows = json.loads(Path("users.json").read_text())
    assert [(row["user_id"], row["username"]) for row in rows] == [("u1", "ada"), ("u2", None)]


def test_the_warehouse_is_rebuilt_from_the_facts(run: Run, with_file: Path) -> None:
    run("ingest", "run")
    run("user", "add", "ada", "--email", "ada@example.com")

    rebuilt = run("warehouse", "rebuild", "--json").document

    assert rebuilt["rollups"]["usage_daily"] == 2
    assert rebuilt["mirror"]["people"] == 1
    assert "usage_daily" in run("warehouse", "rebuild").out


def test_days_narrow_an_export(run: Run, with_file: Path) -> None:
    run("ingest", "run")

    narrowed = run(
        "export", "usage_events", "--out", "e.csv", "--from", "2026-11-02", "--to", "2026-11-02", "--json"
    )

    assert narrowed.document["rows"] == 1


def test_the_datasets_are_listed(run: Run) -> None:
    listed = run("export", "--list", "--json")

    names = {dataset["name"] for dataset in listed.document["datasets"]}
    assert names >= {"usage_events", "usage_daily", "agents", "agent_runs", "users"}


def test_status_tells_the_last_run_of_every_job(run: Run, with_file: Path) -> None:
    run("ingest", "run")

    status = run("ingest", "status", "--json")

    (source,) = status.document["sources"]
    assert source["source"] == "files"
    assert source["state"] == "ok"
    assert [job["job"] for job in source["jobs"]] == ["usage"]


def test_a_source_that_fails_exits_with_one_and_says_why(run: Run, with_file: Path, tmp_path: Path) -> None:
    (tmp_path / "usage.csv").write_text("completely,other\n1,2\n")

    failed = run("ingest", "run", "--json")
    assert failed.code == 1
    assert "columns" in json.dumps(failed.document)

    checked = run("ingest", "check", "files", "--json")
    assert checked.code == 1
    assert checked.document["sources"][0]["ok"] is False


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ingest", "run", "nobody"), "There is no source 'nobody'"),
        (("ingest", "check", "nobody"), "There is no source 'nobody'"),
        (("export", "nothing", "--out", "x.csv"), "nothing"),
        (("export", "usage_events"), "Name a dataset and a file"),
        (("export", "usage_events", "--out", "x.doc"), "format"),
        (("export", "usage_events", "--out", "x.csv", "--from", "yesterday"), "--from is not a date"),
        (("export", "usage_events", "--out", "x.csv", "--from", "2026-02-02", "--to", "2026-01-01"), ""),
        (
            ("export", "tasks", "--out", "x.csv", "--to", "9999-12-31"),
            "--to must be between 1990-01-01 and 2200-12-31",
        ),
        (("restore", "nowhere"), "is not a backup"),
        (("frobnicate",), "frobnicate"),
        (("demo", "--days", "3"), "--days"),
    ],
)
def test_bad_use_exits_with_two_and_one_clear_sentence(
    run: Run, with_file: Path, words: tuple[str, ...], said: str
) -> None:
    refused = run(*words)

    assert refused.code == 2
    assert said in " ".join(refused.err.split())
    assert "Traceback" not in refused.err
    assert refused.out == ""


def test_bad_settings_exit_with_two(run: Run, with_file: Path) -> None:
    with_file.write_text("workspace: {naem: x}")

    refused = run("ingest", "status")

    assert refused.code == 2
    assert "workspace.naem is not a setting" in refused.err


def test_errors_are_json_too(run: Run, with_file: Path) -> None:
    refused = run("ingest", "run", "nobody", "--json")

    assert refused.code == 2
    assert refused.document["error"]["message"].startswith("There is no source 'nobody'")
    assert refused.document["error"]["hint"]


def test_running_without_sources_says_where_to_add_one(run: Run) -> None:
    refused = run("ingest", "run")

    assert refused.code == 2
    assert "orchflow.yaml" in refused.err


def test_people_are_added_listed_disabled_and_given_a_new_password(run: Run) -> None:
    added = run("user", "add", "Maria", "--email", "maria@example.com", "--role", "manager", "--json")
    assert added.code == 0
    assert added.document["username"] == "maria"
    assert len(added.document["one_time_password"]) >= 10

    assert run("user", "password", "maria", "--json").document["one_time_password"]
    assert run("user", "disable", "maria").code == 0

    listed = run("user", "list", "--json").document["users"]
    assert [(user["username"], user["role"], user["active"]) for user in listed] == [
        ("maria", "manager", False)
    ]


def test_an_unknown_person_and_an_unknown_role_are_refused(run: Run) -> None:
    assert run("user", "disable", "nobody").code == 1
    refused = run("user", "add", "x-y", "--email", "x@example.com", "--role", "emperor")
    assert refused.code == 1
    assert "role" in refused.err


def test_a_backup_is_restored_and_what_was_there_is_kept(
    run: Run, with_file: Path, tmp_path: Path, home: Path
) -> None:
    run("ingest", "run")
    run("user", "add", "maria", "--email", "maria@example.com")
    saved = run("backup", str(tmp_path / "saved"), "--json")
    assert saved.code == 0
    assert saved.document["bytes"] > 0

    (tmp_path / "usage2.csv").write_text(USAGE.replace("1,2026", "9,2026"))
    run("ingest", "run")
    run("user", "add", "john", "--email", "john@example.com")
    assert run("export", "usage_events", "--out", "x.csv", "--json").document["rows"] == 3

    restored = run("restore", str(tmp_path / "saved"), "--json")

    assert restored.code == 0
    assert run("export", "usage_events", "--out", "x.csv", "--json").document["rows"] == 2
    assert [user["username"] for user in run("user", "list", "--json").document["users"]] == ["maria"]
    assert Path(restored.document["kept"]).is_dir()


def test_a_backup_never_overwrites(run: Run, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "precious.txt").write_text("mine")

    assert run("backup", str(tmp_path / "full")).code == 2
    assert (tmp_path / "full" / "precious.txt").read_text() == "mine"


def test_doctor_finds_what_needs_attention(run: Run, home: Path) -> None:
    run("doctor")
    settings = home.parent / "orchflow.yaml"
    settings.write_text(
        "sources: [{name: db, kind: orchestrator_db, url: 'postgresql://reader:geheim@db.example/x'}]"
    )
    settings.chmod(0o644)
    ran = run("doctor", "--json")
    secrets = next(check for check in ran.document["checks"] if check["name"] == "secrets")

    assert secrets["ok"] is None, "others can read the file in which a password is written out"
    assert "geheim" not in ran.out
    assert secrets["hint"].startswith(f"Run: chmod 600 {settings}")


def test_what_others_could_read_is_closed_by_whoever_opens_the_workspace(run: Run, home: Path) -> None:
    home.mkdir(mode=0o755)
    (home / "cookie.key").write_text("k" * 40)
    (home / "cookie.key").chmod(0o644)
    checks = {check["name"]: check for check in run("doctor", "--json").document["checks"]}

    assert (checks["privacy"]["ok"], checks["owner"]["ok"]) == (True, True)
    assert open_to_others(home) == []


def test_a_workspace_for_planning_alone_is_sound(run: Run) -> None:
    ran = run("doctor", "--json")

    assert (ran.code, ran.document["ok"]) == (0, True)
    assert [check["name"] for check in ran.document["checks"] if check["ok"] is None] == ["sources"]


def test_doctor_that_finds_nothing_wrong_exits_with_zero(run: Run, with_file: Path) -> None:
    sound = run("doctor", "--json")

    assert (sound.code, sound.document["ok"]) == (0, True), sound.out


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"\xff\xfe\x00", b"[]", b"null", b'{"address": 5, "token": "t", "pid": 1}', b"[" * 100_000, b"{\"address\": \"http://127.0.0.1:1\", \"token\": \"t\", \"pid\": Infinity}",
        b'{"address": "http://[::1", "token": "t", "pid": 1}', b'{"address": "http://127.0.0.1:1"}',
        b'{"address": "file:///etc/passwd", "token": "t", "pid": 1}',
        '{"address": "http://127.0.0.1:1", "token": "gé\u2028heim", "pid": 1}'.encode(),
        b'{"address": "http://127.0.0.1:99999999", "token": "t", "pid": "x"}',
    ],
)  # fmt: skip
def test_a_record_of_a_server_that_tells_nothing_is_one_sentence(
    run: Run, home: Path, content: bytes
) -> None:
    home.mkdir()
    (home / "server.json").write_bytes(content)

    refused = run("doctor")

    assert refused.code == 1
    assert "server.json cannot be understood" in " ".join(refused.err.split())
    assert "delete the file" in refused.err


def test_migrate_says_where_the_stores_are(run: Run) -> None:
    report = run("migrate", "--json").document

    assert report["warehouse"]
    assert report["plan_store"]


def test_the_demo_fills_an_empty_workspace_once(run: Run) -> None:
    filled = run("demo", "--days", "20", "--events", "500", "--seed", "3", "--json")
    assert filled.code == 0
    assert filled.document["events"] > 0

    assert run("demo", "--days", "20", "--events", "500").code == 2
    assert run("demo", "--if-empty").code == 0


def test_a_newer_warehouse_is_refused(run: Run, home: Path) -> None:
    import duckdb

    run("migrate")
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("update meta set value = '999' where key = 'schema_version'")

    refused = run("doctor")

    assert refused.code == 1
    assert "999" in refused.err
    assert "newer version" in refused.err


def test_a_figure_by_a_dimension(run: Run, home: Path) -> None:
    (home.parent / "usage.csv").write_text(USAGE)
    (home.parent / "orchflow.yaml").write_text(
        f"sources: [{{name: files, kind: usage_file, path: {home.parent}/usage.csv, mapping: {MAPPING}}}]"
    )
    run("ingest", "run")
    words = ("metric", "cost", "--by", "model", "--from", "2026-11-01", "--to", "2026-11-30")
    document = run(*words, "--json").document
    assert (document["value"], document["parts"][0]["label"]) == ("0.75", "gpt-5")
    assert "gpt-5" in run(*words).out
    rows = run("metric", "rows", "cost", "--from", "2026-11-01", "--to", "2026-11-30", "--json").document
    assert {row["model"] for row in rows["items"]} == {"gpt-5"}
    taken = run(
        "metric",
        "rows",
        "cost",
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-30",
        "--out",
        str(home.parent / "rows.csv"),
    )
    assert str(len(rows["items"])) in taken.out
    assert "sum(cost)" in run("metric", "show", "cost", "--behind").out
    narrowed = run(*words, "--where", "model=other", "--json").document
    assert (narrowed["value"], narrowed["parts"]) == ("0", [])


def test_a_figure_of_the_plan_by_its_parts(run: Run, home: Path) -> None:
    run("doctor")
    with closing(open_workspace(load_settings())) as ws:
        effort = create_effort(ws.store, SYSTEM, number=1, name="First agents")
        project = create_project(ws.store, SYSTEM, effort_id=effort.id, number="1.1", name="Setup")
        for status in ("done", "ready"):
            create_task(ws.store, SYSTEM, project_id=project.id, title=status, status=status)
    [part] = run("metric", "progress", "--by", "project", "--json").document["parts"]
    assert (part["label"], part["value"]) == ("1.1 Setup", 0.5)
    narrowed = run("metric", "progress", "--where", f"project={project.id + 1}", "--json").document
    assert narrowed["value"] is None
    assert "7" in run("metric", "throughput", "--grain", "day").out


def test_figures_are_listed_without_a_key(run: Run) -> None:
    listed = {found["key"] for found in run("metric", "--json").document["metrics"]}
    assert {"cost", "error_rate", "velocity"} <= listed
    assert "How often do agents fail?" in run("metric").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("happiness",), "There is no figure 'happiness'"),
        (("cost", "--by", "colour"), "--by does not know 'colour'"),
        (("cost", "--where", "agent"), "'agent' is not a filter"),
        (("cost", "--where", "colour=red"), "Nothing is narrowed by colour"),
        (("wip", "--where", "project=red"), "project is not one number"),
        (("velocity", "--grain", "day"), "take it by sprint"),
        (("cost", "--from", "tomorrow"), "--from is not a date"),
        (("cost", "--from", "0001-01-01"), "--from is the zero date of another program"),
    ],
)
def test_a_figure_that_cannot_be_told_is_an_error(run: Run, words: tuple[str, ...], said: str) -> None:
    told = run("metric", *words)
    assert told.code != 0
    assert said in told.err
