"""What others leave, or remove, or forbid at the same moment stops nobody."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from orchflow.disk.file_lock import unlink_empty
from orchflow.disk.unfinished import WRITING, remove_unfinished


def test_what_another_process_has_just_removed_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.unfinished").mkdir()
        os.utime(tmp_path / f"{name}.unfinished", (0, 0))
    (tmp_path / "c.unfinished").mkdir()
    (tmp_path / "c.unfinished" / WRITING).touch()
    remove = Path.rmdir

    def raced(folder: Path) -> None:
        remove(folder)
        remove(folder)

    monkeypatch.setattr(Path, "rmdir", raced)
    remove_unfinished(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("refused_by", ["open", "unlink"])
def test_an_empty_database_that_may_not_be_written_is_left_to_whoever_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused_by: str
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    (tmp_path / "warehouse.duckdb").touch()
    monkeypatch.setattr(Path, refused_by, refused)
    unlink_empty(tmp_path / "warehouse.duckdb")
    assert (tmp_path / "warehouse.duckdb").exists()
