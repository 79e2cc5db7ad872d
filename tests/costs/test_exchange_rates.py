"""Rates of exchange: through every door, and what a change of one does to the costs."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from orchflow import clock, operations
from orchflow.config.settings import Settings
from orchflow.costs.exchange_rates import EXCHANGE_RATES
from orchflow.costs.rates_file import import_rates
from orchflow.errors import Forbidden, Invalid, UsageError
from orchflow.metrics.document import answer, facts_for
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.users import add_user
from orchflow.store.backup import COPY
from orchflow.store.engine import Store, open_store
from orchflow.store.restore import fill
from orchflow.subscribers import dispatcher
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.load import load_batch
from orchflow.workspace import Workspace

D = Decimal
ROWS = "currency,into,from,rate\nEUR,USD,2026-11-01,1.1\njpy,USD,2026-11-01,0.0066\n"


@pytest.fixture
def ws(store: Store, warehouse: Warehouse, make_settings: Callable[..., Settings]) -> Iterator[Workspace]:
    """A workspace in dollars, on each engine of the plan store, with a call in each of three currencies."""
    settings = make_settings()
    settings.home.mkdir()
    opened = Workspace(settings, store, warehouse)
    calls = {
        "event_id": ["1", "2", "3"], "occurred_at": ["2026-11-01T10:00:00Z"] * 3, "cost": ["10", "1000", "1"],
        "currency": ["EUR", "JPY", "USD"],
    }  # fmt: skip
    with warehouse.write() as tx:
        load_batch(tx, "usage", "files", pa.table(calls), now=clock.now())
    yield opened
    opened.dispatcher.stop()


def add(
    store: Store, currency: str = "EUR", into: str = "USD", day: str = "2026-11-01", rate: Any = "1.1"
) -> Any:
    return EXCHANGE_RATES.create(
        store, SYSTEM, currency=currency, into_currency=into, valid_from=day, rate=rate
    )


def cost(ws: Workspace) -> tuple[Any, list[str]]:
    """The cost of November, and what is told beside it."""
    dispatcher(ws).deliver()
    facts = facts_for(ws, SYSTEM, "cost", start=date(2026, 11, 1), end=date(2026, 11, 30))
    told = answer(facts, "cost")
    return told.value, [line.said for line in told.unconverted]


def test_what_has_no_rate_is_told_and_not_added(ws: Workspace) -> None:
    assert cost(ws) == (
        D(1), ["Not converted: 10.00 EUR, 1 row; add a rate", "Not converted: 1,000.00 JPY, 1 row; add a rate"],
    )  # fmt: skip


def test_what_a_figure_lacks_besides_a_rate_is_said(ws: Workspace) -> None:
    facts = facts_for(ws, SYSTEM, "cost_per_run", start=date(2026, 11, 1), end=date(2026, 11, 30))
    said = answer(facts, "cost_per_run").missing
    assert said is not None
    assert "Not converted" not in said


def test_a_rate_added_corrected_and_removed_is_followed(ws: Workspace) -> None:
    jpy = "Not converted: 1,000.00 JPY, 1 row; add a rate"
    row = add(ws.store)
    assert cost(ws) == (D(12), [jpy])
    EXCHANGE_RATES.update(ws.store, SYSTEM, row.id, row.version, {"rate": "1.25"})
    assert cost(ws) == (D("13.5"), [jpy])
    EXCHANGE_RATES.delete(ws.store, SYSTEM, row.id)
    assert cost(ws)[0] == D(1)


def test_a_rate_keeps_every_digit_on_both_engines(store: Store) -> None:
    add(store, rate="123456789.123456789012")
    add(store, "VND", rate=D("0.000038461538"))
    assert [row.rate for row in EXCHANGE_RATES.list(store, SYSTEM)] == [
        D("123456789.123456789012"), D("0.000038461538"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"currency": "EURO"}, "is not a currency"),
        ({"rate": "0"}, "rate"),
        ({"rate": "-1"}, "rate"),
        ({"into": "eur"}, "is the same currency"),
        ({"day": "someday"}, "valid_from"),
    ],
)
def test_a_rate_that_makes_no_sense_is_refused(store: Store, values: dict[str, Any], reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        add(store, **values)


def test_there_is_one_rate_of_two_currencies_and_a_day(store: Store) -> None:
    add(store)
    add(store, day="2026-11-02")
    with pytest.raises(Invalid, match="already"):
        add(store, rate="1.2")


@pytest.mark.parametrize("role", Role)
def test_managers_and_administrators_keep_the_rates_and_everybody_sees_them(store: Store, role: Role) -> None:
    person, _ = add_user(
        store, SYSTEM, display_name="Ada", email="ada@example.com", role=role, must_change_password=False
    )
    actor = Actor(person.id, person.username, person.display_name, role)
    values = {"currency": "EUR", "into_currency": "USD", "valid_from": "2026-11-01", "rate": 1.1}
    assert EXCHANGE_RATES.list(store, actor) == []
    if role in (Role.MANAGER, Role.ADMIN):
        EXCHANGE_RATES.create(store, actor, **values)
    else:
        with pytest.raises(Forbidden):
            EXCHANGE_RATES.create(store, actor, **values)


def test_a_file_adds_and_corrects_and_again_changes_nothing(store: Store) -> None:
    first = import_rates(store, SYSTEM, ROWS.encode(), "rates.csv")
    assert (first.created, first.updated, first.unchanged, first.problems) == (2, 0, 0, ())
    assert import_rates(store, SYSTEM, ROWS.encode(), "rates.csv").unchanged == 2
    corrected = import_rates(
        store, SYSTEM, ROWS.replace("1.1\n", "1.2\n").encode(), "rates.csv", dry_run=True
    )
    assert (corrected.created, corrected.updated, corrected.unchanged) == (0, 1, 1)
    assert [(row.currency, row.rate) for row in EXCHANGE_RATES.list(store, SYSTEM)] == [
        ("EUR", D("1.1")), ("JPY", D("0.0066")),
    ]  # fmt: skip


def test_bad_rows_of_a_file_are_told_and_the_others_stored(store: Store) -> None:
    text = "from;to;date;rate\nEUR;USD;2026-11-01;1,0825\nXYZ;USD;2026-11-01;1\nGBP;USD;;2\n"
    report = import_rates(store, SYSTEM, text.encode(), "rates.csv")
    assert report.created == 1
    assert [(problem.row, problem.field) for problem in report.problems] == [
        (3, "currency"),
        (4, "valid_from"),
    ]
    assert [row.rate for row in EXCHANGE_RATES.list(store, SYSTEM)] == [D("1.0825")]


def test_a_table_with_a_column_for_each_currency_is_read(store: Store) -> None:
    text = "Date,USD,JPY,GBP\n2026-11-02,1.0812,165.2,N/A\n2026-11-03,1.0825,165.4,0.84\n"
    assert import_rates(store, SYSTEM, text.encode(), "hist.csv", of="EUR").created == 5
    rates = EXCHANGE_RATES.list(store, SYSTEM, currency="EUR", into_currency="GBP")
    assert [(row.valid_from, row.rate) for row in rates] == [(date(2026, 11, 3), D("0.84"))]
    with pytest.raises(UsageError, match="worth of"):
        import_rates(store, SYSTEM, text.encode(), "hist.csv")
    with pytest.raises(UsageError, match="tells no rates"):
        import_rates(store, SYSTEM, b"name,due\na,b\n", "plan.csv")


def test_the_days_of_a_sheet_may_be_numbers(store: Store) -> None:
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    assert page is not None
    for row in (["Date", "USD"], [46336, 1.0825], [10.0**12, 1.1]):
        page.append(row)
    file = io.BytesIO()
    book.save(file)
    report = import_rates(store, SYSTEM, file.getvalue(), "rates.xlsx", of="EUR")
    assert [rate.valid_from for rate in EXCHANGE_RATES.list(store, SYSTEM)] == [date(2026, 11, 10)]
    assert [problem.row for problem in report.problems] == [3]


def test_the_command_tells_what_lacks_a_rate(ws: Workspace) -> None:
    add(ws.store, "JPY", rate="0.0066")
    document = operations.carry_out(ws, "rates_missing", {}).document
    assert document["currency"] == "USD"
    assert [line["said"] for line in document["unconverted"]] == [
        "Not converted: 10.00 EUR, 1 row; add a rate"
    ]


def test_a_rate_keeps_every_digit_from_one_engine_to_the_other_and_back(store: Store, tmp_path: Path) -> None:
    add(store, rate="26123.456789012345")
    copy = store.backup(tmp_path / "copy").with_name(COPY)
    elsewhere = open_store(f"sqlite:///{copy}", backups=tmp_path / "none")
    assert [row.rate for row in EXCHANGE_RATES.list(elsewhere, SYSTEM)] == [D("26123.456789012345")]
    elsewhere.dispose()
    if store.engines.kind == "postgresql":
        fill(store.engines, copy, "1")
        assert [row.rate for row in EXCHANGE_RATES.list(store, SYSTEM)] == [D("26123.456789012345")]
