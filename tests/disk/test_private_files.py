"""The data is for its owner alone: from the start, and after it was opened where it was not."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from orchflow.backups.make import back_up
from orchflow.config.settings import Settings
from orchflow.disk import private_files
from orchflow.disk.private_files import foreign, is_its_own, keep_private, open_to_others, take_back
from orchflow.doctor import examine
from orchflow.errors import StoreError
from orchflow.workspace import Workspace, open_workspace, plan_store_alone

MakeSettings = Callable[..., Settings]


def check(ws: Workspace, name: str) -> dict[str, Any]:
    return next(found for found in examine(ws) if found["name"] == name)


def test_a_new_workspace_is_its_owners_alone(make_settings: MakeSettings) -> None:
    settings = make_settings()
    with closing(open_workspace(settings)) as ws:
        assert settings.home.stat().st_mode & 0o777 == 0o700
        assert {file.name for file in settings.home.iterdir()} >= {"plan.sqlite", "warehouse.duckdb"}
        assert open_to_others(settings.home) == []
        assert check(ws, "privacy")["ok"]


def test_an_older_workspace_is_closed_when_it_is_opened(make_settings: MakeSettings, ws: Workspace) -> None:
    home = ws.settings.home
    back_up(ws, home / "backups" / "one")
    ws.close()
    (home / "drafts").mkdir()
    (home / "drafts" / "a.json").write_text("{}")
    for path in (home, *home.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o664)

    with closing(open_workspace(ws.settings)):
        assert open_to_others(home) == []
        assert (home / "backups" / "one").stat().st_mode & 0o777 == 0o700


def test_the_plan_store_alone_is_closed_as_well(make_settings: MakeSettings) -> None:
    settings = make_settings()
    settings.home.mkdir(mode=0o755)
    with plan_store_alone(settings):
        assert open_to_others(settings.home) == []


def test_backups_that_lie_elsewhere_are_closed_and_their_folder_is_not_touched(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    keep_private()
    shared = tmp_path / "shared"
    settings = make_settings(backups={"folder": str(shared)})
    with closing(open_workspace(settings)) as ws:
        back_up(ws, shared / "one")
        shared.chmod(0o755)
        (shared / "one" / "plan" / "plan.sqlite").chmod(0o644)
        (shared / "notes.txt").write_text("of somebody else")
        (shared / "notes.txt").chmod(0o644)
        told = check(ws, "privacy")
        assert (told["ok"], told["hint"]) == (False, f"Run: chmod -R go= {shared / 'one'}")

    with closing(open_workspace(settings)) as ws:
        assert open_to_others(shared / "one") == []
        assert shared.stat().st_mode & 0o777 == 0o755
        assert (shared / "notes.txt").stat().st_mode & 0o777 == 0o644
        assert check(ws, "privacy")["ok"]


def test_what_a_link_leads_to_is_left_alone(tmp_path: Path) -> None:
    home, outside = tmp_path / "home", tmp_path / "outside.txt"
    home.mkdir()
    outside.write_text("of somebody else")
    (home / "link").symlink_to(outside)
    (home / "gone").symlink_to(tmp_path / "nowhere")
    (home / "folder").symlink_to(tmp_path, target_is_directory=True)
    take_back(home)

    assert outside.stat().st_mode & 0o777 == 0o644
    assert open_to_others(home) == []


def test_programs_keep_what_their_owner_may_do_with_them(tmp_path: Path) -> None:
    (tmp_path / "tool").touch(mode=0o755)
    take_back(tmp_path)

    assert (tmp_path / "tool").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("folder", ["/", "/tmp", "/var", "/usr", "/home"])
def test_the_systems_folders_are_never_closed(folder: str) -> None:
    assert not is_its_own(Path(folder))


def test_neither_is_one_around_the_program_nor_one_around_homes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_its_own(private_files.app_root())
    assert not is_its_own(private_files.app_root().parent)
    monkeypatch.setenv("HOME", str(tmp_path / "people" / "ada"))
    assert not is_its_own(tmp_path / "people")
    assert is_its_own(tmp_path / "people" / "ada"), "a service's own user has its data there"
    monkeypatch.setattr("orchflow.disk.private_files.app_root", lambda: tmp_path / "program")
    (tmp_path / "program").mkdir(mode=0o755)
    take_back(tmp_path)
    assert (tmp_path / "program").stat().st_mode & 0o777 == 0o755


def test_what_belongs_to_somebody_else_is_told(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check(ws, "owner")["ok"]
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    told = check(ws, "owner")

    assert not told["ok"]
    assert str(ws.settings.home) in told["message"]
    assert told["hint"].startswith("Run as administrator: chown -R 12345 ")
    assert set(foreign(ws.settings.home)) >= {ws.settings.home, ws.settings.home / "plan.sqlite"}


@pytest.mark.parametrize("what", ["home", "plan.sqlite", "warehouse.duckdb"])
@pytest.mark.parametrize(
    ("reason", "said"),
    [("owner", "belongs to the user"), ("mode", "its mode is"), ("disk", "mounted read-only")],
)
def test_data_that_cannot_be_written_is_refused_with_the_reason(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, what: str, reason: str, said: str
) -> None:
    ws.close()
    home = ws.settings.home
    locked = home if what == "home" else home / what
    monkeypatch.setattr(os, "access", lambda path, needed: Path(path) != locked)
    if reason == "owner":
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    if reason == "disk":
        monkeypatch.setattr(os, "statvfs", lambda path: type("", (), {"f_flag": os.ST_RDONLY}))

    for opening in (open_workspace, lambda settings: plan_store_alone(settings).__enter__()):
        with pytest.raises(StoreError, match=said) as refused:
            opening(ws.settings)
        assert str(locked) in str(refused.value)
        assert "ORCHFLOW_HOME" in refused.value.hint
