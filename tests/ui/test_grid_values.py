"""What may stand in a column: what its field takes, and what may be chosen in it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from orchflow.costs.tables import CostEntry
from orchflow.people.tables import User
from orchflow.planning.tables import Task
from orchflow.store.field import fields_of
from orchflow.store.written import Refused
from orchflow.ui.grid_columns import column_config, places_shown
from orchflow.ui.grid_values import GridColumn, plain_column

TASK, PERSON, ENTRY = fields_of(Task), fields_of(User), fields_of(CostEntry)
TEAMS = {"1": "Claims", "2": "Finance"}
COLUMNS = {
    "name": GridColumn(PERSON["display_name"]),
    "email": GridColumn(PERSON["email"]),
    "role": GridColumn(PERSON["role"]),
    "points": GridColumn(TASK["points"]),
    "active": GridColumn(PERSON["active"]),
    "amount": GridColumn(ENTRY["amount"]),
    "agent": GridColumn(ENTRY["agent"], options=["triage"]),
    "teams": plain_column("Teams", options=list(TEAMS), names=TEAMS, several=True, editable=True),
}


@pytest.mark.parametrize(
    ("column", "given", "value"),
    [
        ("name", "  Ada \n L ", "Ada L"),
        ("email", " Ada@Example.com ", "ada@example.com"),
        ("role", "MANAGER", "manager"),
        ("points", "2,50", Decimal("2.5")),
        ("points", 8, Decimal(8)),
        ("agent", ["triage"], "triage"),
        ("agent", ["still-to-come"], "still-to-come"),
        ("agent", [], None),
        ("teams", ["Claims", "2"], ["1", "2"]),
        ("teams", "finance; Claims", ["2", "1"]),
        ("teams", None, []),
    ],
)
def test_a_value_is_read_as_its_field_reads_it(column: str, given: Any, value: Any) -> None:
    assert COLUMNS[column].read(given) == value


@pytest.mark.parametrize(
    ("column", "given", "reason"),
    [
        ("name", "", "must not be empty"),
        ("name", "a" * 121, "at most 120 fit"),
        ("email", "ada at home", "is not an e-mail address"),
        ("role", "Emperor", "is not one of Viewer, Member, Manager, Analyst, Admin"),
        ("role", None, "must not be empty"),
        ("points", 10_000, "must be from 0 to 9999, not 10000"),
        ("points", "many", "is not a number"),
        ("agent", ["triage", "writer"], "holds 2: triage, writer; leave the one that is meant"),
        ("active", "perhaps", "is neither yes nor no"),
        ("teams", ["Claims", "Secret"], "'Secret' is not one of Claims, Finance"),
    ],
)
def test_a_value_its_column_cannot_hold_is_refused_with_the_reason(
    column: str, given: Any, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        COLUMNS[column].read(given)


def test_a_value_is_shown_as_people_write_it() -> None:
    assert COLUMNS["points"].shown(Decimal("2.50")) == "2.5"
    assert COLUMNS["teams"].shown(["1", "2"]) == "Claims, Finance"
    assert COLUMNS["active"].shown(False) == "no"
    assert COLUMNS["amount"].shown(Decimal(12000)) == "12,000.00"
    assert COLUMNS["amount"].shown("0.1234") == "0.1234"


def test_amounts_of_a_column_stand_with_as_many_decimals_as_the_longest_has() -> None:
    amount = COLUMNS["amount"]
    assert places_shown(amount, [1200.0, 0.5, float("nan")]) == 2
    assert places_shown(amount, [1200.0, 0.1234]) == 4
    assert column_config(amount, 4)["type_config"]["format"] == "%,.4f"
    assert column_config(COLUMNS["points"])["type_config"]["format"] == "%,.15g"


def test_other_words_for_what_is_offered_are_understood() -> None:
    known = {"ada": 1, "bob": 2}
    column = GridColumn(TASK["assignee_id"], options=[1], names={1: "Ada Park"}, called=known.get)  # fmt: skip
    assert [column.read(written) for written in ("Ada park", "ada")] == [1, 1]
    for written in ("bob", "eve"):
        with pytest.raises(Refused, match="is not one of Ada Park"):
            column.read(written)
