"""One writer of tables: what every format keeps, and how it looks."""

from __future__ import annotations

import csv
import errno
import gc
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchflow.errors import StoreError, UsageError
from orchflow.ingest.sources.file_formats import open_file
from orchflow.table_files import writers
from orchflow.table_files.aside import table_bytes_aside, write_file_aside
from orchflow.table_files.frames import from_frame
from orchflow.table_files.write import FORMATS, format_of, table_bytes, write_batches, write_file

AT = datetime(2026, 11, 22, 8, 30, 1, 250_000, tzinfo=UTC)
TEXTS = ["@cf/meta/llama-3", '=HYPERLINK("http://x")', "'=kept", "-gpt", 'a "b", c\nd', "é — 𝄞", None, ""]
TABLE = pa.table(
    {
        "model": pa.array(TEXTS, pa.string()),
        "cost": pa.array(
            [Decimal("1234567890.12345678"), Decimal("-2.5"), *[None] * 6], pa.decimal128(18, 8)
        ),
        "input_tokens": pa.array([3, -4, *[None] * 6], pa.int64()),
        "day": pa.array([date(2026, 11, 22), *[None] * 7], pa.date32()),
        "occurred_at": pa.array([AT, *[None] * 7], pa.timestamp("us", "Europe/Berlin")),
        "local": pa.array([True, False, *[None] * 6], pa.bool_()),
        "tags": pa.array([["a", "b"], [], *[None] * 6], pa.list_(pa.string())),
        "provider": pa.array(["x", "y", *[None] * 6]).dictionary_encode(),
    }
)


def sheet_of(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).active


def texts_read(suffix: str, data: bytes, tmp_path: Path) -> list[str | None]:
    """The texts as a program elsewhere reads them; of CSV as this product does."""
    match suffix:
        case ".parquet":
            return pq.read_table(io.BytesIO(data))["model"].to_pylist()
        case ".json":
            return [row["model"] for row in json.loads(data)]
        case ".xlsx":
            return [cell.value for cell in sheet_of(data)["A"][1:]]
        case _:
            (tmp_path / "out.csv").write_bytes(data)
            with open_file(tmp_path / "out.csv") as opened:
                return [text for part in opened.tables(["model"]) for text in part["model"].to_pylist()]


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_text_comes_back_from_every_format(suffix: str, tmp_path: Path) -> None:
    data = table_bytes(suffix, "calls", TABLE)
    nothing = [None, None] if suffix == ".csv" else [None, ""]
    assert texts_read(suffix, data, tmp_path) == TEXTS[:6] + nothing


def test_csv_has_a_mark_names_and_one_form_of_each_value() -> None:
    data = table_bytes(".csv", "calls", TABLE)
    assert data.startswith(b"\xef\xbb\xbf")
    heading, first, second, *_ = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert heading == TABLE.column_names
    assert first == [
        "@cf/meta/llama-3", "1234567890.12345678", "3", "2026-11-22", "2026-11-22 08:30:01.250000Z", "true", "a, b", "x",
    ]  # fmt: skip
    assert second == ['\'=HYPERLINK("http://x")', "-2.50000000", "-4", "", "", "false", "", "y"]


def test_excel_is_typed_with_titles_a_frozen_heading_and_a_filter() -> None:
    sheet = sheet_of(table_bytes(".xlsx", "calls", TABLE, {"model": "Model of the call"}))
    assert [cell.value for cell in sheet[1]] == [
        "Model of the call", "Cost", "Input tokens", "Day", "Occurred at", "Local", "Tags", "Provider",
    ]  # fmt: skip
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.title) == ("A2", "A1:H9", "calls")
    # Excel knows no zones
    bare = AT.replace(tzinfo=None)
    assert [cell.value for cell in sheet[2]][1:] == [
        "1234567890.12345678", 3, datetime(2026, 11, 22), bare, True, "a, b", "x",  # noqa: DTZ001
    ]  # fmt: skip
    assert (sheet["A3"].value, sheet["A3"].data_type, sheet["B3"].value) == (
        '=HYPERLINK("http://x")',
        "s",
        -2.5,
    )


def test_json_has_one_object_a_line_with_every_digit() -> None:
    data = table_bytes(".json", "calls", TABLE)
    assert len(data.splitlines()) == len(TEXTS) + 2
    first = json.loads(data, parse_float=Decimal)[0]
    assert first == {
        "model": "@cf/meta/llama-3", "cost": Decimal("1234567890.12345678"), "input_tokens": 3, "day": "2026-11-22",
        "occurred_at": "2026-11-22T08:30:01.250000Z", "local": True, "tags": ["a", "b"], "provider": "x",
    }  # fmt: skip


def test_parquet_keeps_every_type() -> None:
    assert pq.read_table(io.BytesIO(table_bytes(".parquet", "calls", TABLE))).equals(TABLE)


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_empty_table_is_a_file_too(suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"out{suffix}"
    assert write_file(out, "calls", TABLE.schema, ()).rows == 0
    assert texts_read(suffix, out.read_bytes(), tmp_path) == []


def test_a_text_too_long_for_excel_says_that_it_is_cut() -> None:
    data = table_bytes(".xlsx", "calls", pa.table({"text": ["x" * 40_000]}))
    text = sheet_of(data)["A2"].value
    assert (len(text), text[-31:]) == (32_767, " … (an Excel cell holds no more)"[-31:])
    assert openpyxl.load_workbook(io.BytesIO(data))["Notes"]["A1"].value.startswith(
        "1 text is cut off: an Excel cell"
    )
    assert openpyxl.load_workbook(io.BytesIO(table_bytes(".xlsx", "calls", TABLE))).sheetnames == ["calls"]


def test_more_rows_than_a_sheet_holds_are_refused_before_a_cell_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "EXCEL_ROWS", 7)
    monkeypatch.setattr(writers.ExcelWriter, "__init__", None)
    for door in (table_bytes, table_bytes_aside):
        with pytest.raises(UsageError, match="at most 7 rows and there are 8"):
            door(".xlsx", "calls", TABLE)
    with pytest.raises(UsageError, match="at most 7 rows"):
        write_file_aside(tmp_path / "calls.xlsx", "calls", TABLE.schema, (), total=8)
    assert table_bytes(".csv", "calls", TABLE)


def test_a_format_that_is_not_known_is_named() -> None:
    with pytest.raises(UsageError, match=r"The format \.pdf is not known"):
        table_bytes(".pdf", "calls", TABLE)


def test_a_frame_becomes_a_table_of_typed_columns() -> None:
    frame = pd.DataFrame(
        {
            "cost": [Decimal("1.50"), None],
            "share": [0.5, float("nan")],
            "at": pd.to_datetime([AT, None]),
            "mixed": ["a", 1],
        },
        index=[5, 7],
    )
    assert from_frame(frame).to_pylist() == [
        {"cost": Decimal("1.50"), "share": 0.5, "at": AT, "mixed": "a"},
        {"cost": None, "share": None, "at": None, "mixed": "1"},
    ]
    assert sheet_of(table_bytes(".xlsx", "Data", from_frame(frame)))["C2"].value == AT.replace(tzinfo=None)


class SmallDisk(io.BytesIO):
    """A disk on which so many bytes are free."""

    def __init__(self, free: int) -> None:
        super().__init__()
        self._free = free

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self._free:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_full_disk_is_an_error_and_nothing_complains_afterwards(suffix: str) -> None:
    whole = len(table_bytes(suffix, "usage", TABLE))
    for free in range(20, whole - 20, max(whole // 12, 1)):
        with pytest.raises(OSError, match="No space left"):
            write_batches(SmallDisk(free), format_of(suffix), "usage", TABLE.schema, TABLE.to_batches())
    gc.collect()


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_full_disk_that_is_met_when_the_file_is_closed_is_an_error_too(suffix: str) -> None:
    def write() -> None:
        with io.BufferedWriter(SmallDisk(0)) as file:  # type: ignore[type-var]
            write_batches(file, format_of(suffix), "usage", TABLE.schema, TABLE.to_batches())

    with pytest.raises(OSError, match="No space left"):
        write()
    gc.collect()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "open", read_only)
    monkeypatch.setattr(Path, "unlink", read_only)
    with pytest.raises(StoreError, match="could not be written: Read-only file system"):
        write_file(tmp_path / "out.csv", "usage", TABLE.schema, TABLE.to_batches())
