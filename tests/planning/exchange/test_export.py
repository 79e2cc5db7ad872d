"""The plan as a file, and back: import → export → import is the identity."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow.errors import Forbidden, UsageError
from orchflow.people.permissions import MATRIX, SYSTEM, Permission, Role
from orchflow.planning.exchange import spreadsheet
from orchflow.planning.exchange.apply_document import apply_document
from orchflow.planning.exchange.export_file import FORMATS, export_bytes, export_plan, plan_document
from orchflow.planning.exchange.folder import write_folder
from orchflow.planning.exchange.import_file import import_plan
from orchflow.planning.exchange.own_table import rows_of
from orchflow.planning.exchange.predecessors import format_cell, parse_cell
from orchflow.planning.exchange.records import Document, Level, Predecessor, Record
from orchflow.planning.history import task_changes
from orchflow.planning.journey.journey import lay_out
from orchflow.planning.sprints.sprints import create_sprint
from orchflow.planning.work.dependencies import add_dependency
from orchflow.planning.work.tasks import list_tasks, update_task
from orchflow.store.engine import Store, open_store
from orchflow.store.moments import day as read_day
from orchflow.table_files import writers
from tests.planning.conftest import AddPerson, AddTask

NewStore = Callable[[], Store]


@pytest.fixture(scope="module")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewStore]:
    """Makes empty stores; SQLite, since what is under test are the files."""
    made: list[Store] = []
    folder = tmp_path_factory.mktemp("stores")

    def make() -> Store:
        made.append(open_store(f"sqlite:///{folder / str(len(made))}.sqlite", backups=folder))
        return made[-1]

    yield make
    for store in made:
        store.dispose()


def content(document: Document) -> list[dict[str, Any]]:
    """What a plan says, without what differs from one export to the next."""
    return [{**cells, "base": None} for cells in rows_of(document)]


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp", "Zs"]) | st.sampled_from(" =+-@;,|'\"<>&#"),
    min_size=1, max_size=20,
).map(lambda text: " ".join(text.split())).filter(lambda text: bool(text) and "x005F_" not in text)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=4).map("\n".join)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
AMOUNTS = st.none() | st.decimals(0, 100, places=2)


@st.composite
def plans(draw: st.DrawFn) -> Document:
    """A plan of one project: goals and tasks under each other, tied to earlier ones."""
    records = [
        Record(
            Level.SPRINT,
            0,
            {"number": 3, "name": draw(WORDS), "start": date(2026, 5, 4), "due": date(2026, 5, 15)},
        ),
        Record(Level.EFFORT, 0, {"number": 1, "name": draw(WORDS), "description": draw(TEXTS)}, "E"),
        Record(Level.PROJECT, 0, {"number": "1.10", "name": draw(WORDS), "effort": "1"}, "P"),
    ]
    goals = draw(st.lists(WORDS, max_size=2, unique_by=str.casefold))
    for goal in goals:
        measures = {
            name: draw(st.none() | st.decimals(-1000, 1000, places=4)) for name in ("baseline", "target")
        }
        values = {"name": goal, "project": "1.10", "metric": draw(WORDS), "unit": "percent", **measures}
        records.append(Record(Level.GOAL, 0, values, f"g {goal}"))
    keys = draw(st.lists(WORDS, min_size=1, max_size=5, unique=True))
    for place, key in enumerate(keys):
        earlier = keys[:place]
        start, length = draw(st.none() | DAYS), draw(st.integers(0, 30))
        values = {
            "name": draw(WORDS), "project": "1.10", "description": draw(TEXTS),
            "parent": draw(st.sampled_from([None, *earlier])),
            "goal": draw(st.sampled_from([None, *(f"g {goal}" for goal in goals)])),
            "sprint": draw(st.sampled_from([None, "3"])),
            "status": draw(st.sampled_from(["backlog", "ready", "in_progress", "done", "cancelled"])),
            "priority": draw(st.sampled_from(["low", "normal", "high", "urgent"])),
            "points": draw(AMOUNTS), "estimated_hours": draw(AMOUNTS), "start": start,
            "due": start and start + timedelta(days=length),
            "labels": draw(st.lists(WORDS.map(lambda w: w.replace(",", "·")), max_size=3, unique=True)),
            "milestone": draw(st.booleans()),
        }  # fmt: skip
        predecessors = [
            Predecessor(other, draw(st.sampled_from(["fs", "ss", "ff", "sf"])), draw(st.integers(-9, 9)))
            for other in draw(
                st.lists(st.sampled_from(earlier), unique=True, max_size=2) if earlier else st.just([])
            )
        ]
        records.append(Record(Level.TASK, 0, values, key, depends_on=predecessors))
    return Document(
        "orchflow", records=[replace(record, row=row) for row, record in enumerate(records, start=2)]
    )


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=plans(), suffix=st.sampled_from(list(FORMATS)))
def test_import_export_import_is_the_identity(new_store: NewStore, document: Document, suffix: str) -> None:
    here, there = new_store(), new_store()
    assert apply_document(here, SYSTEM, document).problems == ()
    exported = export_bytes(here, SYSTEM, suffix)
    again = import_plan(here, SYSTEM, exported, filename=f"plan{suffix}")
    assert (again.created, again.updated, again.problems, again.conflicts) == (0, 0, (), ())
    first = import_plan(there, SYSTEM, exported, filename=f"plan{suffix}")
    assert (first.problems, first.notes) == ((), ())
    assert content(plan_document(there, SYSTEM)) == content(plan_document(here, SYSTEM))
    back = import_plan(here, SYSTEM, export_bytes(there, SYSTEM, suffix), filename=f"plan{suffix}")
    assert (back.created, back.updated, back.problems, back.conflicts) == (0, 0, (), ())


@pytest.mark.parametrize("suffix", list(FORMATS))
def test_the_whole_journey_goes_out_and_in(store: Store, new_store: NewStore, suffix: str) -> None:
    lay_out(store, SYSTEM, date(2026, 5, 4), projects=["1.1", "3.2"])
    there = new_store()
    report = import_plan(there, SYSTEM, export_bytes(store, SYSTEM, suffix), filename=f"plan{suffix}")
    assert (report.problems, report.notes) == ((), ())
    assert content(plan_document(there, SYSTEM)) == content(plan_document(store, SYSTEM))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(Predecessor, WORDS, st.sampled_from(["fs", "ss", "ff", "sf"]), st.integers(-99, 99)),
        max_size=4,
    )
)
def test_dependencies_are_read_from_a_cell_as_they_were_written(predecessors: list[Predecessor]) -> None:
    assert parse_cell(format_cell(predecessors)) == predecessors


@given(DAYS)
def test_a_day_is_read_in_every_form_it_is_written_in(day: date) -> None:
    for form in (
        "%Y-%m-%d",
        "%d.%m.%Y",
        "%d/%b/%y",
        "%b %d, %Y",
        "%d %B %Y",
        "%Y/%m/%d",
        "%d/%b/%y 12:00 AM",
    ):
        assert read_day(day.strftime(form)) == day


def test_excel_is_typed_has_a_frozen_heading_and_no_formula(store: Store, add_task: AddTask) -> None:
    add_task("=1+1", points=Decimal("2.5"), due=date(2026, 5, 4), milestone=True, description="+cmd")
    book = openpyxl.load_workbook(io.BytesIO(export_bytes(store, SYSTEM, ".xlsx")))
    sheet = book.active
    assert sheet is not None
    assert sheet.freeze_panes == "A2"
    heading = [cell.value for cell in sheet[1]]
    task = dict(zip(heading, sheet[4], strict=True))
    assert (task["Name"].value, task["Name"].data_type) == ("=1+1", "s")
    assert (task["Description"].value, task["Description"].data_type) == ("+cmd", "s")
    assert (task["Points"].value, task["Due"].value) == (2.5, datetime(2026, 5, 4))  # noqa: DTZ001 Excel has no zones
    assert task["Milestone"].value is True


def test_a_text_too_long_for_one_cell_of_excel_is_not_cut(
    store: Store, add_task: AddTask, new_store: NewStore
) -> None:
    text = "".join(f"{number}\n" for number in range(20_000)).strip()
    add_task("Long", description=text)
    there = new_store()
    import_plan(there, SYSTEM, export_bytes(store, SYSTEM, ".xlsx"), filename="plan.xlsx")
    assert list_tasks(there, SYSTEM)[0].description == text


def test_more_rows_than_a_sheet_holds_are_refused_before_the_table_is_made(
    store: Store, add_task: AddTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_task("One")
    monkeypatch.setattr(writers, "EXCEL_ROWS", 2)
    monkeypatch.setattr("orchflow.planning.exchange.export_file.as_table", None)
    with pytest.raises(UsageError, match="at most 2 rows and there are 3"):
        export_bytes(store, SYSTEM, ".xlsx")


def test_no_text_of_a_csv_is_a_formula_to_a_spreadsheet(store: Store, add_task: AddTask) -> None:
    add_task("@SUM(A1)", description="'=kept")
    text = export_bytes(store, SYSTEM, ".csv").decode("utf-8-sig")
    assert ',"\'@SUM(A1)",' in text
    assert ",\"''=kept\"," in text


def test_the_past_moves_with_the_plan(store: Store, add_task: AddTask, new_store: NewStore) -> None:
    sprint = create_sprint(store, SYSTEM, number=1, name="One", start=date(2026, 5, 4), end=date(2026, 5, 8))
    task = add_task("Work")
    update_task(store, SYSTEM, task.id, 1, {"sprint_id": sprint.id, "status": "done"})
    there = new_store()
    import_plan(there, SYSTEM, export_bytes(store, SYSTEM, ".json", with_history=True), filename="plan.json")
    (moved,) = list_tasks(there, SYSTEM)
    told = [(e.field, e.old, e.new) for e in task_changes(there, SYSTEM, moved.id) if e.imported]
    assert ("status", "backlog", "done") in told
    assert ("sprint_id", None, moved.sprint_id) in told


def test_a_part_of_the_plan_names_only_what_is_in_it(store: Store, add_task: AddTask, project: int) -> None:
    first, second = add_task("a"), add_task("b")
    add_dependency(store, SYSTEM, task_id=second.id, depends_on_id=first.id)
    document = plan_document(store, SYSTEM, projects=[project])
    assert [record.name for record in document.records] == ["Infrastructure", "Hardware", "a", "b"]
    assert plan_document(store, SYSTEM, projects=[]).records == []


@pytest.mark.parametrize("role", Role)
def test_who_may_export_data_takes_the_plan_away_and_nobody_else(
    store: Store, add_person: AddPerson, add_task: AddTask, tmp_path: Path, role: Role
) -> None:
    add_task("a")
    person = add_person("vera", role)
    if Permission.EXPORT in MATRIX[role]:
        assert export_bytes(store, person, ".csv", with_history=True)
        assert write_folder(store, person, tmp_path / "plan")
        person = replace(person, must_change_password=True)
    with pytest.raises(Forbidden):
        export_bytes(store, person, ".csv")
    with pytest.raises(Forbidden):
        write_folder(store, person, tmp_path / "plan")


def test_a_file_is_written_whole_or_not_at_all(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"format \.pdf is not known"):
        export_plan(store, SYSTEM, tmp_path / "plan.pdf")
    with pytest.raises(Exception, match="could not be written"):
        export_plan(store, SYSTEM, tmp_path / "missing" / "plan.csv")
    assert export_plan(store, SYSTEM, tmp_path / "plan.csv") == (tmp_path / "plan.csv").stat().st_size


# Excel files that are not to be trusted


def workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part.filename))
        new.writestr(name, content)
    return out.getvalue()


def refused(store: Store, data: bytes, reason: str) -> None:
    with pytest.raises(UsageError, match=reason) as error:
        import_plan(store, SYSTEM, data, filename="plan.xlsx")
    assert error.value.hint


def test_formulas_of_excel_are_text(store: Store, project: int) -> None:
    report = import_plan(
        store, SYSTEM, workbook([["name", "project", "points"], ["=1+1", "1.1", 3], ["b", "1.1", "=2+2"]])
    )
    assert [task.title for task in list_tasks(store, SYSTEM)] == ["=1+1"]
    assert [(p.row, p.column, p.message) for p in report.problems] == [
        (3, "points", "is a formula: '=2+2' (write its value instead)")
    ]


def test_numbers_and_days_of_excel_are_understood(store: Store, project: int) -> None:
    when = datetime(2026, 5, 4, tzinfo=UTC).replace(tzinfo=None)
    import_plan(
        store, SYSTEM, workbook([["key", "name", "project", "due", "points"], [7.0, 2024, 1.1, when, 2.5]])
    )
    (task,) = list_tasks(store, SYSTEM)
    assert (task.external_id, task.title, task.due, task.points) == (
        "7",
        "2024",
        date(2026, 5, 4),
        Decimal("2.5"),
    )


def test_a_bomb_is_refused_before_it_is_unpacked(store: Store) -> None:
    plain = workbook([["name"], ["a"]])
    refused(
        store, with_part(plain, "xl/worksheets/sheet1.xml", b"<a>" + b" " * 50_000_000), "it unpacks to 50 MB"
    )


def test_entities_are_refused(store: Store) -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'
    refused(store, with_part(workbook([["name"]]), "xl/worksheets/sheet1.xml", evil), "declares entities")


def test_more_rows_or_columns_than_a_plan_has_are_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(store, workbook([["name"] * 600]), "has 600 columns")
    far = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'
    refused(store, with_part(workbook([["name"]]), "xl/worksheets/sheet1.xml", far), "more than 200,000 rows")
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)
    refused(store, workbook([["name"], ["a"], ["b"], ["c"]]), "more than 3 rows")


@pytest.mark.parametrize("data", [b"PK\x03\x04 not a zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100])
def test_a_damaged_or_protected_file_is_refused(store: Store, data: bytes) -> None:
    refused(store, data, "cannot be imported")
