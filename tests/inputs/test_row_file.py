"""Files of what people keep about costs: any of its names above a column, people and teams by name, and bad cells by row."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from orchflow.costs.budgets import BUDGETS
from orchflow.costs.entries import COST_ENTRIES
from orchflow.costs.hourly_rates import HOURLY_RATES
from orchflow.costs.occasions import BUSINESS_MEASURES
from orchflow.costs.shares import COST_SHARES
from orchflow.errors import Forbidden, UsageError
from orchflow.inputs.row_file import import_rows
from orchflow.inputs.row_names import input_names
from orchflow.inputs.row_table import row_table, titles
from orchflow.metrics.inputs import INPUTS
from orchflow.metrics.targets import TARGETS
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.teams import add_team
from orchflow.planning.undo.undo import undo
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.table_files.frames import from_frame
from orchflow.table_files.write import table_bytes
from tests.people.conftest import AddPerson

D = Decimal


@pytest.fixture
def plan(store: Store, add_person: AddPerson) -> Store:
    """Ada and Ben, the team Claims and the project 1.2 Sign-in."""
    add_person("ada")
    add_person("ben", job_role="backend_engineer")
    add_team(store, SYSTEM, name="Claims")
    effort = create_effort(store, SYSTEM, name="Foundations")
    create_project(store, SYSTEM, effort_id=effort.id, number="1.2", name="Sign-in")
    return store


def take(store: Store, entity: Entity[Any], text: str, **more: Any) -> Any:
    return import_rows(
        store,
        SYSTEM,
        entity,
        text.encode(),
        "file.csv",
        given={"currency": "USD"} if "currency" in entity.fields else {},
        **more,
    )


def told(report: Any) -> list[tuple[Any, str, str]]:
    return [(problem.row, problem.field, problem.message) for problem in report.problems]


def sheet(*rows: list[Any]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def test_names_of_people_teams_and_projects_are_understood(plan: Store) -> None:
    text = (
        "Name;Amount;Every;Starts;Team;Project;currency;Colour\n"
        "Seats;1.200,50;Year;01.11.2026;claims;1.2;eur;red\n"
        "Support;300;month;2026-11-01;;Sign-in;;blue\n"
    )
    report = take(plan, COST_ENTRIES, text)
    assert (report.created, report.problems, report.unread) == (2, (), ("Colour",))
    seats, support = COST_ENTRIES.list(plan, SYSTEM)
    assert (seats.amount, seats.currency, seats.every, seats.starts) == (
        D("1200.5"),
        "EUR",
        "year",
        date(2026, 11, 1),
    )
    assert (seats.team_id, seats.project_id, support.project_id, support.currency) == (1, 1, 1, "USD")

    again = take(plan, COST_ENTRIES, text)
    assert (again.created, again.updated, again.unchanged, again.request) == (0, 0, 2, None)
    changed = take(plan, COST_ENTRIES, text.replace("300", "310"))
    assert (changed.created, changed.updated, changed.unchanged) == (0, 1, 1)
    undo(plan, SYSTEM, changed.request)
    assert COST_ENTRIES.list(plan, SYSTEM)[1].amount == 300
    undo(plan, SYSTEM, report.request)
    assert [row.name for row in COST_ENTRIES.list(plan, SYSTEM)] == ["Support"], (
        "what was changed since stays"
    )


def test_bad_cells_are_told_by_row_and_the_others_stored(plan: Store) -> None:
    text = (
        "Person,Job role,Rate,Valid from,Valid to\n"
        "ada,,80,2026-11-01,2026-12-01\n"
        "Zoe,,80,2026-11-01,\n"
        "ada,,90,2026-11-15,\n"
        ",Backend Engineer,ninety,2026-11-01,\n"
        ",wizard,90,2026-11-01,\n"
        "ada,,-5,2027-01-01,\n"
        ",,70,2026-11-31,\n"
        "ada,,95,2026-12-01,2026-12-01\n"
        ",backend_engineer,85,2026-11-01,n/a\n"
    )
    dry = take(plan, HOURLY_RATES, text, dry_run=True)
    assert HOURLY_RATES.list(plan, SYSTEM) == []
    report = take(plan, HOURLY_RATES, text)
    assert (report.created, told(dry)) == (dry.created, told(report)), "a dry run tells the same"
    assert report.created == 2
    assert [(row, field) for row, field, _ in told(report)] == [
        (3, "person_id"), (4, "valid_from"), (5, "rate"), (6, "job_role"), (7, "rate"), (8, "valid_from"), (9, "valid_to"),
    ]  # fmt: skip
    said = {row: message for row, _, message in told(report)}
    assert said[3] == "there is nobody called 'Zoe'"
    assert "let it end on 2026-11-15" in said[4]
    assert "would hold on no day" in said[9]


def test_a_new_version_and_the_end_of_the_old_one_come_in_any_order(plan: Store) -> None:
    take(plan, BUDGETS, "name,amount,from\nAll,1000,2026-01-01\n")
    report = take(
        plan, BUDGETS,
        "name,amount,valid from,valid to,thresholds\nAll,2000,2026-07-01,,60%; 90%\nAll,1000,2026-01-01,2026-07-01,\n",
    )  # fmt: skip
    assert (report.created, report.updated, report.problems) == (1, 1, ())
    assert [(row.thresholds, row.valid_to) for row in BUDGETS.list(plan, SYSTEM)] == [
        ([50, 80, 100], date(2026, 7, 1)), ([60, 90], None),
    ]  # fmt: skip


def test_shares_over_the_whole_and_rows_that_are_there_twice_are_refused(plan: Store) -> None:
    text = (
        "costs of,called,belongs to,team,project,share,from\n"
        "agent,writer,team,Claims,,60,2026-11-01\n"
        "agent,writer,project,,1.2,50,2026-11-01\n"
        "agent,writer,team,Claims,,60,2026-11-01\n"
        "provider,openai,project,,9.9,50,2026-11-01\n"
    )
    report = take(plan, COST_SHARES, text)
    assert report.created == 1
    assert [(row, field) for row, field, _ in told(report)] == [
        (3, "share"),
        (4, "valid_from"),
        (5, "project_id"),
    ]
    assert told(report)[0][2].startswith("comes to 110.00 % from 2026-11-01 with 60.00 % of")
    assert told(report)[1][2] == "is the same cost share as row 2"


def test_days_and_months_of_a_spreadsheet_may_be_numbers(store: Store) -> None:
    data = sheet(
        ["Name", "Month", "Value"],
        ["Claims", 46327, 1250],
        ["Claims", "2026-12", 1300.5],
        ["Claims", date(2027, 1, 1), -1],
    )
    report = import_rows(store, SYSTEM, BUSINESS_MEASURES, data, "measures.xlsx")
    assert [(row.month, row.value) for row in BUSINESS_MEASURES.list(store, SYSTEM)] == [
        (date(2026, 11, 1), D(1250)), (date(2026, 12, 1), D("1300.5")),
    ]  # fmt: skip
    assert [(row, field) for row, field, _ in told(report)] == [(4, "value")]


def test_figures_are_known_by_their_names_and_once(store: Store) -> None:
    text = (
        "figure,target,from\nError rate,0.02,2026-11-01\nerror_rate,0.03,2026-11-01\nHappiness,1,2026-11-01\n"
    )
    report = take(store, TARGETS, text)
    assert [(row.figure, row.value) for row in TARGETS.list(store, SYSTEM)] == [("error_rate", D("0.02"))]
    assert [(row, field) for row, field, _ in told(report)] == [(3, "valid_from"), (4, "figure")]


def test_a_file_without_what_is_needed_says_what_is_missing(store: Store, add_person: AddPerson) -> None:
    with pytest.raises(UsageError, match="no column Amount and no column Starts"):
        take(store, COST_ENTRIES, "name,currency\nSeats,EUR\n")
    with pytest.raises(Forbidden):
        import_rows(store, add_person("analyst", Role.ANALYST), COST_ENTRIES, b"name\n", "f.csv")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_what_is_taken_away_is_taken_back_as_it_was(plan: Store, suffix: str) -> None:
    """Every entity, with every field that a row may hold."""
    since, money = (
        {"valid_from": "2026-11-01", "valid_to": "2026-12-01"},
        {"amount": "1200.5", "currency": "EUR"},
    )
    rows: dict[str, dict[str, Any]] = {
        "hourly_rate": {"job_role": "backend_engineer", "rate": "80.25", "currency": "EUR", **since},
        "cost_entry": {"name": "=Seats", "every": "year", "kind": "licence", "starts": "2026-11-01", "team_id": 1, "note": "a; b", **money},
        "budget": {"name": "All", "scope": "project", "project_id": 1, "thresholds": [70], "owner_id": 1, "period": "rolling30", **money, **since},
        "cost_share": {"subject": "writer", "owner_kind": "project", "project_id": 1, "share": "33.33", **since},
        "timeline_event": {"day": "2026-11-01", "kind": "price_change", "title": "Cheaper", "provider": "openai"},
        "target": {"figure": "error_rate", "value": "0.025", "valid_from": "2026-11-01", "owner_id": 2},
        "business_measure": {"name": "Claims", "month": "2026-11-01", "value": "1250.5", "unit": "claims"},
        "exchange_rate": {"currency": "EUR", "into_currency": "USD", "valid_from": "2026-11-01", "rate": "1.0825"},
        "use_case": {"title": "Read claims", "stage": "dropped", "reason": "Law", "value_likely": "9.5", "currency": "EUR", "team_id": 1, "risk": 2},
        "work_baseline": {"agent": "writer", "point": "day_30", "day": "2026-11-01", "minutes": "24.5", "measured_by_id": 2},
        "benefit": {
            "title": "Less paper", "agent": "writer", "kind": "cost_avoided", "grade": "verified", "starts": "2026-11-01", "low": 1, "likely": 2,
            "high": 3, "currency": "EUR", "every": "once", "owner_id": 1, "approver_id": 2, "evidence_day": "2026-11-02",
        },
        "assumption": {"kind": "loaded_rate", "agent": "writer", "likely": "61.5", "currency": "EUR", "owner_id": 2, **since},
    }  # fmt: skip
    for key, row in rows.items():
        entity = INPUTS[key]
        entity.create(plan, SYSTEM, **row)
        stored = entity.list(plan, SYSTEM)
        table = from_frame(row_table(entity, input_names(plan, SYSTEM), stored))
        data = table_bytes(suffix, entity.many, table, titles(entity))
        same = import_rows(plan, SYSTEM, entity, data, f"file{suffix}")
        assert (same.unchanged, same.problems, same.unread) == (1, (), ()), key
        entity.delete_many(plan, SYSTEM, [stored[0].id])
        assert import_rows(plan, SYSTEM, entity, data, f"file{suffix}").created == 1
        (back,) = entity.list(plan, SYSTEM)
        assert {name: getattr(back, name) for name in entity.fields} == {
            name: getattr(stored[0], name) for name in entity.fields
        }
    if suffix == ".xlsx":
        assert load_workbook(io.BytesIO(data)).active is not None


def test_what_came_since_keeps_a_removed_row_from_coming_back(store: Store) -> None:
    rate = {"rate": 80, "currency": "EUR", "valid_from": "2026-11-01"}
    row = HOURLY_RATES.create(store, SYSTEM, **rate)
    request = HOURLY_RATES.delete(store, SYSTEM, row.id)
    other = HOURLY_RATES.create(store, SYSTEM, **rate)
    with pytest.raises(Exception, match=f"hourly rate {other.id} of the same person or job role"):
        undo(store, SYSTEM, request)
    HOURLY_RATES.delete(store, SYSTEM, other.id)
    assert undo(store, SYSTEM, request).restored == 1
    assert HOURLY_RATES.get(store, SYSTEM, row.id).rate == 80
