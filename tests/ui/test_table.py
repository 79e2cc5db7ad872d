"""Rows to take away."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest

from orchflow.ui import table
from orchflow.ui.table import as_bytes

FRAME = pd.DataFrame(
    {
        "agent": ["=HYPERLINK(1)", "claims"],
        "cost": [Decimal("1.50"), Decimal("-2.25")],
        "runs": [-3, 4],
        "at": pd.to_datetime([datetime(2026, 11, 22, 8, tzinfo=UTC)] * 2),
        "tags": [["a", "b"], []],
    }
)


def test_csv_defuses_formulas_and_leaves_numbers_alone() -> None:
    read = pd.read_csv(io.BytesIO(as_bytes(FRAME, "csv")))

    assert list(read["agent"]) == ["'=HYPERLINK(1)", "claims"]
    assert list(read["cost"]) == [1.5, -2.25]
    assert list(read["runs"]) == [-3, 4]


def test_excel_holds_text_as_text_and_money_as_numbers() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(as_bytes(FRAME, "xlsx"))).active

    assert sheet is not None
    assert sheet["A2"].value == "=HYPERLINK(1)"
    assert sheet["A2"].data_type == "s"
    assert sheet["B3"].value == -2.25
    assert sheet["D2"].value == datetime(2026, 11, 22, 8)  # noqa: DTZ001 - Excel knows no zones
    assert sheet["E2"].value == "a, b"


def test_parquet_keeps_decimals_and_zones() -> None:
    read = pd.read_parquet(io.BytesIO(as_bytes(FRAME, "parquet")))

    assert list(read["cost"]) == [Decimal("1.50"), Decimal("-2.25")]
    assert str(read["at"].dt.tz) == "UTC"


def test_more_rows_than_excel_holds_are_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "EXCEL_ROWS", 1)

    with pytest.raises(ValueError, match="take CSV or Parquet instead"):
        as_bytes(FRAME, "xlsx")
