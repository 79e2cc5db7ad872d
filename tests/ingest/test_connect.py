"""Connecting a platform from the browser: what is tried, what is kept where, and what is never told."""

from __future__ import annotations

import logging
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from orchflow.config.edit import with_source
from orchflow.config.secrets_file import SECRETS_FILE, keep_secret, read_secrets
from orchflow.config.settings import Settings, load_settings
from orchflow.errors import ConfigError, Forbidden, Invalid, StoreError
from orchflow.ingest.connect import connect, try_connection
from orchflow.ingest.connection import Connection
from orchflow.ingest.run import run_source
from orchflow.ingest.schedule import Scheduler
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.workspace import Workspace
from tests.contract.fake_dataset import Dataset
from tests.contract.fake_orchestrator import PASSWORD, SERVICE, FakeOrchestrator

BY_HAND = """\
# Northwind's own settings
workspace: {name: Northwind, start_date: 2026-05-01}   # Day 1

sources:
  # the bill of last year
  - name: files
    kind: usage_file
    path: "/srv/*.csv"   # by the finance team
targets:
  error_rate: 0.02
"""


@pytest.fixture
def platform(tmp_path: Path):  # type: ignore[no-untyped-def]
    with FakeOrchestrator("enterprise", Dataset(calls=20)) as server:
        yield server


def api(address: str, **more: object) -> Connection:
    return replace(Connection("orchestrator_api", "platform", address, SERVICE, PASSWORD), **more)  # type: ignore[arg-type]


def file_of(ws: Workspace) -> Path:
    assert ws.settings.config_file is not None
    return ws.settings.config_file


def test_what_works_is_told_and_nothing_is_kept(ws: Workspace, platform: FakeOrchestrator) -> None:
    before = file_of(ws).read_text()
    checks = try_connection(ws, SYSTEM, api(platform.url))
    assert [check.message for check in checks if check.ok is False] == []
    assert (file_of(ws).read_text(), ws.settings.sources) == (before, ())
    assert not (ws.settings.home / SECRETS_FILE).exists()


def test_a_wrong_password_is_told_in_words_without_it(ws: Workspace, platform: FakeOrchestrator) -> None:
    checks = try_connection(ws, SYSTEM, api(platform.url, password="let-me-in"))
    bad = [check for check in checks if check.ok is False]
    assert bad
    assert "let-me-in" not in repr(checks)


def test_what_is_connected_can_be_loaded_at_once(
    ws: Workspace, platform: FakeOrchestrator, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        connect(ws, SYSTEM, api(platform.url, schedule="15 * * * *"))
    assert [source.name for source in ws.settings.sources] == ["platform"]
    assert run_source(ws, SYSTEM, "platform").state == "done"
    assert PASSWORD not in caplog.text
    assert PASSWORD not in file_of(ws).read_text()
    assert "password: ${PLATFORM_PASSWORD}" in file_of(ws).read_text()
    secrets = ws.settings.home / SECRETS_FILE
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert read_secrets(ws.settings.home) == {"PLATFORM_PASSWORD": PASSWORD}
    with ws.store.read() as session:
        history = str(
            [tuple(row) for row in session.connection().exec_driver_sql("select * from change").all()]
        )
    assert PASSWORD not in history


def test_the_server_reads_it_again_when_it_starts(ws: Workspace, platform: FakeOrchestrator) -> None:
    connect(ws, SYSTEM, api(platform.url))
    again = load_settings(ws.settings.home, file_of(ws))
    assert again.sources == ws.settings.sources
    assert PASSWORD not in repr(again)


def test_the_password_of_a_database_may_stand_in_its_address_or_beside_it(ws: Workspace) -> None:
    odd = "p@ss:w/rd %"
    connect(
        ws,
        SYSTEM,
        Connection("orchestrator_db", "db", "postgresql://reader@db.example:5432/postgres", password=odd),
        untried=True,
    )
    connect(
        ws,
        SYSTEM,
        Connection("orchestrator_db", "other", "postgresql://reader:p%40ss@db.example/postgres"),
        untried=True,
    )
    text = file_of(ws).read_text()
    assert "postgresql://reader:${DB_PASSWORD}@db.example:5432/postgres" in text
    assert "p%40ss" not in text
    urls = [source.url.get_secret_value() for source in ws.settings.sources]  # type: ignore[union-attr]
    assert urls == [
        "postgresql://reader:p%40ss%3Aw%2Frd%20%25@db.example:5432/postgres",
        "postgresql://reader:p%40ss@db.example/postgres",
    ]


def test_a_password_of_the_environment_is_kept_nowhere(
    ws: Workspace, platform: FakeOrchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULTED", PASSWORD)
    connect(ws, SYSTEM, api(platform.url, password="${VAULTED}"))
    assert "password: ${VAULTED}" in file_of(ws).read_text()
    assert not (ws.settings.home / SECRETS_FILE).exists()
    monkeypatch.delenv("VAULTED")
    with pytest.raises(Invalid, match="is not set in the server's environment"):
        try_connection(ws, SYSTEM, api(platform.url, password="${VAULTED}"))


def test_a_password_of_the_environment_is_tried_as_it_is_kept(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = Connection(
        "orchestrator_db", "db", "postgresql://reader@db.example/postgres", password="${VAULTED}"
    )
    within = Connection("orchestrator_db", "other", "postgresql://reader:${VAULTED}@db.example/postgres")
    monkeypatch.setenv("VAULTED", "p@ss")
    for wanted in (beside, within):
        with pytest.raises(Invalid, match="letters that no address may have") as refused:
            try_connection(ws, SYSTEM, wanted)
        assert "p@ss" not in str(refused.value)
    monkeypatch.setenv("VAULTED", "p%40ss")
    connect(ws, SYSTEM, beside, untried=True)
    connect(ws, SYSTEM, within, untried=True)
    assert file_of(ws).read_text().count("postgresql://reader:${VAULTED}@db.example/postgres") == 2
    assert {source.url.get_secret_value() for source in ws.settings.sources} == {  # type: ignore[union-attr]
        "postgresql://reader:p%40ss@db.example/postgres"
    }
    assert not (ws.settings.home / SECRETS_FILE).exists()


def test_what_is_described_can_be_told_without_its_password() -> None:
    told = repr(
        Connection("orchestrator_db", "db", "postgresql://reader:hush@db.example/postgres", password="hush")
    )
    assert "hush" not in told


def test_a_secret_does_not_take_the_name_of_another(
    ws: Workspace, platform: FakeOrchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATFORM_PASSWORD", "of something else")
    connect(ws, SYSTEM, api(platform.url))
    assert read_secrets(ws.settings.home) == {"PLATFORM_PASSWORD_2": PASSWORD}
    assert ws.settings.sources[0].password.get_secret_value() == PASSWORD  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "htp://x"}, "Address: is not a URL"),
        ({"url": ""}, "Address: is missing"),
        ({"url": "https://me:secret@x.example"}, "Address: holds a username or password"),
        ({"name": "Über uns"}, "Name: is not a source name"),
        ({"email": "flow"}, "E-mail address: is not an e-mail address"),
        ({"password": ""}, "Password: is missing"),
        ({"schedule": "now and then"}, "Schedule: is not a cron schedule"),
        ({"web_url": "x"}, "Address of the web application: is not a URL"),
        ({"kind": "orchestrator_db", "url": "mysql://r@x/y"}, "Address: is not a PostgreSQL address"),
        ({"kind": "orchestrator_db", "url": "postgresql://db.example/postgres"}, "Address: names no user"),
        ({"kind": "orchestrator_db", "url": "postgresql://r@[x/y"}, "Address: is not a PostgreSQL address"),
        (
            {"kind": "orchestrator_db", "url": "postgresql://r@x/y?sslpassword=a"},
            "Address: holds sslpassword",
        ),
        ({"name": "platform\n"}, "Name: is not a source name"),
        (
            {"password": "${ORCHFLOW_DATABASE_URL}"},
            "Password: ${ORCHFLOW_DATABASE_URL} is a setting of this server",
        ),
        ({"url": "https://x.example/${HOME}"}, "Address: names a variable"),
        ({"email": "${HOME}@x.example"}, "E-mail address: names a variable"),
    ],
)
def test_values_that_cannot_be_right_are_told_by_their_field(
    ws: Workspace, wrong: dict[str, str], said: str
) -> None:
    wanted = api("https://orchestrator.example", **wrong)
    for act in (try_connection, connect):
        with pytest.raises(Invalid) as refused:
            act(ws, SYSTEM, wanted)
        assert said in str(refused.value)
        assert str(refused.value).count(said) == 1
        assert PASSWORD not in str(refused.value)
    assert not (ws.settings.home / SECRETS_FILE).exists()


def test_what_is_wrong_is_told_in_the_order_of_the_form(ws: Workspace) -> None:
    with pytest.raises(Invalid) as refused:
        connect(ws, SYSTEM, Connection("orchestrator_api", "Ü", "", web_url="x"))
    told = [problem.field for problem in refused.value.problems]
    assert told == ["Address", "E-mail address", "Password", "Name", "Address of the web application"]


def test_a_name_is_used_once(ws: Workspace) -> None:
    connect(ws, SYSTEM, api("https://orchestrator.example"), untried=True)
    with pytest.raises(Invalid, match="Name: platform is the name of another source"):
        connect(ws, SYSTEM, api("https://other.example"), untried=True)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MEMBER, Role.MANAGER, Role.ANALYST])
def test_only_administrators_connect(ws: Workspace, role: Role) -> None:
    somebody = Actor(None, "somebody", "Somebody", role)
    for act in (try_connection, connect):
        with pytest.raises(Forbidden):
            act(ws, somebody, api("https://orchestrator.example"))


def test_sources_of_the_environment_are_not_shadowed(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORCHFLOW_SOURCES", "[]")
    with pytest.raises(ConfigError, match="ORCHFLOW_SOURCES"):
        connect(ws, SYSTEM, api("https://orchestrator.example"), untried=True)


def test_a_file_that_cannot_be_written_leaves_no_secret_behind(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchflow.ingest import settings_file as module

    def full(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module, "replace_file", full)
    with pytest.raises(StoreError, match="cannot be written: Permission denied"):
        connect(ws, SYSTEM, api("https://orchestrator.example"), untried=True)
    assert read_secrets(ws.settings.home) == {}
    assert ws.settings.sources == ()


@pytest.mark.parametrize(
    "text", [b"workspace: [", b"a: 1\na: 2\n", b"\xff\xfe", b"a: 1\n---\nb: 2\n", b"sources: 3\n", b"- a\n"]
)
def test_a_file_that_somebody_broke_stays_as_it_is_and_no_secret_is_kept(ws: Workspace, text: bytes) -> None:
    file_of(ws).write_bytes(text)
    with pytest.raises(ConfigError, match=r"orchflow\.yaml"):
        connect(ws, SYSTEM, api("https://orchestrator.example"), untried=True)
    assert file_of(ws).read_bytes() == text
    assert not (ws.settings.home / SECRETS_FILE).exists()


def test_the_name_that_somebody_wrote_into_the_file_meanwhile_is_not_used_again(ws: Workspace) -> None:
    text = with_source(
        file_of(ws).read_text(), {"name": "platform", "kind": "usage_file", "path": "/y/*.csv"}
    )
    file_of(ws).write_text(text)
    with pytest.raises(ConfigError, match="'platform' is used twice"):
        connect(ws, SYSTEM, api("https://orchestrator.example"), untried=True)
    assert (file_of(ws).read_text(), read_secrets(ws.settings.home)) == (text, {})


def test_without_a_settings_file_one_is_made_beside_the_data(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare = ws.settings.model_copy(update={"config_file": None})
    object.__setattr__(ws, "settings", bare)
    connect(ws, SYSTEM, api("https://orchestrator.example"), untried=True)
    file = ws.settings.home / "orchflow.yaml"
    assert ws.settings.config_file == file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    monkeypatch.chdir(tmp_path / "home")
    assert load_settings(ws.settings.home).sources == ws.settings.sources


def test_all_else_in_the_file_stays_as_somebody_wrote_it() -> None:
    text = with_source(BY_HAND, {"name": "platform", "kind": "orchestrator_api"})
    for line in BY_HAND.splitlines():
        assert line in text.splitlines()
    assert "  - name: platform\n    kind: orchestrator_api\n" in text
    assert text.index("targets:") > text.index("name: platform")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}\n",
        "# only words\n",
        "sources: []\n",
        "sources:\n",
        "sources:\n- name: a\n  kind: usage_file\n  path: x\n",
    ],
)
def test_a_source_is_added_to_any_settings_file(
    text: str, make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    file = tmp_path / "some.yaml"
    file.write_text(
        with_source(text, {"name": "b", "kind": "usage_file", "path": "/y/*.csv"}), encoding="utf-8"
    )
    assert load_settings(tmp_path, file).sources[-1].name == "b"
    assert all(
        line in file.read_text().splitlines() for line in text.splitlines() if line.startswith(("#", "- "))
    )


def test_a_schedule_begins_without_a_new_start(ws: Workspace) -> None:
    schedule = Scheduler(ws)
    schedule.start()
    try:
        connect(ws, SYSTEM, api("https://orchestrator.example", schedule="0 0 1 1 *"), untried=True)
        assert schedule.planned() == ["platform"]
    finally:
        schedule.stop()


def test_secrets_that_others_may_read_are_shut(tmp_path: Path) -> None:
    keep_secret(tmp_path, "A", "ü: #1")
    file = tmp_path / SECRETS_FILE
    file.chmod(0o644)
    assert read_secrets(tmp_path) == {"A": "ü: #1"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("- a\n")
    with pytest.raises(ConfigError, match="is not a list of NAME: value"):
        read_secrets(tmp_path)
