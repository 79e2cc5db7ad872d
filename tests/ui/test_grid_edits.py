"""From the editor's state by position to checked changes of known rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orchflow.ui.grid_edits import GridColumn, GridRow, Refused, read_edits, read_value

COLUMNS = {
    "name": GridColumn("Name", required=True, max_length=10),
    "role": GridColumn(
        "Role", "choice", options=["viewer", "admin"], names={"viewer": "Viewer", "admin": "Admin"}
    ),
    "hours": GridColumn("Hours", "number", minimum=0, maximum=10),
    "active": GridColumn("Active", "flag"),
    "teams": GridColumn("Teams", "choices", options=["1", "2"], names={"1": "Claims", "2": "Finance"}),
    "login": GridColumn("Login", editable=False),
}
ROWS = [
    GridRow(
        7,
        3,
        {"name": "Ada", "role": "admin", "hours": 4, "active": True, "teams": ["1"], "login": "ada"},
        "Ada",
    ),
    GridRow(9, 1, {"name": "Mark", "role": "viewer", "hours": 2, "active": True, "teams": []}, "Mark"),
]


def edits(**parts: Any) -> dict[str, Any]:
    return {"edited_rows": {}, "added_rows": [], "deleted_rows": [], **parts}


def test_an_edit_names_the_row_and_the_version_it_was_based_on() -> None:
    staged = read_edits(edits(edited_rows={1: {"name": "Marc", "role": "Admin"}}), ROWS, COLUMNS)

    (change,) = staged.changes
    assert (change.row_id, change.base_version) == (9, 1)
    assert change.values == {"name": "Marc", "role": "admin"}
    assert change.before == {"name": "Mark", "role": "viewer"}
    assert not staged.problems


def test_a_value_typed_back_to_what_it_was_is_no_change() -> None:
    staged = read_edits(edits(edited_rows={0: {"name": "Ada", "teams": ["Claims"]}}), ROWS, COLUMNS)

    assert staged.changes == []


def test_a_row_past_the_end_is_named_not_dropped() -> None:
    staged = read_edits(edits(edited_rows={5: {"name": "Eve"}}), ROWS, COLUMNS)

    assert staged.problems[0].message == "row 6 is past the end of the grid"


def test_a_column_that_is_not_editable_is_refused() -> None:
    staged = read_edits(edits(edited_rows={0: {"login": "root"}}), ROWS, COLUMNS)

    assert staged.changes == []
    assert (staged.problems[0].field, staged.problems[0].message) == ("Login", "cannot be changed here")


def test_an_added_row_needs_its_required_columns() -> None:
    staged = read_edits(edits(added_rows=[{"role": "Viewer"}, {}]), ROWS, COLUMNS)

    assert [problem.message for problem in staged.problems] == ["must be filled in"]


def test_an_added_row_has_no_identity_yet() -> None:
    staged = read_edits(edits(added_rows=[{"name": "Eve"}]), ROWS, COLUMNS)

    assert (staged.changes[0].row_id, staged.changes[0].values) == (None, {"name": "Eve"})


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
