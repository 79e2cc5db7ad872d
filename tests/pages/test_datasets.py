"""The Datasets screen: a dataset is found, looked at, narrowed and taken away; large ones are waited for."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.people.permissions import Role
from orchflow.people.users import UserRow
from orchflow.reports import fact_datasets
from orchflow.screens.data import datasets_files
from orchflow.screens.data.datasets_state import FILE, SNAPSHOT
from orchflow.table_files import writers
from tests.metrics.facts import TODAY, SmallFacts
from tests.pages.conftest import Browser, headings


@pytest.fixture
def analyst(browser: Browser) -> UserRow:
    facts = SmallFacts(browser.ws.warehouse)
    facts.calls(*(facts.call(TODAY, provider=("openai", "xai")[n % 2], model=f"m{n}") for n in range(5)))
    return browser.person(Role.ANALYST)


def labels(shown: AppTest) -> list[str]:
    return [element.proto.label for element in shown.get("download_button")]


def text(shown: AppTest) -> str:
    return " ".join(str(element.value) for element in shown.markdown)


def test_a_dataset_is_looked_at_and_every_format_is_offered(browser: Browser, analyst: UserRow) -> None:
    shown = browser.open("datasets", analyst, **{"datasets.name": "Usage events"})
    assert not shown.exception
    assert headings(shown)[1] == "Usage events"
    assert "**5** rows · 31 columns" in text(shown)
    assert len(shown.dataframe[0].value) == 5
    assert labels(shown) == ["CSV", "Excel", "Parquet", "JSON"]


def test_a_column_has_room_for_its_longest_text(browser: Browser, analyst: UserRow) -> None:
    facts = SmallFacts(browser.ws.warehouse)
    facts.calls(facts.call(TODAY, event_id="long", provider="x" * 300, model="claude-opus-the-long-one"))
    shown = browser.open("datasets", analyst, **{"datasets.name": "Usage events"})
    widths = {
        name: column.get("width") for name, column in json.loads(shown.dataframe[0].proto.columns).items()
    }
    assert (widths["model"], widths["provider"], widths["organization"]) == (212, 340, None)


def test_words_find_datasets_by_name_column_and_description(browser: Browser, analyst: UserRow) -> None:
    shown = browser.open("datasets", analyst)
    shown.text_input(key="datasets.find").set_value("caller cache_write").run()
    assert shown.radio[0].options == ["Usage daily", "Usage events"]


def test_a_filter_in_the_address_narrows_rows_and_commands(browser: Browser, analyst: UserRow) -> None:
    address = {"datasets.name": "Usage events", "datasets.usage_events.provider": "openai"}
    shown = browser.open("datasets", analyst, **address, **{"datasets.show": "API and command"})
    assert "**3** rows" in text(shown)
    assert "where=provider%3Dopenai" in shown.code[0].value
    assert (
        "orchflow export usage_events --out usage_events.parquet --where provider=openai"
        in shown.code[0].value
    )


def test_columns_say_what_they_hold(browser: Browser, analyst: UserRow) -> None:
    shown = browser.open("datasets", analyst, **{"datasets.name": "Tasks", "datasets.show": "Columns"})
    told = shown.dataframe[0].value.set_index("column")
    assert list(told.loc["estimated_hours"]) == ["number", "Estimated hours", "hours"]


def test_a_large_one_is_written_aside_and_then_saved(
    browser: Browser, analyst: UserRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets_files, "LARGE_OF_FAST", 1)
    shown = browser.open("datasets", analyst, **{"datasets.name": "Usage events"})
    assert labels(shown) == ["Excel", "JSON"]
    shown.button(key="prepare-file-csv").click().run()
    prepared = shown.session_state[FILE.name]
    made = prepared.errand.result()
    assert made.path.read_text("utf-8-sig").count("\n") == 6
    assert prepared.errand.rows == (5, 5)
    shown.run()
    assert any(label.startswith("Save usage_events.csv (5 rows") for label in labels(shown)), labels(shown)


def test_excel_says_before_it_begins_that_a_sheet_does_not_hold_the_rows(
    browser: Browser, analyst: UserRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "EXCEL_ROWS", 4)
    shown = browser.open("datasets", analyst, **{"datasets.name": "Usage events"})
    refused = shown.button(key="file-xlsx")
    assert refused.disabled
    assert "holds at most 4 rows and there are 5" in refused.help
    assert labels(shown) == ["CSV", "Parquet", "JSON"]


def test_the_snapshot_is_made_and_offered_with_its_queries(browser: Browser, analyst: UserRow) -> None:
    shown = browser.open("datasets", analyst, **{"datasets.view": "SQL snapshot"})
    assert "Not made yet" in text(shown)
    assert any("select" in code.value for code in shown.code)
    shown.button(key="snapshot-make").click().run()
    made = shown.session_state[SNAPSHOT.name].result()
    shown.run()
    assert not shown.exception
    assert labels(shown) == ["Download"]
    assert len(shown.dataframe[0].value) == len(made.tables)


def test_what_takes_long_to_count_is_counted_when_somebody_asks(
    browser: Browser, analyst: UserRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fact_datasets, "COUNTED_AT_ONCE", 4)
    shown = browser.open("datasets", analyst, **{"datasets.name": "Ai spend"})
    assert "**Many** rows" in text(shown)
    assert len(shown.dataframe[0].value) == 5
    shown.button(key="datasets-count").click().run()
    assert not shown.exception
    assert "**5** rows" in text(shown)
    assert "Count them" not in [button.label for button in shown.button]
