"""Changing and removing a source: what is tried, what stays, what is refused, and what is never told."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchflow.config.edit import source_in, with_changes, without_source
from orchflow.config.secrets_file import keep_secret, read_secrets
from orchflow.config.settings import load_settings
from orchflow.disk.file_lock import locked
from orchflow.errors import ConfigError, Forbidden, Invalid, NotFound
from orchflow.ingest import progress, settings_file
from orchflow.ingest.change_source import change_source, try_change
from orchflow.ingest.connect import (
    ChangedMeanwhile,
    DoesNotWork,
    connect,
    disconnect,
    kept_source,
    try_connection,
)
from orchflow.ingest.connection import Connection
from orchflow.ingest.forget import forget_source
from orchflow.ingest.progress import BeingRead
from orchflow.ingest.reconcile import list_removed
from orchflow.ingest.run import run_source, source_status
from orchflow.ingest.schedule import Scheduler
from orchflow.ingest.status import newest_event
from orchflow.metrics.filters import Filters
from orchflow.metrics.read import figure
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.workspace import Workspace
from tests.contract.fake_dataset import Dataset
from tests.contract.fake_orchestrator import PASSWORD, SERVICE, FakeOrchestrator
from tests.metrics.facts import asked

BY_HAND = """\
# Northwind's own settings
workspace: {name: Northwind, start_date: 2026-05-01}   # Day 1

sources:
  # the bill of last year
  - name: files
    kind: usage_file
    path: "/srv/*.csv"   # by the finance team
  # the platform
  - name: platform   # ours
    kind: orchestrator_api
    url: https://orchestrator.example   # inside
    email: flow@example.com
    password: ${PLATFORM_PASSWORD}
    schedule: 15 * * * *
  # end of the sources

  - {name: db, kind: orchestrator_db, url: "postgresql://reader:${DB_PASSWORD}@db.example/x"}
targets:
  error_rate: 0.02
"""


@pytest.fixture
def platform() -> Iterator[FakeOrchestrator]:
    with FakeOrchestrator("enterprise", Dataset(calls=5)) as server:
        yield server


@pytest.fixture
def by_hand(ws: Workspace) -> Workspace:
    """A workspace whose settings somebody wrote, with secrets kept beside the data."""
    for name in ("PLATFORM_PASSWORD", "DB_PASSWORD"):
        keep_secret(ws.settings.home, name, f"hush {name}" if name[0] == "P" else "hush%20DB")
    file_of(ws).write_text(BY_HAND)
    ws.take_sources(load_settings(ws.settings.home, file_of(ws)))
    return ws


def file_of(ws: Workspace) -> Path:
    assert ws.settings.config_file is not None
    return ws.settings.config_file


def change(ws: Workspace, name: str = "platform", /, **changes: str | None) -> None:
    change_source(ws, SYSTEM, name, changes, kept_source(ws, SYSTEM, name).version, untried=True)


def lines(ws: Workspace) -> list[str]:
    return file_of(ws).read_text().splitlines()


def test_what_is_changed_is_tried_before_it_is_written(ws: Workspace, platform: FakeOrchestrator) -> None:
    connect(ws, SYSTEM, Connection("orchestrator_api", "platform", platform.url, SERVICE, PASSWORD))
    before, kept = file_of(ws).read_text(), kept_source(ws, SYSTEM, "platform")
    assert kept.connection == Connection("orchestrator_api", "platform", platform.url, SERVICE)
    for act in (connect, try_connection):
        with pytest.raises(Invalid, match="is the name of another source"):
            act(ws, SYSTEM, replace(kept.connection, password=PASSWORD))
    wrong = {"password": "let-me-in"}
    assert [check.name for check in try_change(ws, SYSTEM, "platform", wrong) if check.ok is False] == [
        "sign-in"
    ]
    with pytest.raises(DoesNotWork, match="does not work yet") as refused:
        change_source(ws, SYSTEM, "platform", wrong, kept.version)
    assert "let-me-in" not in f"{refused.value} {refused.value.hint} {refused.value.checks}"
    assert file_of(ws).read_text() == before
    change_source(ws, SYSTEM, "platform", {"schedule": "0 4 * * *"}, kept.version)
    assert run_source(ws, SYSTEM, "platform").state == "done"
    (status,) = source_status(ws)
    assert status.schedule == "0 4 * * *"


def test_a_platform_that_cannot_be_reached_is_not_connected_unless_it_is_wanted_so(ws: Workspace) -> None:
    wanted = Connection("orchestrator_api", "platform", "http://127.0.0.1:9", SERVICE, PASSWORD)
    with pytest.raises(DoesNotWork):
        connect(ws, SYSTEM, wanted)
    assert (ws.settings.sources, read_secrets(ws.settings.home)) == ((), {})
    connect(ws, SYSTEM, wanted, untried=True)
    assert [source.name for source in ws.settings.sources] == ["platform"]


def test_everything_else_in_the_file_stays_as_it_was(by_hand: Workspace) -> None:
    before = lines(by_hand)
    change(by_hand, schedule="", web_url="https://web.example/")
    after = lines(by_hand)
    assert [line for line in before if line not in after] == ["    schedule: 15 * * * *"]
    assert [line for line in after if line not in before] == [
        "    schedule: null", '    web_url: "https://web.example/"',
    ]  # fmt: skip
    change(by_hand, "db", url="postgresql://reader@db.example/y")
    assert 'url: "postgresql://reader:${DB_PASSWORD}@db.example/y"}' in file_of(by_hand).read_text()
    disconnect(by_hand, SYSTEM, "platform")
    left = lines(by_hand)
    assert {line for line in before if line.lstrip().startswith("#") or "#" in line} - {*left} == {
        "  - name: platform   # ours", "    url: https://orchestrator.example   # inside",
    }  # fmt: skip
    assert [source.name for source in by_hand.settings.sources] == ["files", "db"]
    for name in ("db", "files"):
        disconnect(by_hand, SYSTEM, name)
    assert "sources: []" in lines(by_hand)
    connect(
        by_hand,
        SYSTEM,
        Connection("orchestrator_api", "new", "https://x.example", "a@x.example", "p"),
        untried=True,
    )
    assert "  - name: new" in lines(by_hand)


@pytest.mark.parametrize(
    "text",
    [
        "sources:\n- name: a\n  kind: k\n- name: b\n  kind: k\n",
        "sources:\n  -\n    name: a\n    kind: k\n    url: |\n      x\n      y\n  - {name: b, kind: k}\n# end",
        "sources: [{name: a, kind: k}, {name: b, kind: k}]\n",
        "sources:\n  - name: b\n    kind: k\n  # of a\n  - &a\n    name: a\n    kind: k",
    ],
)
def test_sources_are_found_however_they_are_written(text: str) -> None:
    changed = with_changes(text, "a", {"url": "https://x, {y}: #1", "kind": None})
    assert source_in(changed, "a") == {"name": "a", "kind": None, "url": "https://x, {y}: #1"}
    assert source_in(changed, "b") == source_in(text, "b")
    rest = without_source(text, "a")
    assert (source_in(rest, "a"), source_in(rest, "b")) == (None, source_in(text, "b"))
    assert [line for line in text.splitlines() if line.startswith(("#", "  #"))] == [
        line for line in rest.splitlines() if line.startswith(("#", "  #"))
    ]


def test_what_only_a_hand_can_change_is_left_alone() -> None:
    text = "one: &a {name: a, kind: k}\nsources:\n  - *a\n"
    for act in (without_source, lambda text, name: with_changes(text, name, {"kind": "x"})):
        with pytest.raises(ConfigError, match="only a hand can change"):
            act(text, "a")


def test_a_new_password_takes_the_place_of_the_old_one(
    by_hand: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        change(by_hand, password="new one")
        change(by_hand, "db", password="p@ss w")
    assert read_secrets(by_hand.settings.home) == {
        "PLATFORM_PASSWORD_2": "new one",
        "DB_PASSWORD_2": "p%40ss%20w",
    }
    assert "postgresql://reader:${DB_PASSWORD_2}@db.example/x" in file_of(by_hand).read_text()
    assert "new one" not in caplog.text + file_of(by_hand).read_text()
    assert "changed the source platform (password)" in caplog.text
    change(by_hand, password="")
    assert "PLATFORM_PASSWORD_2" in read_secrets(by_hand.settings.home)
    disconnect(by_hand, SYSTEM, "platform")
    assert read_secrets(by_hand.settings.home) == {"DB_PASSWORD_2": "p%40ss%20w"}


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("platform", {"url": "https://elsewhere.example"}),
        ("platform", {"url": "http://orchestrator.example"}),
        ("platform", {"email": "other@example.com"}),
        ("db", {"url": "postgresql://reader@elsewhere.example/x"}),
        ("db", {"url": "postgresql://other@db.example/x"}),
    ],
)
def test_a_kept_password_is_not_said_to_anybody_else(
    by_hand: Workspace, name: str, changes: dict[str, str]
) -> None:
    for act in (try_change, lambda ws, actor, name, changes: change(ws, name, **changes)):
        with pytest.raises(Invalid, match="Password: is asked for again"):
            act(by_hand, SYSTEM, name, changes)
    change(by_hand, name, **changes, password="new")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "htp://x", "password": "p"}, "Address: is not a URL"),
        ({"url": "https://${HOME}", "password": "p"}, "Address: names a variable"),
        ({"email": "flow", "password": "p"}, "E-mail address: is not an e-mail address"),
        ({"schedule": "now and then"}, "Schedule: is not a cron schedule"),
        ({"password": "${NOT_SET}"}, "is not set in the server's environment"),
        ({"name": "other"}, "Name: stays as it is"),
        ({"kind": "orchestrator_db"}, "Kind: stays as it is"),
        ({"web_url": "x"}, "Address of the web application: is not a URL"),
    ],
)
def test_values_that_cannot_be_right_change_nothing(
    by_hand: Workspace, changes: dict[str, str], said: str
) -> None:
    with pytest.raises(Invalid) as refused:
        change(by_hand, **changes)
    assert said in str(refused.value)
    assert file_of(by_hand).read_text() == BY_HAND


def test_two_who_change_it_at_once_do_not_undo_each_other(by_hand: Workspace) -> None:
    seen = kept_source(by_hand, SYSTEM, "platform")
    change(by_hand, password="of the first")
    with pytest.raises(ChangedMeanwhile, match="changed by somebody else"):
        change_source(by_hand, SYSTEM, "platform", {"password": "x"}, seen.version, untried=True)
    with pytest.raises(ChangedMeanwhile):
        disconnect(by_hand, SYSTEM, "platform", seen.version)
    with (
        locked(by_hand.settings.home / "settings.lock"),
        pytest.raises(ConfigError, match="by somebody else"),
    ):
        disconnect(by_hand, SYSTEM, "platform")
    told: list[str] = []

    def remove() -> None:
        try:
            disconnect(by_hand, SYSTEM, "platform")
        except (NotFound, ConfigError) as error:
            told.append(str(error))

    threads = [threading.Thread(target=remove) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 3
    assert [source.name for source in by_hand.settings.sources] == ["files", "db"]


def test_what_is_not_ours_to_write_is_said_so(by_hand: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    files = kept_source(by_hand, SYSTEM, "files")
    assert "Files of usage are described in" in files.locked
    assert not files.fixed
    with pytest.raises(ConfigError, match="are described in the settings file"):
        change_source(by_hand, SYSTEM, "files", {"schedule": "0 1 * * *"}, files.version)
    file_of(by_hand).chmod(0o444)
    assert "may not be written" in kept_source(by_hand, SYSTEM, "platform").fixed
    acts: list[Any] = [
        lambda: disconnect(by_hand, SYSTEM, "platform"),
        lambda: change_source(by_hand, SYSTEM, "platform", {"schedule": ""}, "x"),
        lambda: connect(by_hand, SYSTEM, Connection("orchestrator_api", "n", "https://x", "a@b", "p")),
    ]
    for act in acts:
        with pytest.raises(ConfigError, match="may not be written"):
            act()
    file_of(by_hand).chmod(0o644)
    monkeypatch.setenv("ORCHFLOW_SOURCES", "[]")
    assert "ORCHFLOW_SOURCES" in kept_source(by_hand, SYSTEM, "platform").locked
    for act in acts:
        with pytest.raises(ConfigError, match="ORCHFLOW_SOURCES"):
            act()
    monkeypatch.delenv("ORCHFLOW_SOURCES")
    file_of(by_hand).write_text("sources: [")
    assert "orchflow.yaml" in kept_source(by_hand, SYSTEM, "platform").fixed
    with pytest.raises(ConfigError, match=r"orchflow\.yaml"):
        disconnect(by_hand, SYSTEM, "platform")
    file_of(by_hand).write_text("sources: []")
    assert "no longer has it" in kept_source(by_hand, SYSTEM, "platform").fixed
    with pytest.raises(NotFound):
        kept_source(by_hand, SYSTEM, "nobody")


def test_what_cannot_be_read_afterwards_is_taken_back(by_hand: Workspace) -> None:
    secrets = read_secrets(by_hand.settings.home)
    with pytest.raises(ConfigError, match="is not a setting"):
        settings_file.rewrite(by_hand, lambda text: text + "nothing: 1\n", {"X": "new"})
    assert (file_of(by_hand).read_text(), read_secrets(by_hand.settings.home)) == (BY_HAND, secrets)


def test_one_that_is_read_now_is_not_removed(by_hand: Workspace) -> None:
    with progress.running(by_hand.warehouse.path, "platform"), pytest.raises(BeingRead):
        disconnect(by_hand, SYSTEM, "platform")


def test_schedules_follow_at_once(by_hand: Workspace) -> None:
    schedule = Scheduler(by_hand)
    schedule.start()
    try:
        assert schedule.planned() == ["platform"]
        change(by_hand, schedule="0 0 1 1 *")
        change(by_hand, "db", schedule="0 0 2 1 *")
        assert sorted(schedule.planned()) == ["db", "platform"]
        change(by_hand, schedule=None)
        disconnect(by_hand, SYSTEM, "db")
        assert schedule.planned() == []
    finally:
        schedule.stop()


def test_what_was_loaded_stays(ws: Workspace, platform: FakeOrchestrator) -> None:
    connect(ws, SYSTEM, Connection("orchestrator_api", "platform", platform.url, SERVICE, PASSWORD))
    run_source(ws, SYSTEM, "platform")
    calls = newest_event(ws)
    disconnect(ws, SYSTEM, "platform")
    assert newest_event(ws) == calls is not None
    (status,) = source_status(ws)
    assert (status.name, status.configured) == ("platform", False)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_change_and_remove(by_hand: Workspace, role: Role) -> None:
    somebody = Actor(None, "somebody", "Somebody", role)
    acts: list[Any] = [
        lambda: kept_source(by_hand, somebody, "platform"),
        lambda: try_change(by_hand, somebody, "platform", {}),
        lambda: change_source(by_hand, somebody, "platform", {}, "x"),
        lambda: disconnect(by_hand, somebody, "platform"),
        lambda: forget_source(by_hand, somebody, "platform"),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act()


def test_what_was_loaded_is_taken_away_when_it_is_wanted_so(
    ws: Workspace, platform: FakeOrchestrator
) -> None:
    wanted = Connection("orchestrator_api", "platform", platform.url, SERVICE, PASSWORD)
    connect(ws, SYSTEM, wanted)
    run_source(ws, SYSTEM, "platform")
    before = figure(asked(ws, Filters(date(2000, 1, 1), date(2100, 1, 1))), "calls").value
    with pytest.raises(ConfigError, match="is still connected"):
        forget_source(ws, SYSTEM, "platform")
    disconnect(ws, SYSTEM, "platform")
    assert forget_source(ws, SYSTEM, "platform").state == "done"
    assert newest_event(ws) is None
    assert len(list_removed(ws, SYSTEM, "platform")) >= before > 0
    with pytest.raises(NotFound, match="Nothing was loaded"):
        forget_source(ws, SYSTEM, "nobody")
    connect(ws, SYSTEM, wanted)
    run_source(ws, SYSTEM, "platform")
    assert figure(asked(ws, Filters(date(2000, 1, 1), date(2100, 1, 1))), "calls").value == before
