"""Large files of slow formats are written in a process of their own, and are the same."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow as pa
import pytest

from orchflow.errors import OrchflowError
from orchflow.progress import Progress
from orchflow.table_files import aside
from orchflow.table_files.aside import table_bytes_aside, write_file_aside
from orchflow.table_files.write import table_bytes

TABLE = pa.table({"name": ["a", "b", "c"], "amount": [1, 2, 3]})


@pytest.fixture(autouse=True)
def _small_ones_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "LARGE", 2)


def test_a_table_is_the_same_file_wherever_it_is_written() -> None:
    assert table_bytes_aside(".json", "Data", TABLE) == table_bytes(".json", "Data", TABLE)


def test_a_stream_is_written_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    batches = TABLE.to_batches(max_chunksize=1)
    told: list[tuple[int, int]] = []
    for suffix in (".json", ".csv"):
        out = tmp_path / f"rows{suffix}"
        assert write_file_aside(out, "rows", TABLE.schema, batches, lambda *rows: told.append(rows)).rows == 3
    assert json.loads((tmp_path / "rows.json").read_text()) == TABLE.to_pylist()
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["rows.csv", "rows.json"]


def test_one_whose_process_is_killed_leaves_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "write_rows", broken_off)
    (tmp_path / "rows.json").write_text("[]")

    with pytest.raises(OrchflowError, match="was cut off"):
        write_file_aside(tmp_path / "rows.json", "rows", TABLE.schema, TABLE.to_batches())

    assert (tmp_path / "rows.json").read_text() == "[]"
    assert [file.name for file in tmp_path.iterdir()] == ["rows.json"]


def broken_off(rows: Path, unfinished: Path, out: Path, name: str, progress: Progress) -> None:
    unfinished.write_text("[{")
    os._exit(9)
