"""The snapshot holds what its reader may take away and nothing else; every ready query runs on it."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchflow.api.tokens import create_token
from orchflow.errors import Forbidden
from orchflow.operations import carry_out
from orchflow.people.cookie_key import cookie_key
from orchflow.people.permissions import SYSTEM, Actor, Permission
from orchflow.people.tables import User
from orchflow.people.users import add_user
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task
from orchflow.reports.datasets import DATASETS, list_datasets
from orchflow.reports.ready_queries import ready_queries
from orchflow.reports.snapshot import FOLDER, make_snapshot, newest_snapshot
from orchflow.workspace import Workspace
from tests.metrics.facts import TODAY, SmallFacts

PASSWORD = "correct horse battery"


@pytest.fixture
def filled(ws: Workspace) -> Workspace:
    fill(ws)
    return ws


@pytest.fixture(scope="module")
def kept_snapshot(kept_ws: Workspace) -> Path:
    """The file of a snapshot of the same, only to be read."""
    fill(kept_ws)
    return make_snapshot(kept_ws, SYSTEM).path


def fill(ws: Workspace) -> None:
    facts = SmallFacts(ws.warehouse)
    facts.agents(claims="active")
    facts.users(u1="acme")
    facts.calls(facts.call(TODAY, "2.5"), facts.call(TODAY, "1", caller="writer"))
    facts.runs(facts.run("claims", TODAY))
    effort = create_effort(ws.store, SYSTEM, number=1, name="First")
    project = create_project(ws.store, SYSTEM, effort_id=effort.id, number="1.1", name="Setup")
    create_task(ws.store, SYSTEM, project_id=project.id, title="Done", status="done", due=TODAY)


def opened(path: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(path), read_only=True)


def test_every_dataset_is_a_table_that_says_what_it_holds(filled: Workspace, admin: Actor) -> None:
    told: list[tuple[int, int]] = []
    made = make_snapshot(filled, SYSTEM, lambda *rows: told.append(rows))
    assert {table.name: table.rows for table in made.tables}["usage_events"] == 2
    assert told[-1] == (len(DATASETS), len(DATASETS))
    with opened(made.path) as file:
        tables = dict(file.execute("select table_name, comment from duckdb_tables()").fetchall())
        assert tables.keys() == {*DATASETS, "about"}
        assert all(tables.values())
        silent = "select table_name, column_name from duckdb_columns() where not internal and comment is null"
        assert file.execute(silent).fetchall() == [("about", "key")]
        assert dict(file.execute("from about").fetchall())["rights"] == "admin"
        types = dict(
            file.execute(
                "select column_name, data_type from duckdb_columns() where table_name = 'tasks'"
            ).fetchall()
        )
    assert (types["points"], types["due"], types["labels"]) == ("DECIMAL(24,2)", "DATE", "VARCHAR")
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    assert {file.suffix for file in made.path.parent.iterdir()} == {".duckdb", ".json"}


@pytest.mark.parametrize("name", list(ready_queries()))
def test_every_ready_query_runs_and_says_what_a_row_is(kept_snapshot: Path, name: str) -> None:
    query = ready_queries()[name]
    assert query.description.startswith("one row is ")
    with opened(kept_snapshot) as file:
        found = file.execute(query.text).fetchall()
    empty = {"Calls without a price", "Overdue tasks", "Points by sprint", "Cost beside progress"}
    assert bool(found) != (name in empty), found


def test_there_is_no_secret_in_it(filled: Workspace) -> None:
    user, _ = add_user(
        filled.store, SYSTEM, username="ada", display_name="Ada", role="analyst", password=PASSWORD
    )
    row, token = create_token(filled.store, SYSTEM, user.id, "read")
    with filled.store.read() as session:
        stored = session.get(User, user.id)
        assert stored is not None
        secrets = [stored.password_hash, token, row.prefix, PASSWORD, cookie_key(filled.settings.home)]
    content = make_snapshot(filled, SYSTEM).path.read_bytes()
    assert not [secret for secret in secrets if secret and str(secret).encode() in content]


class Exporter(Actor):
    """Someone who may export and see the plan, but neither people's figures nor sources."""

    def may(self, permission: Any) -> bool:
        return permission in (Permission.EXPORT, Permission.PLAN_VIEW, Permission.INSIGHTS_VIEW)


def test_it_holds_what_its_reader_may_see_and_serves_those_of_the_same_rights(filled: Workspace) -> None:
    people = [add_user(filled.store, SYSTEM, username=name, display_name=name)[0] for name in ("one", "two")]
    one, two = (Exporter(user.id, user.username, user.display_name, user.role) for user in people)
    everything = make_snapshot(filled, SYSTEM)
    made = make_snapshot(filled, one)
    assert newest_snapshot(filled, two) == made != everything
    assert {table.name for table in made.tables} == {dataset.name for dataset in list_datasets(one)}
    with opened(made.path) as file:
        tables = [name for (name,) in file.execute("select table_name from duckdb_tables()").fetchall()]
        content = [str(file.execute(f"from {name}").fetchall()) for name in tables]
    of_people = {"users", "usage_events", "usage_daily", "agent_runs", "removed_events", "expenses"}
    assert not {*tables} & (of_people | {"ingest_runs"})
    assert not [rows for rows in content if "'u1'" in rows or "'acme'" in rows]


def test_nobody_has_one_without_the_permission(filled: Workspace, viewer: Actor) -> None:
    for act in (make_snapshot, newest_snapshot):
        with pytest.raises(Forbidden):
            act(filled, viewer)
    assert not (filled.settings.home / FOLDER).exists()


def test_one_that_fails_leaves_the_one_before(filled: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    before = make_snapshot(filled, SYSTEM)
    monkeypatch.setattr("orchflow.reports.snapshot.ROWS", "none")
    with pytest.raises(TypeError):
        make_snapshot(filled, SYSTEM)
    assert newest_snapshot(filled, SYSTEM) == before
    assert len(list(before.path.parent.iterdir())) == 2
    assert make_snapshot_again(filled, monkeypatch).made_at > before.made_at


def make_snapshot_again(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.undo()
    return make_snapshot(ws, SYSTEM)


def test_the_command_writes_it_where_it_is_wanted(filled: Workspace, tmp_path: Path) -> None:
    add_user(filled.store, SYSTEM, username="ada", display_name="Ada", role="analyst")
    document = carry_out(filled, "snapshot", {"out": str(tmp_path / "all.duckdb"), "user": "ada"}).document
    with opened(tmp_path / "all.duckdb") as file:
        assert dict(file.execute("from about").fetchall())["rights"] == "analyst"
    assert {table["name"] for table in document["tables"]} == DATASETS.keys() - {"hourly_rates"}
    written = carry_out(
        filled,
        "export",
        {"dataset": "usage_events", "out": str(tmp_path / "out.csv"), "where": {"caller": ["writer"]}},
    )
    assert (written.document["rows"], written.document["texts_cut_off"]) == (1, 0)
