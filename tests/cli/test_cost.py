"""`orchflow cost …`, as it is typed."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_what_is_kept_about_costs_is_read_from_a_file_listed_and_written(run: Run, tmp_path: Path) -> None:
    file, again = tmp_path / "seats.csv", tmp_path / "again.xlsx"
    file.write_text("name,amount,starts\nSeats,1200,2026-11-01\nSupport,much,2026-11-01\n", encoding="utf-8")

    tried = run("cost", "import", "cost_entries", str(file), "--dry-run")
    assert (tried.code, "Would be: 1 created" in tried.out) == (1, True)
    assert run("cost", "list", "cost_entries", "--json").document == {"cost_entries": []}
    assert "is not a number" in run("cost", "import", "cost_entries", str(file)).out
    (row,) = run("cost", "list", "cost-entries", "--json").document["cost_entries"]
    assert (row["name"], row["amount"], row["currency"], row["every"]) == ("Seats", 1200, "USD", "month")
    assert "Seats" in run("cost", "list", "cost_entries").out
    assert run("cost", "export", "cost_entries", str(again)).code == 0
    assert "0 created, 0 updated, 1 unchanged" in run("cost", "import", "cost_entries", str(again)).out
    assert "Use one of" in run("cost", "list", "feelings").err
