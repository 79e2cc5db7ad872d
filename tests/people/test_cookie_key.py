"""The key that signs the cookie of a session."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from orchflow.errors import ConfigError
from orchflow.people.cookie_key import KEY_FILE, cookie_key


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    key = cookie_key(tmp_path / "home")
    assert len(key) >= 60
    assert cookie_key(tmp_path / "home") == key
    assert stat.S_IMODE((tmp_path / "home" / KEY_FILE).stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "home").iterdir()] == [KEY_FILE]


def test_another_home_has_another_key(tmp_path: Path) -> None:
    assert cookie_key(tmp_path / "one") != cookie_key(tmp_path / "two")


def test_a_key_that_others_could_read_is_closed(tmp_path: Path) -> None:
    cookie_key(tmp_path)
    (tmp_path / KEY_FILE).chmod(0o644)
    cookie_key(tmp_path)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_servers_that_start_together_have_one_key(tmp_path: Path) -> None:
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(cookie_key(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe" * 40])
def test_a_key_that_is_none_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(ConfigError, match=KEY_FILE) as refused:
        cookie_key(tmp_path)
    assert "Delete the file" in refused.value.hint
