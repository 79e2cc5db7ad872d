"""A paste: cells of a spreadsheet laid over rows, new rows below the last one, nothing lost in silence."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from orchflow.planning.tables import Task
from orchflow.store.field import fields_of
from orchflow.ui.grid_values import GridColumn, plain_column
from orchflow.ui.sheet_paste import Pasted, cells_of, paste
from orchflow.ui.sheet_stage import SheetRow, Stage, checked

TASK = fields_of(Task)
COLUMNS = {
    "title": GridColumn(TASK["title"]),
    "points": GridColumn(TASK["points"]),
    "done": plain_column("Done"),
}
ADA = SheetRow("task-1", 3, {"title": "Ada", "points": 2.0, "done": "yes"}, "Ada")
BEN = SheetRow("task-2", 5, {"title": "Ben", "points": None, "done": "no"}, "Ben")


def pasted(text: str, row: int = 0, label: str = "Title", *, may_add: bool = True, rows: int = 1) -> Stage:
    stage = Stage()
    paste(stage, Pasted(text, row, label, rows), [ADA, BEN], COLUMNS, may_add=may_add)
    return stage


def test_cells_go_to_the_rows_and_columns_they_are_pasted_on() -> None:
    changes, _ = checked(pasted("Adele\t3\nBenno\t4"), COLUMNS)

    assert [(one.key, dict(one.values)) for one in changes] == [
        ("task-1", {"title": "Adele", "points": 3}),
        ("task-2", {"title": "Benno", "points": 4}),
    ]


def test_rows_below_the_last_one_are_new() -> None:
    changes, _ = checked(pasted("Benno\nCy\nDee", row=1), COLUMNS)

    assert [(one.version, one.values["title"]) for one in changes] == [
        (5, "Benno"),
        (None, "Cy"),
        (None, "Dee"),
    ]


def test_who_may_not_add_is_told_how_many_rows_were_left_out() -> None:
    stage = pasted("Benno\nCy\nDee", row=1, may_add=False)

    assert stage.added == {}
    assert stage.lost == ["2 pasted rows lie below the last row; you may not add rows."]


def test_a_bad_cell_is_refused_at_its_row() -> None:
    _, (refusal,) = checked(pasted("Adele\tmany"), COLUMNS)

    assert (refusal.title, refusal.label, refusal.reason) == ("Ada", "Points", "is not a number: 'many'")


def test_cells_on_read_only_columns_and_past_the_last_one_are_named() -> None:
    stage = pasted("3\tno\textra", label="Points")

    assert stage.lost == [
        "Ada: Done cannot be changed here; 'no' was left out.",
        "Ada: 1 cells lie right of the last column and were left out.",
    ]


def test_one_value_fills_the_whole_selection() -> None:
    changes, _ = checked(pasted("8", label="Points", rows=2), COLUMNS)

    assert [(one.key, one.values["points"]) for one in changes] == [("task-1", 8), ("task-2", 8)]


def test_a_column_of_buttons_takes_nothing() -> None:
    assert pasted("x", label="").lost == [
        "Nothing was pasted: the selected cell is not a column of this sheet."
    ]


def test_quotes_hold_tabs_and_lines_together_and_stay_where_somebody_wrote_them() -> None:
    assert cells_of('"a\tb"\t"c ""d"""\r\n"e\nf"\t5" pipe\n') == [["a\tb", 'c "d"'], ["e\nf", '5" pipe']]


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=4), min_size=1, max_size=4))
def test_what_a_spreadsheet_writes_is_read_back(table: list[list[str]]) -> None:
    lines = ["\t".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in table]

    expected = [[cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in table]
    assert cells_of("\n".join(lines) + "\n") == expected


DATED = {
    "title": GridColumn(TASK["title"]),
    "start": GridColumn(TASK["start"]),
    "due": GridColumn(TASK["due"]),
}


def dated(text: str) -> tuple[list[dict[str, object]], list[str]]:
    stage = Stage()
    rows = [SheetRow("task-1", 3, {}, "Ada"), SheetRow("task-2", 5, {}, "Ben")]
    paste(stage, Pasted(text, 0, "Start"), rows, DATED, may_add=False)
    changes, refusals = checked(stage, DATED)
    return [dict(each.values) for each in changes], [refusal.reason for refusal in refusals]


def test_days_with_slashes_are_read_in_the_order_that_their_column_tells() -> None:
    assert dated("03/04/2026\t04/15/2026\n25/04/2026\t06/07/2026") == (
        [
            {"start": date(2026, 4, 3), "due": date(2026, 4, 15)},
            {"start": date(2026, 4, 25), "due": date(2026, 6, 7)},
        ],
        [],
    )


def test_a_column_that_tells_no_order_follows_the_others() -> None:
    assert dated("03/04/2026\t15/04/2026")[0] == [{"start": date(2026, 4, 3), "due": date(2026, 4, 15)}]


def test_a_day_that_could_be_two_is_refused() -> None:
    assert dated("03/04/2026") == ([], ["could be two days: '03/04/2026' (write it like 2026-03-04)"])


def test_a_column_with_both_orders_is_not_guessed() -> None:
    changes, reasons = dated("25/04/2026\t\n04/25/2026")

    assert [*changes[0].values(), *changes[1].values()] == [date(2026, 4, 25), date(2026, 4, 25)]
    assert not reasons
    assert dated("25/04/2026\t03/04/2026\n04/25/2026")[1][0].startswith("could be two days")
