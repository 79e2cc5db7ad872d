"""Values as people write them: what a cell of Excel holds, and what is refused because it could be two things."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orchflow.ui.grid_values import GridColumn, Refused
from orchflow.ui.sheet_values import read_written

NUMBER, DAY, FLAG = GridColumn("Points", "number"), GridColumn("Due", "day"), GridColumn("Done", "flag")
STATE = GridColumn("State", "choice", options=["in_progress"], names={"in_progress": "In progress"})
LABELS = GridColumn("Labels", "labels")


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("3", NUMBER, 3),
        ("2,5", NUMBER, 2.5),
        ("1.234,5", NUMBER, 1234.5),
        ("1,234.5", NUMBER, 1234.5),
        ("1 234", NUMBER, 1234),
        ("2026-11-22", DAY, date(2026, 11, 22)),
        ("2026-11-22 00:00:00", DAY, date(2026, 11, 22)),
        ("22.11.2026", DAY, date(2026, 11, 22)),
        ("22 Nov 2026", DAY, date(2026, 11, 22)),
        ("11/22/2026", DAY, date(2026, 11, 22)),
        ("IN PROGRESS", STATE, "in_progress"),
        ("in_progress", STATE, "in_progress"),
        ("a, b;a", LABELS, ["a", "b"]),
        ("x", FLAG, True),
        ("No", FLAG, False),
        ("  ", NUMBER, None),
    ],
)
def test_is_read(text: str, column: GridColumn, value: Any) -> None:
    assert read_written(text, column) == value


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("1,234", NUMBER, "could be two numbers"),
        ("abc", NUMBER, "is not a number: 'abc'"),
        ("nan", NUMBER, "is not a number"),
        ("04/05/2026", DAY, "could be two days"),
        ("2026-13-01", DAY, "is not a date"),
        ("Doing", STATE, "'Doing' is not one of In progress"),
        ("maybe", FLAG, "neither yes nor no"),
        ("=SUM(A1:A3)", GridColumn("Title"), "is a formula"),
        ("x" * 300, GridColumn("Title"), "has 300 characters; at most 200 fit"),
    ],
)
def test_is_refused_with_its_reason(text: str, column: GridColumn, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read_written(text, column)
