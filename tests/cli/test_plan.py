"""`orchflow plan …` and the datasets of the plan, as they are typed."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Run

TASKS = "key,name,project,points,due\nA,Buy it,1.1,3,2026-05-04\nB,Use it,1.1,many,\n"


@pytest.fixture
def started(run: Run) -> Run:
    assert run("plan", "start", "--date", "2026-05-04", "--project", "1.1").code == 0
    return run


def test_the_journey_starts_on_a_day_and_is_taken_back(run: Run) -> None:
    preview = run("plan", "start", "--date", "2026-05-04", "--dry-run", "--json").document
    assert (preview["tasks"], preview["projects"], preview["request"]) == (157, 24, None)
    done = run("plan", "start", "--date", "2026-05-04", "--json").document
    assert (done["tasks"], done["start"]) == (157, "2026-05-04")
    again = run("plan", "start", "--date", "2026-05-04")
    assert (again.code, "laid out already" in again.err) == (1, True)
    assert run("plan", "undo", done["request"]).code == 0
    assert run("plan", "start", "--date", "tomorrow").code == 2


def test_a_file_is_imported_after_a_dry_run(started: Run, tmp_path: Path) -> None:
    (tmp_path / "tasks.csv").write_text(TASKS, encoding="utf-8")
    dry = started("plan", "import", "tasks.csv", "--dry-run", "--json")
    assert (dry.code, dry.document["created"], dry.document["dry_run"]) == (1, 1, True)
    assert dry.document["problems"] == [{"row": 3, "column": "points", "message": "is not a number: 'many'"}]
    shown = started("plan", "import", "tasks.csv")
    assert "1 created, 0 updated, 0 unchanged" in shown.out
    (tmp_path / "tasks.csv").write_text(TASKS.replace("many", "5"), encoding="utf-8")
    done = started("plan", "import", "tasks.csv", "--json")
    assert (done.code, done.document["created"], done.document["unchanged"]) == (0, 1, 1)


def test_a_table_that_names_no_project_says_how_one_is_named(started: Run, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("Vorgang;Fällig am\nBrief;30.11.2026\n", encoding="utf-8")
    refused = started("plan", "import", "list.csv")
    assert (refused.code, "--into 1.1" in refused.out) == (1, True)
    assert started("plan", "import", "list.csv", "--into", "1.1").code == 0


def test_a_mapping_in_a_file_is_kept_under_its_name(started: Run, tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text("{columns: {Nr: key, What: name}, project: '1.1'}", encoding="utf-8")
    (tmp_path / "list.csv").write_text("Nr;What\n1;Buy it\n", encoding="utf-8")
    assert started("plan", "import", "list.csv", "--mapping", "ours.yaml", "--json").document["created"] == 1
    assert started("plan", "import", "list.csv", "--mapping", "ours", "--json").code == 0
    unknown = started("plan", "import", "list.csv", "--mapping", "theirs")
    assert (unknown.code, "Remembered are ours" in unknown.err) == (1, True)


@pytest.mark.parametrize("name", ["plan.csv", "plan.xlsx", "plan.json"])
def test_an_export_is_imported_without_a_change(started: Run, name: str, tmp_path: Path) -> None:
    assert started("plan", "export", name).code == 0
    done = started("plan", "import", name, "--json")
    assert (done.code, done.document["created"], done.document["updated"]) == (0, 0, 0)


def test_a_folder_is_written_edited_and_read_back(started: Run, tmp_path: Path) -> None:
    assert started("plan", "export", "projects").code == 0
    (page,) = tmp_path.glob("projects/effort-1-*/project-1.1-*/tasks.md")
    page.write_text(page.read_text(encoding="utf-8").replace("points: 2", "points: 8", 1), encoding="utf-8")
    assert "not read back yet" in started("plan", "export", "projects").out
    done = started("plan", "import", "projects", "--json")
    assert (done.code, done.document["updated"]) == (0, 1)


def test_what_cannot_be_read_or_written_is_said(run: Run, tmp_path: Path) -> None:
    assert run("plan", "import", "missing.csv").code == 1
    assert run("plan", "export", "plan.pdf").code == 2
    (tmp_path / "t.csv").write_text(TASKS, encoding="utf-8")
    assert run("plan", "import", "t.csv", "--take", "both").code == 2
    assert run("plan", "adopt", "nobody").code == 1


def test_the_plan_is_exported_as_datasets(started: Run, tmp_path: Path) -> None:
    rows = {}
    for dataset in ("tasks", "projects", "goals", "sprints", "changes"):
        assert started("export", dataset, "--out", f"{dataset}.csv").code == 0
        with (tmp_path / f"{dataset}.csv").open(encoding="utf-8-sig") as file:
            rows[dataset] = list(csv.DictReader(file))
    assert rows["tasks"][0]["project"] == "1.1"
    assert rows["tasks"][0]["points"] == "2.00"
    assert rows["tasks"][0]["start"] == "2026-05-04"
    assert len(rows["projects"]) == 1
    assert rows["goals"][0]["unit"] == "servers"
    assert rows["sprints"][0]["name"] == "Setup & Planning"
    assert {row["entity"] for row in rows["changes"]} >= {
        "task",
        "goal",
        "project",
        "effort",
        "sprint",
        "dependency",
    }
    assert (
        started("export", "changes", "--out", "none.csv", "--to", "2020-01-01", "--json").document["rows"]
        == 0
    )
    assert started("export", "tasks", "--out", "tasks.xlsx", "--from", "2026-01-01").code == 2


def test_datasets_of_the_plan_have_types(started: Run, tmp_path: Path) -> None:
    started("export", "tasks", "--out", "tasks.parquet")
    table = pq.read_table(tmp_path / "tasks.parquet")
    assert str(table.schema.field("points").type) == "decimal128(24, 2)"
    assert str(table.schema.field("due").type) == "date32[day]"
    started("export", "tasks", "--out", "tasks.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "tasks.xlsx").active
    assert sheet is not None
    assert sheet.freeze_panes == "A2"
    listed = started("export", "--list", "--json").document["datasets"]
    assert {"tasks", "projects", "goals", "sprints", "changes"} <= {one["name"] for one in listed}
