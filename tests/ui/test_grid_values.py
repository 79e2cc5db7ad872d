"""What may stand in a column, and why a value may not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orchflow.ui.grid_values import GridColumn, Refused, read_value

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
        ("hours", 11, "must be at most 10, not 11"),
        ("hours", "many", "is not a number"),
        ("active", "perhaps", "is neither yes nor no"),
        ("teams", ["Claims", "Secret"], "is not one of Claims, Finance"),
    ],
)
def test_a_value_its_column_cannot_hold_is_refused_with_the_reason(
    column: str, value: Any, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        read_value(value, COLUMNS[column])


def test_an_e_mail_address_is_checked() -> None:
    with pytest.raises(Refused, match="not an e-mail address"):
        read_value("ada at home", GridColumn("E-mail", "email"))


def test_a_day_is_read_from_its_text() -> None:
    assert read_value("2026-11-22", GridColumn("Due", "day")) == date(2026, 11, 22)


def test_blanks_within_a_text_are_made_one() -> None:
    assert read_value("  Ada \n L ", COLUMNS["name"]) == "Ada L"
