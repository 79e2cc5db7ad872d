"""What waits to be saved: folded out of the editor, kept by row, read again before it is saved."""

from __future__ import annotations

from typing import Any

from orchflow.planning.tables import Task
from orchflow.store.field import fields_of
from orchflow.ui.grid_values import GridColumn, plain_column
from orchflow.ui.sheet_heard import CHOSEN, hear, overlay, written
from orchflow.ui.sheet_stage import SheetRow, Stage, checked

TASK = fields_of(Task)
COLUMNS = {
    "title": GridColumn(TASK["title"]),
    "points": GridColumn(TASK["points"]),
    "state": plain_column(
        "State", options=["ready", "done"], names={"ready": "Ready", "done": "Done"}, editable=True
    ),
    "number": plain_column("No."),
}
ADA = SheetRow("task-1", 3, {"title": "Ada", "points": 2.0, "state": "ready"}, "Ada")
BEN = SheetRow("task-2", 5, {"title": "Ben", "points": None, "state": "ready"}, "Ben")


def fold(
    stage: Stage, edited: dict[int, Any], rows: list[SheetRow], before: dict[int, Any] | None = None
) -> Stage:
    """`stage` with what was written in the grid, which had these rows and held `before`."""
    shown, given = overlay(rows, stage, COLUMNS)
    now, then = (written({"edited_rows": held or {}}) for held in (edited, before))
    hear(stage, now, then, shown, given, COLUMNS)
    return stage


def test_edits_by_position_become_edits_of_rows() -> None:
    stage = fold(Stage(), {1: {"points": 8}}, [ADA, BEN])

    changes, refusals = checked(stage, COLUMNS)
    assert [(one.key, one.version, dict(one.values)) for one in changes] == [("task-2", 5, {"points": 8})]
    assert refusals == []


def test_what_the_grid_still_holds_is_written_once() -> None:
    stage = fold(Stage(), {0: {"title": "Adele"}}, [ADA])
    stage.drop("task-1")
    stage = fold(stage, {0: {"title": "Adele"}, 1: {"points": 8}}, [ADA, BEN], before={0: {"title": "Adele"}})

    assert stage.edits == {"task-2": {"points": 8}}


def test_what_the_grid_holds_no_more_is_what_it_was_given() -> None:
    stage = fold(Stage(), {0: {"state": "Done"}}, [ADA])
    shown, given = overlay([ADA], Stage(), COLUMNS)
    hear(stage, {}, {(0, "state"): "Done"}, shown, given, COLUMNS)

    assert not stage.waiting


def test_the_value_a_row_has_already_takes_an_edit_back() -> None:
    stage = fold(Stage(), {0: {"title": "Adele"}}, [ADA])
    stage = fold(stage, {0: {"title": "  Ada "}}, [ADA])

    assert not stage.waiting


def test_a_second_edit_keeps_the_version_of_the_first() -> None:
    stage = fold(Stage(), {0: {"title": "Adele"}}, [ADA])
    newer = SheetRow("task-1", 9, {**ADA.values, "points": 5.0}, "Ada")
    stage = fold(stage, {0: {"points": 3}}, [newer])

    (change,) = checked(stage, COLUMNS)[0]
    assert change.version == 3
    assert change.before == {"title": "Ada", "points": 5.0}


def test_ticks_are_no_edits() -> None:
    stage = fold(Stage(), {0: {CHOSEN: True}}, [ADA])

    assert stage.chosen == {"task-1"}
    assert not stage.waiting


def test_a_refused_value_names_row_and_column_and_lets_the_others_be_saved() -> None:
    stage = fold(Stage(), {0: {"title": "Adele", "points": "many"}}, [ADA])

    changes, (refusal,) = checked(stage, COLUMNS)
    assert dict(changes[0].values) == {"title": "Adele"}
    assert (refusal.title, refusal.label) == ("Ada", "Points")
    assert refusal.reason == "is not a number: 'many'"


def test_a_locked_row_says_why_it_cannot_be_changed() -> None:
    row = SheetRow("task-1", 3, ADA.values, "Ada", {"*": "only its assignee changes this", "title": "never"})
    stage = fold(Stage(), {0: {"title": "Adele", "points": 1}}, [row])

    changes, refusals = checked(stage, COLUMNS)
    assert changes == []
    assert [one.reason for one in refusals] == ["never", "only its assignee changes this"]


def test_a_new_row_waits_until_it_has_what_it_needs() -> None:
    stage = Stage()
    shown, given = overlay([ADA], stage, COLUMNS, [stage.reserve()])
    hear(stage, {(1, "points"): 3}, {}, shown, given, COLUMNS)

    changes, (refusal,) = checked(stage, COLUMNS)
    assert changes == []
    assert (refusal.title, refusal.column) == ("new row 1", "title")


def test_a_new_row_shows_what_it_is_stored_with_unless_something_else_is_written() -> None:
    stage, usual = Stage(), {"state": "ready"}
    shown, given = overlay([ADA], stage, COLUMNS, ["new-1"], usual)
    assert given[1]["state"] == "ready"

    hear(stage, {(1, "state"): "Done"}, {}, shown, given, COLUMNS)

    assert stage.added == {"new-1": {"state": "Done"}}
    assert overlay([], stage, COLUMNS, (), usual)[1][0]["state"] == "done"


def test_a_spare_row_in_which_nothing_is_written_is_no_row() -> None:
    stage = Stage()
    shown, given = overlay([ADA], stage, COLUMNS, [stage.reserve()])
    hear(stage, {(1, "title"): "  "}, {}, shown, given, COLUMNS)

    assert not stage.waiting


def test_an_edit_of_a_row_that_is_new_itself_stays_with_it() -> None:
    stage = Stage()
    key = stage.add({"title": "Cy"})
    hear(stage, {(1, "points"): 4}, {}, *overlay([ADA], stage, COLUMNS), COLUMNS)

    assert stage.added[key] == {"title": "Cy", "points": 4}


def test_what_waits_is_shown_on_top_of_what_is_stored() -> None:
    stage = fold(Stage(), {0: {"title": "Adele", "points": "many"}}, [ADA])
    row = SheetRow("task-1", 3, ADA.values, "Ada", shown={"title": "    Ada"})

    (cells,) = overlay([row], stage, COLUMNS)[1]
    assert (cells["title"], cells["points"]) == ("Adele", 2.0)
    (untouched,) = overlay([row], Stage(), COLUMNS)[1]
    assert untouched["title"] == "    Ada"


def test_rows_added_by_a_button_stand_first_and_pasted_ones_last() -> None:
    stage = Stage()
    last, first = stage.add(), stage.add(first=True)

    assert [row.key for row in overlay([ADA], stage, COLUMNS)[0]] == [first, "task-1", last]
