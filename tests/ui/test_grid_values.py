"""What may stand in a column, and why a value may not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from orchflow.planning.tables import Effort, Task
from orchflow.store.field import fields_of
from orchflow.store.written import Refused
from orchflow.ui.grid_values import GridColumn, column_of, read

COLUMNS = {
    "name": GridColumn("Name", required=True, max_length=10),
    "role": GridColumn(
        "Role", "choice", options=["viewer", "admin"], names={"viewer": "Viewer", "admin": "Admin"}
    ),
    "hours": GridColumn("Hours", "number", minimum=0, maximum=10),
    "active": GridColumn("Active", "flag"),
    "teams": GridColumn("Teams", "choices", options=["1", "2"], names={"1": "Claims", "2": "Finance"}),
}


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("name", "", "must be filled in"),
        ("name", "a name far too long", "at most 10 fit"),
        ("role", "Emperor", "is not one of Viewer, Admin"),
        ("hours", 11, "must be from 0 to 10, not 11"),
        ("hours", "many", "is not a number"),
        ("active", "perhaps", "is neither yes nor no"),
        ("teams", ["Claims", "Secret"], "is not one of Claims, Finance"),
    ],
)
def test_a_value_its_column_cannot_hold_is_refused_with_the_reason(
    column: str, value: Any, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        read(value, COLUMNS[column])


def test_an_e_mail_address_is_checked() -> None:
    with pytest.raises(Refused, match="not an e-mail address"):
        read("ada at home", GridColumn("E-mail", "email"))


def test_a_day_is_read_from_its_text() -> None:
    assert read("2026-11-22", GridColumn("Due", "day")) == date(2026, 11, 22)


def test_blanks_within_a_text_are_made_one() -> None:
    assert read("  Ada \n L ", COLUMNS["name"]) == "Ada L"


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
    assert read(text, column) == value


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
        ("=SUM(A1:A3)", NUMBER, "is a formula"),
        ("x" * 300, GridColumn("Title"), "has 300 characters; at most 200 fit"),
    ],
)
def test_is_refused_with_its_reason(text: str, column: GridColumn, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read(text, column)


def test_a_column_of_a_field_takes_what_the_store_takes() -> None:
    points, name = column_of(fields_of(Task)["points"]), column_of(fields_of(Effort)["name"])

    assert (points.kind, points.minimum, points.maximum, name.max_length) == ("number", 0, 9999, 200)
    assert read("2,5", points) == Decimal("2.5")
    with pytest.raises(Refused, match="must be from 0 to 9999"):
        read("99999", points)
    with pytest.raises(Refused, match="at most 200 fit"):
        read("x" * 201, name)
