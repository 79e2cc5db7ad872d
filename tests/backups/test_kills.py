"""A backup and a restore that are killed, at any step: what the next start finds is whole, and nothing half made is left."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from orchflow.backups.manifest import MANIFEST, check
from orchflow.errors import UsageError
from tests.processes import script

from .conftest import Place, Steps


def leftovers(place: Place) -> list[str]:
    """What no workspace holds when nothing goes on in it."""
    odd = ("restoring", ".unfinished", ".part", ".backup-", "part-", ".wal", "-wal", "-shm")
    return [str(path) for path in place.home.rglob("*") if any(word in path.name for word in odd)]


def kept_by(place: Place) -> set[Path]:
    """What restores have replaced."""
    return {*(place.home / "backups").glob("before-restore-*")}


@pytest.mark.slow
def test_a_restore_that_is_killed_at_any_step_is_whole_at_the_next_start(
    place: Place, steps: Steps, tmp_path: Path
) -> None:
    place.add("old")
    place.back_up(tmp_path / "old")
    place.add("new")
    place.back_up(tmp_path / "new")
    new, ends = place.state(), []
    assert steps.run(lambda: place.restore(tmp_path / "old"))
    old, names = place.state(), list(steps.names)
    assert old.teams == old.calls == ("old",)
    decided = next(number for number, name in enumerate(names) if name.endswith("journal.json.part"))
    place.restore(tmp_path / "new")

    apart = len(names) // 5
    tried = (
        *range(0, decided - 1, apart),
        *range(decided - 1, decided + 2),
        *range(decided + 2, len(names), apart),
    )
    for last in tried:
        kept = kept_by(place)
        assert not steps.run(lambda: place.restore(tmp_path / "old"), last)
        found = place.state()
        assert found in (old, new), f"neither, after {last} steps, before {names[last]}"
        assert leftovers(place) == [], names[last]
        assert len(kept_by(place) - kept) == (found == old), names[last]
        ends.append(found)
        if found == old:
            place.restore(tmp_path / "new")
    assert all(check(folder) for folder in kept_by(place))
    assert ends == sorted(ends, key=[new, old].index), "undone before the decision, finished after it"
    assert {*ends} == {old, new}


def test_a_backup_that_is_killed_at_any_step_is_no_backup_and_goes_at_the_next_one(
    place: Place, steps: Steps, tmp_path: Path
) -> None:
    place.add("first")
    assert steps.run(lambda: place.back_up(tmp_path / "kept" / "whole"))
    whole, count = place.state(), len(steps.names)
    listed = next(number for number, name in enumerate(steps.names) if name.endswith(MANIFEST))

    for last in (*range(0, count, count // 8), listed, listed + 2):
        target = tmp_path / "kept" / f"killed-{last}"
        if steps.run(lambda target=target: place.back_up(target), last):  # type: ignore[misc]
            continue
        if target.exists():
            check(target)  # the name was given at the end, to what was whole
        elif any(name.endswith(MANIFEST) for name in steps.names[:last]):
            check(target.with_name(target.name + ".unfinished"))
        else:
            with pytest.raises(UsageError, match="is not a backup"):
                check(target.with_name(target.name + ".unfinished"))
        assert place.state() == whole
        assert leftovers(place) == []
    place.back_up(tmp_path / "kept" / "after")
    assert not list((tmp_path / "kept").glob("*.unfinished"))


KILLED = """
import os, signal, sys
from pathlib import Path
from orchflow.backups import journal, restore
from orchflow.config.settings import load_settings
from orchflow.store import restore as plan_restore

owner, name, when, home, config, saved = sys.argv[1:]
owner = {"journal": journal, "plan": plan_restore}[owner]
act = getattr(owner, name)

def killed(*words):
    if when == "after":
        act(*words)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, killed)
restore.restore(load_settings(home=Path(home), config=Path(config)), Path(saved))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("owner", "name", "when", "finished"),
    [
        ("journal", "write", "before", {"sqlite": False, "postgresql": False}),
        ("journal", "write", "after", {"sqlite": True, "postgresql": False}),
        ("plan", "fill", "after", {"postgresql": True}),
        ("journal", "_carry_out", "after", {"sqlite": True, "postgresql": True}),
    ],
)
def test_a_process_that_is_killed_while_it_restores_leaves_all_or_nothing(
    place: Place, engine: str, tmp_path: Path, owner: str, name: str, when: str, finished: dict[str, bool]
) -> None:
    if engine not in finished:
        pytest.skip("it fills no database")
    place.add("old")
    place.back_up(tmp_path / "old")
    old = place.state()
    place.add("new")
    new = place.state()
    words = (owner, name, when, str(place.home), str(tmp_path / "orchflow.yaml"), str(tmp_path / "old"))

    ran = script(KILLED, *words, environment=os.environ)

    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert place.state() == (old if finished[engine] else new)
    assert leftovers(place) == []
