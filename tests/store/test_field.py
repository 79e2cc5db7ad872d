"""One reader of values, typed or written: what every door takes, and what is refused because it could be two things."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from orchflow.guidance.entities import ENTITIES
from orchflow.people.tables import User
from orchflow.people.token_tables import ApiToken
from orchflow.planning.tables import MODELS
from orchflow.store.field import Field, fields_of
from orchflow.store.reading import row_id
from orchflow.store.tables import KEPT_BY_THE_STORE, Base, Tracked
from orchflow.store.written import Refused, choice

TASK, GOAL, EFFORT = (ENTITIES[name].fields for name in ("task", "goal", "effort"))


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        (TASK["points"], "3", Decimal(3)),
        (TASK["points"], "2,5", Decimal("2.5")),
        (TASK["points"], " 1 234.5 ", Decimal("1234.5")),
        (GOAL["target"], "1.234.567", Decimal(1234567)),
        (GOAL["target"], "1,234,567.5", Decimal("1234567.5")),
        (GOAL["target"], "0,500", Decimal("0.5")),
        (GOAL["target"], 0.1, Decimal("0.1")),
        (TASK["due"], "2026-11-22", date(2026, 11, 22)),
        (TASK["due"], "2026-11-22 00:00:00", date(2026, 11, 22)),
        (TASK["due"], "22.11.2026", date(2026, 11, 22)),
        (TASK["due"], "22.11.26", date(2026, 11, 22)),
        (TASK["due"], "22 November 2026", date(2026, 11, 22)),
        (TASK["due"], "22-Nov-26", date(2026, 11, 22)),
        (TASK["due"], "Nov 22, 2026", date(2026, 11, 22)),
        (TASK["due"], "11/22/2026", date(2026, 11, 22)),
        (TASK["due"], "20261122", date(2026, 11, 22)),
        (TASK["milestone"], "x", True),
        (TASK["milestone"], "Nein", False),
        (TASK["milestone"], 1, True),
        (TASK["labels"], "a, b; c,a", ["a", "b; c"]),
        (TASK["title"], " a \n b ", "a b"),
        (TASK["title"], 2024.0, "2024"),
        (TASK["title"], "=SUM(A1)", "=SUM(A1)"),
        (TASK["points"], "  ", None),
        (TASK["labels"], None, []),
        (TASK["labels"], "\x1b, \x00", []),
        (TASK["points"], "\t\n", None),
        (TASK["description"], "\x1b\x00 ", ""),
        (EFFORT["status"], "In progress", "in_progress"),
        (EFFORT["status"], "IN_PROGRESS", "in_progress"),
        (EFFORT["status"], "", "not_started"),
    ],
)
def test_is_read(field: Field, given: Any, value: Any) -> None:
    assert field.value(given) == value


@pytest.mark.parametrize(
    ("field", "given", "reason"),
    [
        (TASK["points"], "1,234", "could be two numbers: '1,234' (write it with a point)"),
        (TASK["points"], "nan", "is not a number: 'nan'"),
        (TASK["points"], "1_000", "is not a number: '1_000'"),
        (
            TASK["points"],
            "$10,100.00 ",
            "is not a number: '$10,100.00' (write it without the sign of a currency)",
        ),
        (TASK["points"], "=1+1", "is a formula: '=1+1' (write its value instead)"),
        (TASK["points"], 10_000, "must be from 0 to 9999, not 10000"),
        (TASK["points"], "0.125", "has more than 2 decimals: 0.125"),
        (TASK["due"], "04/05/2026", "could be two days: '04/05/2026' (write it like 2026-04-05)"),
        (TASK["due"], "2026-13-01", "is not a date: '2026-13-01' (write it like 2026-11-22)"),
        (TASK["due"], "1989-12-31", "must be between 1990-01-01 and 2200-12-31, not 1989-12-31"),
        (TASK["milestone"], "maybe", "is neither yes nor no: 'maybe'"),
        (TASK["title"], "x" * 301, "has 301 characters; at most 300 fit"),
        (TASK["title"], " ", "must not be empty"),
        (TASK["title"], "\x1b", "must not be empty"),
        (TASK["title"], "\x00 \x07", "must not be empty"),
        (ENTITIES["comment"].fields["body"], "\x1b\n", "must not be empty"),
        (EFFORT["status"], "Doing", "'Doing' is not one of not_started, in_progress, completed, cancelled"),
        (EFFORT["flow"], 6.5, "is not a whole number: 6.5"),
        (TASK["goal_id"], True, "is not the number of a row: 'True'"),
    ],
)
def test_is_refused_with_its_reason(field: Field, given: Any, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        field.value(given)
    assert str(refused.value) == reason


def test_the_days_beside_a_day_tell_its_order() -> None:
    assert TASK["due"].value("04/05/2026", "dmy") == date(2026, 5, 4)
    assert TASK["due"].value("04/05/2026", "mdy") == date(2026, 4, 5)


def test_a_choice_is_read_by_key_or_name_however_it_is_written() -> None:
    columns = {"in_qa": "In QA", "done": "Done"}
    assert [choice(word, columns) for word in ("IN QA", "in-qa", " in_qa ", "DONE")] == ["in_qa"] * 3 + [
        "done"
    ]
    with pytest.raises(Refused, match="'Shipped' is not one of In QA, Done"):
        choice("Shipped", columns)


def _tracked() -> list[type[Tracked]]:
    return [
        m.class_
        for m in Base.registry.mappers
        if issubclass(m.class_, Tracked) and "tests" not in m.class_.__module__
    ]


def undeclared(model: type[Any]) -> list[str]:
    """The columns of a tracked table that are neither a field nor kept by the store."""
    return [
        name
        for name, column in sa.inspect(model).columns.items()
        if "field" not in column.info and name not in KEPT_BY_THE_STORE
    ]


def test_every_column_of_a_tracked_table_is_declared() -> None:
    tables = _tracked()
    assert {*MODELS.values(), User, ApiToken} <= set(tables)
    assert {table.__name__: undeclared(table) for table in tables if undeclared(table)} == {}


def test_every_field_has_a_label_and_a_reason_for_what_it_does_not_take() -> None:
    for table in _tracked():
        for field in fields_of(table).values():
            where = f"{table.__name__}.{field.name}"
            assert field.label, where
            assert all(reason.strip() for reason in field.off.values()), where
            assert (
                field.kind != "other"
                or field.parse
                or field.fixed
                or table not in [entity.model for entity in ENTITIES.values()]
            ), where


@pytest.mark.parametrize(("named", "row"), [(1, 1), ("12", 12), (2**63 - 1, 2**63 - 1), (str(2**63 - 1), 2**63 - 1)])  # fmt: skip
def test_a_row_is_named_by_its_number(named: object, row: int) -> None:
    assert row_id(named) == row


@pytest.mark.parametrize("named", [None, True, False, 0, -1, 1.0, 2**63, "", "0", "-1", "1.0", "²", "٣", "x", str(2**63), "9" * 5000, [1]])  # fmt: skip
def test_anything_else_names_no_row(named: object) -> None:
    assert row_id(named) is None
