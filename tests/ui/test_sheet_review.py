"""A sheet with everything around it: a conflict is shown with base, theirs and mine, and settled by a choice."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def sheet_with_a_conflict() -> None:
    from zoneinfo import ZoneInfo

    import streamlit as st

    from orchflow.errors import FieldConflict
    from orchflow.planning.tables import Task
    from orchflow.store.field import fields_of
    from orchflow.ui.grid_values import GridColumn, plain_column
    from orchflow.ui.sheet_review import full_sheet
    from orchflow.ui.sheet_stage import SheetRow
    from orchflow.ui.sheet_state import RowOutcome, SheetState

    written = st.session_state.setdefault("written", [])
    columns = {
        "name": GridColumn(fields_of(Task)["title"], "Name"),
        "city": plain_column("City", editable=True),
    }
    if "people-sheet" not in st.session_state:
        begun = SheetState()
        base = SheetRow("person-1", 3, {"name": "Ada", "city": "Bern"}, "Ada")
        begun.stage.put(base, "name", "Adele")
        begun.stage.put(base, "city", "Rome")
        begun.conflicts["person-1"] = RowOutcome(
            "person-1",
            "conflict",
            4,
            (FieldConflict("name", "Ada", "Adah", "Adele", "Ben Okoro"),),
            title="Adah",
        )
        st.session_state["people-sheet"] = begun

    def write(changes):  # type: ignore[no-untyped-def]
        written.extend((change.key, change.version, dict(change.values)) for change in changes)
        return [RowOutcome(change.key, "saved", 5, note="Tell her") for change in changes]

    row = SheetRow("person-1", 4, {"name": "Adah", "city": "Bern"}, "Ada")
    full_sheet([row], columns, key="people", write=write, alt="People", may_edit=True, zone=ZoneInfo("UTC"))


def opened() -> AppTest:
    shown = AppTest.from_function(sheet_with_a_conflict).run(timeout=20)
    assert not shown.exception
    return shown


def choose(shown: AppTest) -> None:
    next(button for button in shown.button if button.label == "Save my choice").click().run()


def test_a_conflict_shows_base_theirs_and_mine() -> None:
    shown = opened()

    assert any("**Adah was changed by Ben Okoro in the meantime**" in each.value for each in shown.markdown)
    assert shown.radio[0].label == "Name (it was Ada)"
    assert shown.radio[0].options == ["Stored now: **Adah**", "Yours: **Adele**"]


def test_keeping_theirs_still_writes_the_fields_nobody_else_changed() -> None:
    shown = opened()
    choose(shown)

    assert shown.session_state["written"] == [("person-1", 4, {"city": "Rome"})]


def test_keeping_mine_is_written_over_the_version_that_was_shown() -> None:
    shown = opened()
    shown.radio[0].set_value("mine")
    choose(shown)

    assert shown.session_state["written"] == [("person-1", 4, {"name": "Adele", "city": "Rome"})]


def test_what_is_told_once_stays_until_it_is_closed() -> None:
    shown = opened()
    choose(shown)
    assert [note.value for note in shown.info] == ["Tell her"]

    next(button for button in shown.button if button.label == "Close").click().run()
    assert not shown.info
