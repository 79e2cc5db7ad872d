"""Backups that the server makes by itself: how many are kept, when one is missed, what doctor says of their age."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orchflow import clock
from orchflow.backups.known import in_folder
from orchflow.backups.make import back_up
from orchflow.backups.manifest import MANIFEST
from orchflow.backups.scheduled import age, back_up_scheduled, backup_state, last_due, trigger_of
from orchflow.config.settings import Settings
from orchflow.disk.unfinished import remove
from orchflow.errors import ConfigError
from orchflow.ingest import schedule
from orchflow.ingest.schedule import Scheduler, TimedAct
from orchflow.operations.upkeep import doctor
from orchflow.people.permissions import SYSTEM
from orchflow.planning.work.attachments import add_attachment
from orchflow.planning.work.efforts import create_effort
from orchflow.workspace import Workspace, open_workspace


@pytest.fixture
def backed_up(make_settings: Callable[..., Settings], tmp_path: Path) -> Iterator[Workspace]:
    """A workspace that keeps two scheduled backups on another disk."""
    settings = make_settings(backups={"schedule": "30 2 * * *", "keep": 2, "folder": str(tmp_path / "disk")})
    with closing(open_workspace(settings)) as ws:
        yield ws


def later(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    now = clock.now() + timedelta(**by)
    monkeypatch.setattr(clock, "now", lambda: now)


def test_the_newest_are_kept_and_nothing_else_is_removed(backed_up: Workspace, tmp_path: Path) -> None:
    back_up(backed_up, tmp_path / "disk" / "by hand")
    (tmp_path / "disk" / "scheduled-of-another").mkdir()
    made = [back_up_scheduled(backed_up)["made_at"] for _ in range(4)]

    scheduled = sorted(known.made_at.isoformat() for known in in_folder(tmp_path / "disk", "scheduled-*"))

    assert scheduled == made[-2:]
    assert (tmp_path / "disk" / "by hand").is_dir()
    assert (tmp_path / "disk" / "scheduled-of-another").is_dir()
    assert len(list((tmp_path / "disk").iterdir())) == 4


def test_the_backups_of_another_workspace_in_the_same_folder_are_not_taken_for_its_own(
    backed_up: Workspace, make_settings: Callable[..., Settings]
) -> None:
    other = backed_up.settings.model_copy(update={"home": backed_up.settings.home.with_name("other")})
    with closing(open_workspace(other)) as ws:
        back_up_scheduled(ws)
        assert backup_state(ws).last is not None

    assert backup_state(backed_up).last is None


def test_one_that_is_removed_while_it_is_looked_at_is_none(
    backed_up: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up_scheduled(backed_up)
    (made,) = in_folder(tmp_path / "disk")
    monkeypatch.setattr(Path, "glob", lambda *_: iter([made.folder / MANIFEST]))
    remove(made.folder)
    assert not [*in_folder(tmp_path / "disk")]


def test_a_new_workspace_has_time_until_its_first_night(
    backed_up: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = backup_state(backed_up)
    assert (fresh.last, fresh.ok) == (None, True)
    assert fresh.next_at is not None

    later(monkeypatch, days=2)
    assert backup_state(backed_up).ok is False
    check = next(check for check in doctor(backed_up).document["checks"] if check["name"] == "backups")
    assert (check["ok"], check["message"].split(";")[0]) == (False, "there is none yet")
    assert doctor(backed_up).exit_code == 1

    back_up_scheduled(backed_up)
    assert backup_state(backed_up).ok is True
    later(monkeypatch, days=3)
    late = backup_state(backed_up)
    assert (late.ok, age(late.last.made_at) if late.last else "") == (False, "3 days")


def test_where_none_is_scheduled_an_old_one_is_a_warning(
    make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with closing(open_workspace(make_settings(backups={"schedule": False}))) as ws:
        assert trigger_of(ws.settings.backups, ws) is None
        assert backup_state(ws).ok is None
        back_up(ws, tmp_path / "saved")
        assert backup_state(ws).ok is True
        later(monkeypatch, days=8)
        assert backup_state(ws).ok is None


def test_one_that_was_missed_is_caught_up_and_one_that_was_not_is_not(
    backed_up: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "TIMED_AFTER", timedelta(hours=1))
    trigger = trigger_of(backed_up.settings.backups, backed_up)
    assert trigger is not None

    def next_run() -> datetime:
        scheduler = Scheduler(
            backed_up, timed=[TimedAct("backup", trigger, list, lambda: last_due(backed_up))]
        )
        scheduler.start()
        try:
            found: datetime = scheduler._scheduler.get_job("backup").next_run_time
            return found
        finally:
            scheduler.stop()

    assert next_run() == trigger.get_next_fire_time(None, clock.now())
    later(monkeypatch, days=2)
    assert next_run() == clock.now() + timedelta(hours=1)


@pytest.mark.parametrize("wrong", [{"schedule": "at night"}, {"keep": 0}, {"kep": 3}])
def test_wrong_settings_are_named(make_settings: Callable[..., Settings], wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=rf"backups\.{next(iter(wrong))}"):
        make_settings(backups=wrong)


def test_age_in_words() -> None:
    ago = {
        words: timedelta(hours=hours)
        for words, hours in (("1 hour", 1.5), ("47 hours", 47.2), ("2 days", 49))
    }
    assert {words: age(clock.now() - past) for words, past in ago.items()} == {words: words for words in ago}
    assert age(clock.now()) == "less than an hour"


def test_doctor_names_attached_files_whose_content_is_gone(ws: Workspace) -> None:
    effort = create_effort(ws.store, SYSTEM, number=1, name="First")
    add_attachment(ws.store, ws.settings.home, SYSTEM, "effort", effort.id, filename="plan.pdf", content=b"x")

    def check() -> tuple[object, str]:
        return next(
            (c["ok"], c["message"]) for c in doctor(ws).document["checks"] if c["name"] == "attached files"
        )

    assert check() == (True, "1, all there")
    next(file for file in (ws.settings.home / "uploads").rglob("*") if file.is_file()).unlink()
    assert check() == (False, "the content of 1 is missing, among them plan.pdf")


def test_doctor_says_what_is_wrong_and_not_what_would_be_right(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ws.settings.home / "my keys" / "cookie.key"
    key.parent.mkdir(mode=0o700)
    key.write_text("k")
    key.chmod(0o644)
    monkeypatch.setattr("os.access", lambda *_: False)

    told = {check["name"]: check for check in doctor(ws).document["checks"]}

    assert (told["privacy"]["ok"], told["privacy"]["message"]) == (
        False,
        f"others can get at 1 of the data's files and folders, among them {key} (mode 644)",
    )
    assert told["privacy"]["hint"] == f"Run: chmod -R go= {ws.settings.home}"
    assert (told["data directory"]["ok"], told["data directory"]["message"]) == (
        False,
        f"nothing can be written to {ws.settings.home}",
    )
    assert doctor(ws).exit_code == 1
