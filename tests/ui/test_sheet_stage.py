"""What waits to be saved: folded out of the editor, kept by row, read again before it is saved."""

from __future__ import annotations

from typing import Any

from orchflow.planning.tables import Task
from orchflow.store.field import fields_of
from orchflow.ui.grid_values import GridColumn, plain_column
from orchflow.ui.sheet_stage import CHOSEN, SheetRow, Stage, checked, fold, overlay

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


def pending(edited: dict[int, Any], added: list[Any] | None = None) -> dict[str, Any]:
    return {"edited_rows": edited, "added_rows": added or [], "deleted_rows": []}


def test_edits_by_position_become_edits_of_rows() -> None:
    stage = fold(Stage(), pending({1: {"points": 8}}), [ADA, BEN])

    changes, refusals = checked(stage, COLUMNS)
    assert [(one.key, one.version, dict(one.values)) for one in changes] == [("task-2", 5, {"points": 8})]
    assert refusals == []


def test_folding_does_not_touch_the_stage_that_was_given() -> None:
    stage = Stage()
    fold(stage, pending({0: {"title": "Adele"}}), [ADA])

    assert not stage.waiting


def test_the_value_a_row_has_already_takes_an_edit_back() -> None:
    stage = fold(Stage(), pending({0: {"title": "Adele"}}), [ADA])
    stage = fold(stage, pending({0: {"title": "  Ada "}}), [ADA])

    assert not stage.waiting


def test_a_second_edit_keeps_the_version_of_the_first() -> None:
    stage = fold(Stage(), pending({0: {"title": "Adele"}}), [ADA])
    newer = SheetRow("task-1", 9, {**ADA.values, "points": 5.0}, "Ada")
    stage = fold(stage, pending({0: {"points": 3}}), [newer])

    (change,) = checked(stage, COLUMNS)[0]
    assert change.version == 3
    assert change.before == {"title": "Ada", "points": 2.0}


def test_ticks_are_no_edits() -> None:
    stage = fold(Stage(), pending({0: {CHOSEN: True}}), [ADA])

    assert stage.chosen == {"task-1"}
    assert not stage.waiting


def test_a_refused_value_names_row_and_column_and_lets_the_others_be_saved() -> None:
    stage = fold(Stage(), pending({0: {"title": "Adele", "points": "many"}}), [ADA])

    changes, (refusal,) = checked(stage, COLUMNS)
    assert dict(changes[0].values) == {"title": "Adele"}
    assert (refusal.title, refusal.label) == ("Ada", "Points")
    assert refusal.reason == "is not a number: 'many'"


def test_a_locked_row_says_why_it_cannot_be_changed() -> None:
    row = SheetRow("task-1", 3, ADA.values, "Ada", {"*": "only its assignee changes this", "title": "never"})
    stage = fold(Stage(), pending({0: {"title": "Adele", "points": 1}}), [row])

    changes, refusals = checked(stage, COLUMNS)
    assert changes == []
    assert [one.reason for one in refusals] == ["never", "only its assignee changes this"]


def test_a_new_row_waits_until_it_has_what_it_needs() -> None:
    stage = fold(Stage(), pending({}, [{"points": 3}]), [ADA])

    changes, (refusal,) = checked(stage, COLUMNS)
    assert changes == []
    assert (refusal.title, refusal.column) == ("new row 1", "title")


def test_an_edit_of_a_row_that_is_new_itself_stays_with_it() -> None:
    stage = Stage()
    key = stage.add({"title": "Cy"})
    shown, _ = overlay([ADA], stage, COLUMNS)
    stage = fold(stage, pending({1: {"points": 4}}), shown)

    assert stage.added[key] == {"title": "Cy", "points": 4}


def test_what_waits_is_shown_on_top_of_what_is_stored() -> None:
    stage = fold(Stage(), pending({0: {"title": "Adele", "points": "many"}}), [ADA])
    row = SheetRow("task-1", 3, ADA.values, "Ada", shown={"title": "    Ada"})

    (cells,) = overlay([row], stage, COLUMNS)[1]
    assert (cells["title"], cells["points"]) == ("Adele", 2.0)
    (untouched,) = overlay([row], Stage(), COLUMNS)[1]
    assert untouched["title"] == "    Ada"


def test_rows_added_by_a_button_stand_first_and_pasted_ones_last() -> None:
    stage = Stage()
    last, first = stage.add(), stage.add(first=True)

    assert [row.key for row in overlay([ADA], stage, COLUMNS)[0]] == [first, "task-1", last]
