"""A disk that is full: one clear sentence, nothing lost, and the next run finishes the work."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

ROWS = 250_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with room for an empty workspace and little more."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk to fill")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=9m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"this machine lets nobody mount a disk: {made.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def ingest(home: Path, config: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchflow.cli", "ingest", "run", "--json"],
        env={**os.environ, "ORCHFLOW_HOME": str(home), "ORCHFLOW_CONFIG": str(config)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_a_full_disk_is_named_and_the_next_run_finishes(small_disk: Path, tmp_path: Path) -> None:
    lines = [
        f"{uuid4()},2026-11-01T10:{number % 60:02d}:00Z,writer-{number % 50},0.01" for number in range(ROWS)
    ]
    (tmp_path / "usage.csv").write_text("event_id,occurred_at,caller,cost\n" + "\n".join(lines))
    config = tmp_path / "orchflow.yaml"
    config.write_text(f"sources: [{{name: files, kind: usage_file, path: '{tmp_path}/usage.csv'}}]")

    failed = ingest(small_disk / "home", config)

    assert failed.returncode == 1, failed.stdout + str(list((small_disk / "home").iterdir()))
    assert "Traceback" not in failed.stderr
    said = json.dumps(json.loads(failed.stdout)).lower()
    assert "full" in said or "space" in said

    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    again = ingest(small_disk / "home", config)

    assert again.returncode == 0, again.stderr
    (usage,) = [job for job in json.loads(again.stdout)["sources"][0]["jobs"] if job["job"] == "usage"]
    assert usage["read"] == ROWS
    assert ingest(small_disk / "home", config).returncode == 0
