"""A disk that is full: one clear sentence, nothing lost, and the next run finishes the work."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pytest

from orchflow import clock
from orchflow.errors import NoSpace
from orchflow.people.permissions import SYSTEM
from orchflow.planning.work.attachments import AttachmentRow, add_attachment, read_attachment
from orchflow.planning.work.efforts import create_effort, list_efforts, update_effort
from orchflow.store.engine import open_store
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.load import load_batch
from orchflow.warehouse.sql import Query
from tests.processes import command

ROWS = 250_000
COUNT = Query.of("count", "select count(*) from usage_events")


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
    environment = {**os.environ, "ORCHFLOW_HOME": str(home), "ORCHFLOW_CONFIG": str(config)}
    return command("ingest", "run", "--json", environment=environment)


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


def test_pages_go_on_while_the_disk_is_full_and_loads_when_it_is_not(
    small_disk: Path, migrated_home: Path
) -> None:
    file = small_disk / "warehouse.duckdb"
    shutil.copyfile(migrated_home / "warehouse.duckdb", file)
    with closing(Warehouse.open(file)) as warehouse:
        load(warehouse, 10)
        fill(small_disk / "filler")

        with pytest.raises(NoSpace):
            load(warehouse, ROWS // 5)

        assert warehouse.value(COUNT) == 10
        (small_disk / "filler").unlink()
        load(warehouse, 20)
        assert warehouse.value(COUNT) == 20


def test_edits_and_attached_files_are_refused_in_a_sentence_and_kept_once_there_is_room(
    small_disk: Path, migrated_home: Path
) -> None:
    shutil.copyfile(migrated_home / "plan.sqlite", small_disk / "plan.sqlite")
    store = open_store(f"sqlite:///{small_disk / 'plan.sqlite'}", backups=small_disk / "backups")
    effort = create_effort(store, SYSTEM, number=1, name="First")

    def attach() -> AttachmentRow:
        return add_attachment(
            store, small_disk, SYSTEM, "effort", effort.id, filename="a.txt", content=b"x" * 9000
        )

    fill(small_disk / "filler")
    with pytest.raises(NoSpace, match="the disk is full"):
        update_effort(store, SYSTEM, effort.id, effort.version, {"description": "x" * 9000})
    with pytest.raises(NoSpace, match="the disk is full"):
        attach()
    assert list((small_disk / "uploads").iterdir()) == []
    assert [row.description for row in list_efforts(store, SYSTEM)] == [""]

    (small_disk / "filler").unlink()
    update_effort(store, SYSTEM, effort.id, effort.version, {"description": "x" * 9000})
    assert read_attachment(store, small_disk, SYSTEM, attach().id)[1].read_bytes() == b"x" * 9000
    store.dispose()


def load(warehouse: Warehouse, rows: int) -> None:
    ids = [str(number) for number in range(rows)]
    columns = {
        "event_id": ids, "occurred_at": [clock.now()] * rows, "caller": ["writer"] * rows, "cost": ["0.25"] * rows
    }  # fmt: skip
    with warehouse.write() as tx:
        load_batch(tx, "usage", "files", pa.table(columns), now=clock.now())


def fill(file: Path) -> None:
    with suppress(OSError), file.open("wb", buffering=0) as filler:
        while filler.write(b"0" * 4096):
            pass
